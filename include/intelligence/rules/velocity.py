"""Health velocity: whether things get better or worse, 0-100, over 7, 28 and 90 days."""

from typing import Any

import numpy as np

from include.intelligence.metrics import METRICS
from include.intelligence.rules.findings import rounded
from include.intelligence.rules.ranking import Ranking
from include.intelligence.rules.streaks import GOOD
from include.intelligence.rules.week_stats import WeekStats
from include.intelligence.rules.weekday_effects import rank_biserial

RANGES = ("7", "28", "90")
WEIGHT = {
    "steps": 1.0, "active_minutes": 1.0, "sleep_minutes": 1.0, "resting_heart_rate": 1.0,
    "hrv": 0.8, "spo2": 0.5, "stress": 0.8,
}  # fmt: skip
COUNTED = np.flatnonzero(GOOD)  # metrics of which more is better or worse
COUNTED_NAMES = [METRICS[metric].name for metric in COUNTED]
WEIGHTS = np.array([WEIGHT[name] for name in COUNTED_NAMES])
STEADY = 4  # points around 50
DIRECTIONS = ("steady", "up", "down")  # by sign: 0, 1, -1
MIN_METRICS, MIN_DAYS = 2, 3
MIN_DAYS_28, MIN_DAYS_WEEK, MIN_WEEKS = 14, 3, 8


def velocity(stats: WeekStats, ranked: Ranking) -> list[dict[str, Any]]:
    """Per user and range {score, direction, contributions in points}; None where days are missing.

    The score is 50 + 50 · the weighted mean of the metrics' effects, each from -1 to 1 and signed
    so that better is up. None of them can be ruled by a few extreme days.
    """
    effects = np.stack([effect_7(stats), effect_28(ranked), effect_90(ranked)], axis=1)[..., COUNTED]
    known = ~np.isnan(effects)
    weights = WEIGHTS * known
    share = weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1e-9)
    points = rounded(50.0 * np.where(known, effects * GOOD[COUNTED], 0.0) * share, 1)
    scores = np.rint(50.0 + points.sum(axis=-1)).astype(int)
    columns = [range_column(scores[:, r], points[:, r], known[:, r]) for r in range(len(RANGES))]
    return [dict(zip(RANGES, user, strict=True)) for user in zip(*columns, strict=True)]


def range_column(scores: np.ndarray, points: np.ndarray, known: np.ndarray) -> list[dict[str, Any] | None]:
    """One range of all users in plain values."""
    ways = np.where(np.abs(scores - 50) <= STEADY, 0, np.sign(scores - 50)).tolist()
    told: list[dict[str, Any] | None] = [
        {"score": score, "direction": DIRECTIONS[way], "contributions": dict(zip(COUNTED_NAMES, row))}  # noqa: B905
        for score, way, row in zip(scores.tolist(), ways, points.tolist(), strict=True)
    ]
    for user, metric in np.argwhere(~known).tolist():
        del told[user]["contributions"][COUNTED_NAMES[metric]]  # type: ignore[index]
    for user in np.flatnonzero(known.sum(axis=-1) < MIN_METRICS).tolist():
        told[user] = None
    return told


def effect_7(stats: WeekStats) -> np.ndarray:
    """The week against the 28 days before: d as a correlation d/√(d² + 4) (Borenstein et al. 2009)."""
    return np.where(stats.days >= MIN_DAYS, stats.effect / np.sqrt(stats.effect**2 + 4.0), np.nan)


def effect_28(ranked: Ranking) -> np.ndarray:
    """The last 28 days against the 63 before them: Cliff's delta."""
    late = ranked.n_28
    delta = rank_biserial(ranked.by_week[..., -4:].sum(axis=-1), late, ranked.n)
    return np.where((late >= MIN_DAYS_28) & (ranked.n - late >= MIN_DAYS_28), delta, np.nan)


def effect_90(ranked: Ranking) -> np.ndarray:
    """The drift across 13 weeks: rank correlation with time (Spearman's rho; Daniels 1950)."""
    weeks = np.count_nonzero(ranked.week_n >= MIN_DAYS_WEEK, axis=-1)
    return np.where(weeks >= MIN_WEEKS, ranked.drift, np.nan)
