"""The best day of the 91, if it was this week."""

from typing import NamedTuple

import numpy as np

from include.intelligence.rules.cleaning import WEEK
from include.intelligence.rules.findings import Finding, as_dicts, believed, strength_of_difference
from include.intelligence.rules.ranking import Ranking
from include.intelligence.rules.streaks import GOOD
from include.intelligence.rules.week_stats import WeekStats

MIN_DAYS = 28


class Records(NamedTuple):
    """Users × metrics: the week's best day, and whether it is the best of the 91."""

    found: np.ndarray
    value: np.ndarray
    weekday: np.ndarray


def records(stats: WeekStats, ranked: Ranking) -> Records:
    """Best of at least 28 observed days, alone: the highest, or the lowest where less is better.

    The best of n days, not shared, has the centred rank (n - 1)/2.
    """
    best_rank = (ranked.ranks[..., WEEK] * GOOD.astype(np.float32)[:, None]).max(axis=-1)
    found = (best_rank == (ranked.n - 1.0) / 2.0) & (ranked.n >= MIN_DAYS) & (GOOD != 0)
    return Records(
        found & np.isfinite(stats.spread) & (stats.days < ranked.n),
        np.where(GOOD < 0, stats.low, stats.best),
        np.where(GOOD < 0, stats.low_day, stats.best_day),
    )


def find_records(stats: WeekStats, record: Records, ranked: Ranking) -> Finding:
    """Effect: distance from the usual median in robust spreads.

    Confidence: 1 - k/n, since the best of n exchangeable days falls among the week's k by chance
    that often (Rényi 1962).
    """
    effect = (record.value - stats.median) / stats.spread
    confidence = 1.0 - stats.days / np.maximum(ranked.n, 1.0)
    return Finding(
        "record", effect, strength_of_difference(effect), believed(confidence, record.found, 0.75),
        np.broadcast_to(GOOD.astype(np.int8), effect.shape), ranked.n.astype(int),
        lambda u, m: as_dicts(
            ("value", "weekday", "days"), record.value[u, m], record.weekday[u, m], ranked.n[u, m].astype(int)
        ),
    )  # fmt: skip
