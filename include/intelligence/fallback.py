"""The result that stands in when the real one could not be made: the week's means and nothing else."""

import math
from collections.abc import Sequence

from include.intelligence.metrics import BY_NAME, NAMES
from include.intelligence.models import Facts, MetricStats, Prose

HEADLINE = "Your week in brief, without the analysis"
NARRATIVE = (
    "We could not finish the full analysis of your week, so this brief shows only your plain daily averages. "
    "Nothing of your data is lost, and the next brief is made afresh."
)


def plain_facts(user_id: int, week: Sequence[Sequence[float]]) -> Facts:
    """Facts with the week's means only; `week` is seven days × metrics, NaN = no data."""
    stats = {}
    for name, values in zip(NAMES, zip(*week, strict=True), strict=True):
        metric = BY_NAME[name]
        known = [v for v in values if math.isfinite(v) and metric.low <= v <= metric.high]
        if known:
            mean = round(sum(known) / len(known), 2)
            stats[name] = MetricStats(mean, None, None, None, len(known), 0, None, None, None, None)
    days = sum(any(math.isfinite(v) for v in day) for day in week)
    nothing = {"7": None, "28": None, "90": None}
    return Facts(user_id, stats, [], [], nothing, {}, [], {}, {}, days, sufficient=True)


def plain_prose() -> Prose:
    return Prose(HEADLINE, NARRATIVE, [], [], [])
