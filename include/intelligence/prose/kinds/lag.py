"""How a metric runs on the day after high and low days of another."""

from typing import Any

from include.intelligence.prose.finding import Finding, Phrases, any_tone, spoken_of_each_metric
from include.intelligence.prose.numbers import SHOW, counted
from include.intelligence.prose.templates import capital, joined, table
from include.intelligence.prose.words import NEUTRAL, VOICES

PHRASES = Phrases(
    mini=table(
        "{noun} {higher} after {high_days}",
        "how {other} carries into {noun}",
        "{noun} follows {other}",
        "a link from {other} to {noun}",
        "{noun} of {after_high} after {high_days}",
    ),
    clause=table(
        "your {noun} tends to be {higher} after {high_days}",
        "{high_days} are followed by {a_noun} of {after_high}, against {after_low} after {low_days}",
        "your {other} carries over into the next day's {noun}",
        "after {high_days} your {noun} averages {after_high}",
        "your {noun} and the {other} of the day before move together",
    ),
    text=joined(
        (
            "After {high_days} your {noun} averages {after_high}",
            "Following {high_days}, your {noun} lies at {after_high}",
            "{High_days} tend to be followed by {a_noun} of {after_high}",
            "Your {noun} comes to {after_high} the day after {high_days}",
        ),
        (
            " and after {low_days} {after_low}.",
            "; after {low_days} it is {after_low}.",
            ", against {after_low} after {low_days} ({pairs} compared).",
            ". After {low_days} it comes to {after_low}, over {pairs}.",
            ", compared with {after_low} after {low_days}.",
        ),
    ),
    ground=table(
        "your {noun} is {higher} after {high_days}",
        "{high_days} are followed by {a_noun} of {after_high}",
        "{pairs} link your {other} with the next day's {noun}",
        "your {noun} averages {after_low} after {low_days}",
    ),
    whether=any_tone(
        table(
            "your {noun} is again {higher} after {high_days}",
            "the link from {other} to {noun} shows up again",
            "{low_days} are again followed by a {noun} near {after_low}",
            "{noun} keeps following {other}",
        )
    ),
    action=any_tone(
        table(
            "keep an eye on {other} when the next day matters",
            "try a change in {other} and see what the next day does",
            "plan demanding days with the {other} of the day before in mind",
            "use {other} as the lever to test",
            "treat it as a clue and test it for yourself",
        )
    ),
    meaning=any_tone(
        table(
            "a link between days is no proof of cause, yet it tells you where to try something",
            "what happens on the day before is often easier to change than the day itself",
            "such links are personal, so your own numbers say more here than general advice",
            "a relation like this can have other causes, but it is cheap to test",
        )
    ),
)
_SPOKEN = spoken_of_each_metric(PHRASES, NEUTRAL)


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the lagged relation, its direction from the means after high and low days."""
    high, low = evidence["after_high"], evidence["after_low"]
    direction = "up" if high > low else "down"
    show, other = SHOW[metric], VOICES[evidence["other"]]
    fields = {
        "other": other.noun,
        "high_days": other.high_days,
        "High_days": capital(other.high_days),
        "low_days": other.low_days,
        "after_high": show(high),
        "after_low": show(low),
        "pairs": counted(evidence["n"], "pair") + " of days",
    }
    return _SPOKEN[metric][direction], fields
