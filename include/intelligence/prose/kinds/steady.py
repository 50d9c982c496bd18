"""A metric that kept its level."""

from typing import Any

from include.intelligence.prose.finding import Finding, Phrases, any_tone
from include.intelligence.prose.numbers import SHOW
from include.intelligence.prose.templates import joined, table
from include.intelligence.prose.words import WORDS

PHRASES = Phrases(
    mini=table(
        "{noun} steady at {this}",
        "{noun} holding at {this}",
        "no shift in {noun}",
        "{noun} on its usual level",
        "{noun} unchanged at {this}",
    ),
    clause=table(
        "your {noun} held its level at {this}",
        "your {noun} stayed where it was, at {this}",
        "your {noun} barely moved from {baseline}",
        "your {noun} kept to its usual {baseline}",
        "your {noun} repeated the level of the four weeks before",
        "your {noun} was as steady as before, at {this}",
        "{did} {this}{tail}, much as before",
    ),
    text=joined(
        (
            "{Did} {this}{tail}",
            "Your {noun} averaged {this}{rate}",
            "{Noun} held at {this}{rate}",
            "This week's {noun} came to {this}{rate}",
        ),
        (
            ", next to {baseline} in the four weeks before.",
            "; your usual level is {baseline}, so little moved.",
            " and so stayed close to your usual {baseline}.",
            ", in line with the {baseline} of the 28 days before.",
            ". With {baseline} as your baseline, that counts as steady.",
        ),
    ),
    ground=table(
        "your {noun} held at {this}",
        "your {noun} stayed close to {baseline}",
        "your {noun} kept its level of {this}",
        "{did} {this}{tail}, as usual",
    ),
    whether=any_tone(
        table(
            "your {noun} stays near {this}",
            "your {noun} holds its level",
            "your {noun} remains close to {baseline}",
            "your {noun} stays as even as it was",
        )
    ),
    action=any_tone(
        table(
            "carry on as you are",
            "use the calm stretch to try a small change elsewhere",
            "keep the routine that holds it there",
            "leave this part of your routine alone",
            "take it as a stable base for the coming week",
        )
    ),
    meaning=any_tone(
        table(
            "a level that holds is the base on which other changes become visible",
            "steadiness tells you that your routine is carrying you",
            "an unchanged number is information too: the routine behind it works the same as before",
            "where nothing moves, there is no need to correct anything",
        )
    ),
)
_SPOKEN = {
    metric: PHRASES.spoken(metric, "steady", "neutral", words["up"]) for metric, words in WORDS.items()
}


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the steady metric; it is neutral, whatever the metric."""
    show = SHOW[metric]
    fields = {"this": show(evidence["this"]), "baseline": show(evidence["baseline"])}
    return _SPOKEN[metric], fields
