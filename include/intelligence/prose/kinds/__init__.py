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
    "change_point": change_point.read,
    "consistency": consistency.read,
    "standing": standing.read,
    "lab": lab.read,
    "coverage": coverage.read,
}


def finding(insight: Insight) -> Finding:
    """Return the insight ready for writing."""
    kind = insight.kind
    # A record and a streak show their side only in the direction, not in the evidence.
    if kind == "record":
        return record.read(insight.metric, insight.evidence, "down" if insight.direction == "down" else "up")
    if kind == "streak":
        return streak.read(insight.metric, insight.evidence, "down" if insight.direction == "down" else "up")
    return READERS[kind](insight.metric, insight.evidence)
