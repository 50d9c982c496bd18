"""Where a metric stands among people of the same age and sex."""

from typing import Any

from include.intelligence.prose.finding import Finding, Phrases, any_tone, spoken_of_each_metric
from include.intelligence.prose.numbers import ordinal
from include.intelligence.prose.templates import joined, table
from include.intelligence.prose.words import TONES, Tone, cohort_people

PHRASES = Phrases(
    mini=table(
        "{noun} at the {ordinal} percentile",
        "a comparison in {noun}",
        "{noun}: {ordinal} percentile",
        "your {noun} among {people}",
    ),
    clause=table(
        "your {noun} stands at the {ordinal} percentile among {people}",
        "your {noun} is higher than that of {percent} of {people}",
        "among {group} your {noun} comes to the {ordinal} percentile",
        "{percent} of {people} have a lower {noun} than you",
    ),
    text=joined(
        (
            "Your {noun} is higher than that of {percent} of {people}",
            "{percent} of {people} have a lower {noun} than you",
            "Among {people}, your {noun} stands at the {ordinal} percentile",
            "Compared with {people}, your {noun} is at the {ordinal} percentile",
        ),
        (
            ", in a comparison of {users}.",
            "; {users} were compared.",
            ". The comparison covers {users}.",
            ", out of {users}.",
            ". It says where you stand among {users}, not where you should.",
        ),
    ),
    ground=table(
        "your {noun} stands at the {ordinal} percentile",
        "your {noun} is higher than that of {percent} of {people}",
        "{percent} of {people} have a lower {noun}",
        "the comparison with {users} puts your {noun} at the {ordinal} percentile",
    ),
    whether=any_tone(
        table(
            "your {noun} keeps its place among {people}",
            "the {ordinal} percentile in {noun} holds",
            "your {noun} moves against {people}",
            "your standing in {noun} changes",
        )
    ),
    action=any_tone(
        table(
            "compare yourself with your own past weeks",
            "take the comparison as background, not as a goal",
            "let your own baseline be the measure",
            "read the comparison lightly and your own trend closely",
            "keep what serves you, whatever others do",
        )
    ),
    meaning=any_tone(
        table(
            "a comparison gives scale, while your own baseline gives direction",
            "people differ for good reasons, so your own trend weighs more than any rank",
            "a percentile tells you what is common, not what is right for you",
            "it helps to know what is usual among people like you",
        )
    ),
)
_TONES: dict[str, dict[str, Tone]] = {
    metric: {direction: "good" if tone == "good" else "neutral" for direction, tone in tones.items()}
    for metric, tones in TONES.items()
}
_SPOKEN = spoken_of_each_metric(PHRASES, _TONES)


def read(metric: str, evidence: dict[str, Any], _: str) -> Finding:
    """Return the standing; a percentile on the welcome side of the middle is good, else neutral."""
    percentile = round(evidence["percentile"])
    direction = "up" if percentile >= 50 else "down"
    people = cohort_people(evidence["cohort"])
    users = evidence["users"]
    fields = {
        "people": people,
        "users": f"{users:,} people",
        "group": f"{users:,} {people}",
        "percent": f"{percentile} %",
        "ordinal": ordinal(percentile),
    }
    return _SPOKEN[metric][direction], fields
