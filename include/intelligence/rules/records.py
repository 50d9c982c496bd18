"""The best day of the 91, if it was this week."""

import numpy as np

from include.intelligence.rules.cleaning import WEEK, Days
from include.intelligence.rules.findings import Finding, as_dicts, believed, strength_of_difference
from include.intelligence.rules.streaks import GOOD
from include.intelligence.rules.week_stats import WeekStats

MIN_DAYS = 28


def find_records(days: Days, stats: WeekStats) -> Finding:
    """Best of at least 28 observed days: the highest, or the lowest where less is better.

    Effect: distance from the usual median in robust spreads. Confidence: 1 - k/n, since the best of
    n exchangeable days falls among the week's k by chance that often (Rényi 1962).
    """
    n = np.count_nonzero(days.present, axis=-1)
    better = np.where(days.present, days.x * GOOD[:, None], -np.inf)
    before = better[..., : WEEK.start].max(axis=-1)
    record = (better[..., WEEK].max(axis=-1) > before) & np.isfinite(before)
    record &= (GOOD != 0) & (n >= MIN_DAYS) & np.isfinite(stats.spread)
    weekday = np.where(GOOD < 0, stats.low_day, stats.best_day)
    value = np.where(GOOD < 0, stats.low, stats.best)
    effect = (value - stats.median) / stats.spread
    confidence = 1.0 - stats.days / np.maximum(n, 1)
    return Finding(
        "record", effect, strength_of_difference(effect), believed(confidence, record, 0.75),
        np.broadcast_to(GOOD.astype(np.int8), n.shape), n,
        lambda u, m: as_dicts(("value", "weekday", "days"), value[u, m], weekday[u, m], n[u, m]),
    )  # fmt: skip
