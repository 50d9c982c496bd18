"""Days in a row, up to the week's Sunday, at or above one's own usual level."""

from typing import NamedTuple

import numpy as np

from include.intelligence.metrics import METRICS
from include.intelligence.rules.cleaning import BASELINE, DAYS, Days
from include.intelligence.rules.findings import Finding, as_dicts, believed
from include.intelligence.rules.week_stats import WeekStats

MIN_LENGTH = 3
MIN_ENDED = 5  # shorter ones ending are no event
GOOD = np.array([{"up": 1.0, "down": -1.0, "neither": 0.0}[metric.good] for metric in METRICS])
LESS, NEITHER = np.flatnonzero(GOOD < 0), np.flatnonzero(GOOD == 0)
NUMBER = np.arange(1, DAYS + 1, dtype=np.uint8)


class Streaks(NamedTuple):
    """Users × metrics."""

    length: np.ndarray  # days to Sunday; 0 = none
    share: np.ndarray  # of the 28 days before, how many were as good
    ended: np.ndarray  # length of the streak that a day of this week broke; 0 = none
    ended_days_ago: np.ndarray  # the day that broke it


def streaks(days: Days, stats: WeekStats) -> Streaks:
    """At or above the median of the 28 days before (at or below where less is better).

    A missing day ends a streak, but only a measured day is told as its end.
    """
    usual = stats.median[..., None]
    missed = ~(days.x >= usual)
    missed[:, LESS] = ~(days.x[:, LESS] <= usual[:, LESS])
    missed[:, NEITHER] = True
    share = np.count_nonzero(~missed[..., BASELINE], axis=-1) / np.maximum(stats.baseline_days, 1)
    numbers = missed * NUMBER
    broke = numbers.max(axis=-1).astype(int)  # 0 = never
    u, m = np.ix_(*map(np.arange, broke.shape))
    last = np.maximum(broke - 1, 0)
    numbers[u, m, last] = 0
    ended = broke - numbers.max(axis=-1) - 1
    told = (DAYS - broke < 7) & (ended >= MIN_ENDED) & days.present[u, m, last]
    return Streaks(DAYS - broke, share, np.where(told, ended, 0), DAYS - broke)


def find_streaks(stats: WeekStats, found: Streaks) -> Finding:
    """Streaks of three days or more. Effect: the length in weeks.

    Confidence: a sign test; 1 - q^length, q the share of the 28 days before that were as good.
    """
    confidence = 1.0 - found.share**found.length
    effect = found.length / 7.0
    return Finding(
        "streak", effect, effect / (1.0 + effect),
        believed(confidence, found.length >= MIN_LENGTH, 0.75),
        np.broadcast_to(GOOD.astype(np.int8), effect.shape), found.length,
        lambda u, m: as_dicts(("length", "threshold"), found.length[u, m], stats.median[u, m]),
    )  # fmt: skip
