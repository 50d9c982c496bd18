"""The measures whose findings coaching takes up: what each has to do with what people write about."""

from typing import Literal, NamedTuple

from include.coaching.models import Insight

Tone = Literal["good", "bad", "neutral"]


class Measure(NamedTuple):
    """A metric of the weekly batch."""

    theme: str  # of rules/lexicon.py
    good: str  # 'up' or 'down'


# Weight, calories, glucose, blood oxygen and laboratory values are left to the brief: a nudge about them can harm.
MEASURES: dict[str, Measure] = {
    "steps": Measure("exercise", "up"),
    "active_minutes": Measure("exercise", "up"),
    "sleep_minutes": Measure("sleep", "up"),
    "resting_heart_rate": Measure("exercise", "down"),
    "hrv": Measure("health", "up"),
    "stress": Measure("work", "down"),
}
LESSONS = frozenset({"lag", "weekday"})
STEADY = frozenset({"streak", "steady", "consistency"})
TOLD = frozenset({"change", "change_point", "trend", "record"}) | LESSONS | STEADY
# What the evidence of each kind must hold to be told.
EVIDENCE: dict[str, tuple[str, ...]] = {
    "change": ("this", "baseline", "change"),
    "steady": ("this",),
    "trend": ("slope_per_week",),
    "weekday": ("weekday", "mean_on_day", "mean_other"),
    "lag": ("other", "after_high", "after_low"),
    "streak": ("length", "threshold"),
    "record": ("value", "weekday", "days"),
    "change_point": ("before", "after"),
    "consistency": (),
}


def told(insight: Insight) -> bool:
    """Whether coaching may take the insight up."""
    known = insight.metric in MEASURES and insight.kind in TOLD
    complete = known and all(name in insight.evidence for name in EVIDENCE[insight.kind])
    return complete and (insight.kind != "lag" or insight.evidence["other"] in MEASURES)


def tone(insight: Insight) -> Tone:
    """Whether the finding is welcome. A steady level, a rhythm of the week and a relation are neither."""
    if insight.kind in LESSONS or insight.kind == "steady":
        return "neutral"
    if insight.kind == "consistency":
        return "good" if insight.direction == "down" else "neutral"
    if insight.direction not in {"up", "down"}:
        return "neutral"
    return "good" if insight.direction == MEASURES[insight.metric].good else "bad"
