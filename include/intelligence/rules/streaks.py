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


class Streaks(NamedTuple):
    """Users × metrics."""

    length: np.ndarray  # days to Sunday; 0 = none
    ended: np.ndarray  # length of the streak that a day of this week broke; 0 = none
    ended_days_ago: np.ndarray  # the day that broke it


def streaks(days: Days, stats: WeekStats) -> Streaks:
    """At or above the median of the 28 days before (at or below where less is better).

    A missing day ends a streak, but only a measured day is told as its end.
    """
    good = days.x * GOOD[:, None] >= (stats.median * GOOD)[..., None]
    good &= (GOOD != 0)[:, None]
    length = run_to_end(good)
    broke = np.maximum(DAYS - 1 - length, 0)
    u, m = np.indices(length.shape, sparse=True)
    this_week = (length < 7) & days.present[u, m, broke]
    good[u, m, broke] = True
    ended = np.where(this_week, run_to_end(good) - length - 1, 0)
    return Streaks(length, np.where(ended >= MIN_ENDED, ended, 0), DAYS - 1 - broke)


def run_to_end(flags: np.ndarray) -> np.ndarray:
    """How many of the last flags in a row are true."""
    backwards = flags[..., ::-1]
    return np.where(flags.all(axis=-1), flags.shape[-1], backwards.argmin(axis=-1))


def find_streaks(days: Days, stats: WeekStats, found: Streaks) -> Finding:
    """Streaks of three days or more. Effect: the length in weeks.

    Confidence: a sign test; 1 - q^length, q the share of the 28 days before that were as good.
    """
    level = (stats.median * GOOD)[..., None]
    as_good = np.count_nonzero(days.x[..., BASELINE] * GOOD[:, None] >= level, axis=-1)
    share = as_good / np.maximum(stats.baseline_days, 1)
    confidence = 1.0 - share**found.length
    effect = found.length / 7.0
    direction = np.broadcast_to(GOOD.astype(np.int8), found.length.shape)
    return Finding(
        "streak", effect, effect / (1.0 + effect),
        believed(confidence, found.length >= MIN_LENGTH, 0.75), direction, found.length,
        lambda u, m: as_dicts(("length", "threshold"), found.length[u, m], stats.median[u, m]),
    )  # fmt: skip
