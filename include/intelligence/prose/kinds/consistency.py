"""How much a metric differs from day to day, against its usual spread."""

from typing import Any

from include.intelligence.prose.finding import Finding, Phrases
from include.intelligence.prose.numbers import SHOW_CHANGE
from include.intelligence.prose.templates import joined, table
from include.intelligence.prose.words import WORDS

_EVEN = {"even": "more even", "evenly": "more evenly", "close": "closer together", "narrow": "narrower"}
_UNEVEN = {"even": "less even", "evenly": "less evenly", "close": "further apart", "narrow": "wider"}

PHRASES = Phrases(
    mini=table(
        "{even} days for {noun}",
        "{noun} {even} than usual",
        "{noun} {close} from day to day",
        "a {narrow} spread in {noun}",
    ),
    clause=table(
        "your {noun} was {even} from day to day",
        "the days lay {close} in {noun}, with a spread of {spread}",
        "your {noun} was spread {evenly} over the week",
        "the day-to-day spread of your {noun} was {narrow}, at {spread}",
        "your {noun} varied by {spread} instead of {usual_spread}",
    ),
    text=joined(
        (
            "From day to day your {noun} varied by {spread}",
            "The daily spread of your {noun} was {spread}",
            "Your {noun} was {even} across the days, with a spread of {spread}",
            "The days lay {close}: your {noun} varied by {spread}",
        ),
        (
            ", where {usual_spread} is usual.",
            "; it is usually {usual_spread}.",
            " against {usual_spread} before.",
            ". In the four weeks before it was {usual_spread}.",
            ", compared with {usual_spread} in the 28 days before.",
        ),
    ),
    ground=table(
        "your {noun} varied by {spread} from day to day",
        "your {noun} was {even} than its usual spread of {usual_spread}",
        "the daily spread of your {noun} was {spread}",
        "your {noun} was {even} this week",
    ),
    whether={
        "good": table(
            "your {noun} stays as even",
            "the spread of your {noun} remains near {spread}",
            "the days stay close together in {noun}",
        ),
        "bad": table(
            "your {noun} evens out again",
            "the spread of your {noun} comes back to {usual_spread}",
            "the days move closer together in {noun}",
        ),
        "neutral": table(
            "your {noun} evens out again",
            "the spread of your {noun} comes back to {usual_spread}",
            "the days move closer together in {noun}",
        ),
    },
    action={
        "good": table(
            "keep the fixed points of the week that made it so",
            "hold on to the times that worked",
            "let the regular days set the pace",
            "keep the same rhythm through the weekend",
        ),
        "bad": table(
            "give the week a few fixed times",
            "bring the odd days closer to the rest",
            "look at the day that fell furthest out",
            "keep the weekend nearer to the rhythm of the week",
        ),
        "neutral": table(
            "give the week a few fixed times",
            "look at the day that fell furthest out",
            "ask whether the uneven days were planned",
            "keep the weekend nearer to the rhythm of the week",
        ),
    },
    meaning={
        tone: table(
            "the body tends to do well with regular days",
            "how even a week is often matters as much as its average",
            "averages hide the spread, and the spread is what you feel",
            "regular days make the other numbers easier to read",
        )
        for tone in ("good", "bad", "neutral")
    },
)
_SPOKEN = {
    metric: {
        "down": PHRASES.spoken(metric, "down", "good", words["down"] | _EVEN),
        "up": PHRASES.spoken(metric, "up", "neutral", words["up"] | _UNEVEN),
    }
    for metric, words in WORDS.items()
}


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the spread; a smaller one than usual is welcome for every metric."""
    spread, usual = evidence["spread"], evidence["baseline_spread"]
    show = SHOW_CHANGE[metric]
    fields = {"spread": show(spread), "usual_spread": show(usual)}
    return _SPOKEN[metric]["down" if spread < usual else "up"], fields
