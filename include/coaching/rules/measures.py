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
    "resting_heart_rate": Measure("rest", "down"),
    "hrv": Measure("rest", "up"),
    "stress": Measure("work", "down"),
}
# Levels from which a step more can be asked; elsewhere a steady level is no merit.
FINE = {"steps": (4_000, 25_000), "active_minutes": (15, 180), "sleep_minutes": (400, 560)}
LESSONS = frozenset({"lag", "weekday"})
# The kinds that are told, and what the evidence of each must hold for it.
EVIDENCE: dict[str, tuple[str, ...]] = {
    "change": ("this", "baseline", "change"),
    "steady": ("this",),
    "trend": ("slope_per_week",),
    "weekday": ("weekday", "mean_on_day", "mean_other"),
    "lag": ("other", "after_high", "after_low"),
    "streak": ("length", "threshold"),
    "record": ("value", "weekday", "days"),
    "change_point": ("before", "after"),
}
# Kinds that hold one value against another.
COMPARED = {
    "change": ("this", "baseline"),
    "change_point": ("after", "before"),
    "weekday": ("mean_on_day", "mean_other"),
    "lag": ("after_high", "after_low"),
}
# A change of fewer parts of the usual level is not worth a message.
LEAST_CHANGE = 0.03


def told(insight: Insight) -> bool:
    """Whether coaching may take the insight up."""
    found = insight.evidence
    if insight.metric not in MEASURES or not _complete(insight):
        return False
    if insight.kind == "lag" and (found["other"] not in MEASURES or found["other"] == insight.metric):
        return False
    if insight.kind == "streak":
        return bool(found["length"] >= 2 and found["threshold"] > 0)
    if insight.kind not in COMPARED:
        return True
    one, other = (found[name] for name in COMPARED[insight.kind])
    return bool(abs(one - other) >= LEAST_CHANGE * other and min(one, other) > 0)


def _complete(insight: Insight) -> bool:
    names = EVIDENCE.get(insight.kind)
    return names is not None and all(insight.evidence.get(name) is not None for name in names)


def firm(insight: Insight) -> bool:
    """Whether the finding is ground for a challenge: a good streak, or a level that is fine as it is."""
    if insight.kind == "streak":
        return tone(insight) == "good"
    low, high = FINE.get(insight.metric, (1.0, 0.0))
    return insight.kind == "steady" and low <= insight.evidence["this"] <= high


def direction(insight: Insight) -> str:
    """'up', 'down' or 'steady': the sign of the numbers where there is one."""
    found = insight.evidence
    by_kind = {
        "change": found.get("change"),
        "trend": found.get("slope_per_week"),
        "change_point": found.get("after", 0) - found.get("before", 0),
    }
    sign = by_kind.get(insight.kind)
    return insight.direction if sign is None else "up" if sign > 0 else "down"


def tone(insight: Insight) -> Tone:
    """Whether the finding is welcome. A steady level, a rhythm of the week and a relation are neither."""
    way = direction(insight)
    if insight.kind in LESSONS or insight.kind == "steady" or way not in {"up", "down"}:
        return "neutral"
    return "good" if way == MEASURES[insight.metric].good else "bad"
