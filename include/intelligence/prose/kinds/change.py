"""This week's mean against the 28 days before; and 'steady', where the two are shown as equal."""

import re
from typing import Any

from include.intelligence.metrics import BY_NAME
from include.intelligence.prose.finding import Finding, Phrases, spoken_of_each_metric
from include.intelligence.prose.kinds import steady
from include.intelligence.prose.numbers import LEAST, SHOW, amount, counted, with_article
from include.intelligence.prose.templates import Table, joined, table

DIFFERENCE = re.compile(r"\{(amount|a_rise)\}")
PHRASES = Phrases(
    mini=table(
        "{noun} {up} {amount}",
        "{noun} {amount} {above} usual",
        "{noun} {up} to {this}",
        "{a_rise} in {noun}",
        "{noun} {amount} {higher} than usual",
        "{noun} at {this}",
    ),
    clause=table(
        "your {noun} {rose} by {amount}",
        "your {noun} came in {amount} {above} your four-week average",
        "your {noun} was {amount} {higher} than in the four weeks before",
        "{did} {this}{tail}, {up} from {baseline}",
        "your {noun} {went_up} from {baseline} to {this}",
        "your {noun} {climbed} by {amount} against your usual level",
        "{did} {this}{tail}, which is {amount} {above} your norm",
        "your {noun} ended the week {amount} {higher} than your baseline of {baseline}",
        "your {noun} {rose} to {this}, from a usual {baseline}",
        "there was {a_rise} in your {noun}",
    ),
    text=joined(
        (
            "{Did} {this}{tail}",
            "Your {noun} averaged {this}{rate}",
            "The week's average {noun} was {this}{rate}",
            "This week your {noun} came to {this}{rate}",
            "{Noun} averaged {this}{rate} over {days_measured}",
            "Over {days_measured}, {did} {this}{tail}",
            "At {this}{rate}, your {noun} {rose} this week",
        ),
        (
            ", {amount} {above} the {baseline} of the four weeks before.",
            "; the 28 days before stood at {baseline}, so the {rise} is {amount}.",
            ", {up} {amount} from your usual {baseline}.",
            " against {baseline} before, {a_rise}.",
            ". Your four-week average was {baseline}, and the week ended {amount} {above} it.",
            ", compared with {baseline} in the four weeks before: {amount} {more}.",
            ". That is {amount} {more} than your baseline of {baseline}.",
            ", where {baseline} had been normal for you.",
            "; your usual level is {baseline}.",
            ", {up} from {baseline} before.",
            " instead of the {baseline} of the four weeks before.",
        ),
    ),
    ground=table(
        "your {noun} was {amount} {above} usual",
        "your {noun} {rose} by {amount}",
        "{did} {this}{tail} against a usual {baseline}",
        "your {noun} went from {baseline} to {this}",
        "your {noun} moved {up} by {amount}",
        "this week's {noun} averaged {this}",
    ),
    whether={
        "good": table(
            "your {noun} stays near {this}",
            "the {rise} in {noun} holds",
            "{this} becomes your new normal for {noun}",
            "your {noun} keeps its distance from the old {baseline}",
            "the {amount} {rise} in {noun} lasts another week",
        ),
        "bad": table(
            "your {noun} finds its way back to {baseline}",
            "the {rise} in {noun} goes on",
            "your {noun} returns to its usual level",
            "{this} was an exception for your {noun}",
            "the {amount} {rise} in {noun} fades",
        ),
        "neutral": table(
            "your {noun} settles at {this} or returns to {baseline}",
            "the {rise} in {noun} goes on",
            "your {noun} stays {above} {baseline}",
            "your {noun} keeps to {this}",
            "the {rise} of {amount} in {noun} was a passing matter",
        ),
    },
)


def _without_arithmetic(texts: Table) -> Table:
    """Return the templates that do not set the difference next to the baseline."""
    return tuple(text for text in texts if "{baseline}" not in text or not DIFFERENCE.search(text))


# Rounding can make 57.7 - 57.0 = 0.8; then the reader is not invited to subtract.
_APART = PHRASES._replace(clause=_without_arithmetic(PHRASES.clause), text=_without_arithmetic(PHRASES.text))
_SPOKEN = spoken_of_each_metric(PHRASES)
_SPOKEN_APART = spoken_of_each_metric(_APART)


def _adds_up(decimals: int, this: float, baseline: float, change: float) -> bool:
    """Return whether the values as shown differ by the change as shown."""
    if decimals == 0:
        return round(this) - round(baseline) == round(change)
    return abs(round(this, decimals) - round(baseline, decimals) - round(change, decimals)) < 1e-6


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the change with its direction taken from the numbers."""
    this, baseline, change = evidence["this"], evidence["baseline"], evidence["change"]
    show = SHOW[metric]
    this_shown, baseline_shown = show(this), show(baseline)
    if this_shown == baseline_shown or abs(change) < LEAST[metric]:
        return steady.read(metric, evidence, "steady")
    direction = "up" if change > 0 else "down"
    by = amount(metric, change, evidence["pct"])
    rise = "rise" if direction == "up" else "drop"
    fields = {
        "this": this_shown,
        "baseline": baseline_shown,
        "amount": by,
        "a_rise": f"{with_article(by)} {rise}" if by[-1] == "%" else f"a {rise} of {by}",
        "days_measured": counted(evidence["days"], "measured day"),
    }
    # Nobody subtracts to check a percentage.
    fits = by[-1] == "%" or _adds_up(BY_NAME[metric].decimals, this, baseline, change)
    return (_SPOKEN if fits else _SPOKEN_APART)[metric][direction], fields
