"""One module per kind of insight: how its evidence is read, and what can be said of it."""

from include.intelligence.models import Insight
from include.intelligence.prose.finding import Finding, Reader
from include.intelligence.prose.kinds import (
    change,
    change_point,
    consistency,
    coverage,
    lab,
    lag,
    record,
    standing,
    steady,
    streak,
    trend,
    weekday,
)

READERS: dict[str, Reader] = {
    "change": change.read,
    "steady": steady.read,
    "trend": trend.read,
    "weekday": weekday.read,
    "lag": lag.read,
    "streak": streak.read,
    "record": record.read,
    "change_point": change_point.read,
    "consistency": consistency.read,
    "standing": standing.read,
    "lab": lab.read,
    "coverage": coverage.read,
}


def finding(insight: Insight) -> Finding:
    """Return the insight ready for writing."""
    _, kind, metric, direction, _, _, evidence = insight
    return READERS[kind](metric, evidence, direction)
