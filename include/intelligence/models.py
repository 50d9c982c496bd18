"""The facts of one user's week and the prose made from them.

Facts are numbers already computed and rounded; dates appear as weekdays (0 = Monday) or as days
before the week's Sunday, so that equal weeks give equal facts. Values are in the metric's unit.
"""

from typing import Any, Literal, NamedTuple

Kind = Literal[
    "change",  # this, baseline, change, pct, days, baseline_days
    "steady",  # this, baseline, days, baseline_days
    "trend",  # slope_per_week, weeks, days
    "weekday",  # weekday, mean_on_day, mean_other, weeks
    "lag",  # other (metric), r, n, after_high, after_low: this metric's mean the day after
    "streak",  # length (days to Sunday), threshold
    "record",  # value, weekday, days (compared with)
    "change_point",  # before, after, days_ago, days
    "consistency",  # spread, baseline_spread, days
    "standing",  # percentile, cohort, users
    "lab",  # test, value, unit, ref_low, ref_high, days_ago
    "coverage",  # days, of
]
Direction = Literal["up", "down", "steady"]


class MetricStats(NamedTuple):
    """One metric: daily mean of this week against the daily mean of the 28 days before."""

    this: float | None
    baseline: float | None
    change: float | None
    pct: float | None  # change in percent of the baseline
    days: int
    baseline_days: int
    best_day: int | None  # weekday of the highest value
    best: float | None
    low_day: int | None
    low: float | None


class Insight(NamedTuple):
    """One finding; `key` is kind:metric:direction. `evidence` holds the numbers named at Kind."""

    key: str
    kind: Kind
    metric: str
    direction: Direction
    effect: float
    confidence: float
    evidence: dict[str, Any]


class Facts(NamedTuple):
    """All that a writer may use about one user's week."""

    user_id: int
    stats: dict[str, MetricStats]  # metrics with at least one day in the week or the 28 before
    insights: list[Insight]  # best first, at most five
    patterns: list[dict[str, Any]]  # kind, metric, n, strength, confidence, and the kind's numbers
    velocity: dict[str, Any]  # per range "7" "28" "90": {score, direction, contributions} or None
    systems: dict[str, Any]  # per system: {score, trend, drivers} or None where data is missing
    timeline: list[dict[str, Any]]  # days_ago, kind, metric, value
    comparative: dict[str, Any]  # per metric: {percentile, cohort, users}
    mood: dict[str, int]  # label → days this week
    days_with_data: int  # of the week's seven
    sufficient: bool  # False: write the short honest brief that says what is missing


class Prose(NamedTuple):
    """What a writer makes of Facts. `insights` has one text per Facts.insights, in order."""

    headline: str
    narrative: str
    insights: list[str]
    recommendations: list[str]
    watch: list[str]
