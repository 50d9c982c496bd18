"""Health velocity: whether things get better or worse, 0-100, over 7, 28 and 90 days."""

from typing import Any

import numpy as np

from include.intelligence.metrics import METRICS, NAMES
from include.intelligence.rules.cleaning import Days
from include.intelligence.rules.findings import rounded
from include.intelligence.rules.robust import median
from include.intelligence.rules.streaks import GOOD
from include.intelligence.rules.week_stats import WeekStats, mean_of

RANGES = ("7", "28", "90")
COUNTED = np.flatnonzero(GOOD)  # metrics of which more is better or worse
WEIGHT = {
    "steps": 1.0, "active_minutes": 1.0, "sleep_minutes": 1.0, "resting_heart_rate": 1.0,
    "hrv": 0.8, "spo2": 0.5, "stress": 0.8,
}  # fmt: skip
WEIGHTS = np.array([WEIGHT.get(metric.name, 0.0) for metric in METRICS])[COUNTED]
FULL = 1.5  # spreads; tanh(effect / FULL) levels off there, so that one metric cannot rule alone
STEADY = 4  # points around 50
MIN_METRICS, MIN_DAYS = 2, 3
MIN_DAYS_28, MIN_DAYS_WEEK, MIN_WEEKS = 14, 3, 8
APART = 6  # weeks between the two of a pair


def velocity(days: Days, stats: WeekStats) -> list[dict[str, Any]]:
    """Per user and range {score, direction, contributions in points}; None where days are missing.

    The score is 50 + the weighted mean of the metrics' squashed effects, each in the user's own
    robust spread (of the 28 days before the week) and signed so that better is up.
    """
    effects = np.stack([effect_7(stats), effect_28(days, stats), effect_90(days, stats)], axis=1)
    known = ~np.isnan(effects)
    weights = WEIGHTS * known
    total = np.maximum(weights.sum(axis=-1, keepdims=True), 1e-9)
    points = rounded(50.0 * np.tanh(np.nan_to_num(effects * GOOD[COUNTED]) / FULL) * weights / total, 1)
    scores = np.rint(50.0 + points.sum(axis=-1)).astype(int).clip(0, 100)
    possible = known.sum(axis=-1) >= MIN_METRICS
    return [
        {name: describe(*one) for name, one in zip(RANGES, zip(*user, strict=True), strict=True)}
        for user in zip(possible.tolist(), scores.tolist(), points.tolist(), known.tolist(), strict=True)
    ]


def describe(possible: bool, score: int, points: list[float], known: list[bool]) -> dict[str, Any] | None:
    """One range in plain values."""
    if not possible:
        return None
    direction = "steady" if abs(score - 50) <= STEADY else "up" if score > 50 else "down"
    contributions = {name: point for name, point, has in zip(COUNTED_NAMES, points, known, strict=True) if has}
    return {"score": score, "direction": direction, "contributions": contributions}


COUNTED_NAMES = [NAMES[metric] for metric in COUNTED]


def effect_7(stats: WeekStats) -> np.ndarray:
    """The week against the 28 days before."""
    return np.where(stats.days >= MIN_DAYS, stats.effect, np.nan)[:, COUNTED]


def effect_28(days: Days, stats: WeekStats) -> np.ndarray:
    """The last 28 days against the 63 before them."""
    x, present = days.x[:, COUNTED], days.present[:, COUNTED]
    late, early = np.count_nonzero(present[..., 63:], axis=-1), np.count_nonzero(present[..., :63], axis=-1)
    enough = (late >= MIN_DAYS_28) & (early >= MIN_DAYS_28)
    after = mean_of(x[..., 63:], present[..., 63:], late, enough)
    before = mean_of(x[..., :63], present[..., :63], early, enough)
    return np.asarray((after - before) / stats.spread[:, COUNTED])


def effect_90(days: Days, stats: WeekStats) -> np.ndarray:
    """The drift across 13 weeks, in spreads from the first to the last.

    Slope: median over the pairs of weekly means at least six weeks apart, an incomplete Theil-Sen
    (Theil 1950): the far pairs carry nearly all of what the slope is known by.
    """
    weekly = (days.x.shape[0], len(COUNTED), 13, 7)
    x, present = days.x[:, COUNTED].reshape(weekly), days.present[:, COUNTED].reshape(weekly)
    n = np.count_nonzero(present, axis=-1)
    means = mean_of(x, present, n, n >= MIN_DAYS_WEEK)
    first, second = np.triu_indices(13, k=APART)
    slope = median((means[..., second] - means[..., first]) / (second - first))
    weeks = np.count_nonzero(n >= MIN_DAYS_WEEK, axis=-1)
    return np.where(weeks >= MIN_WEEKS, 12.0 * slope / stats.spread[:, COUNTED], np.nan)
