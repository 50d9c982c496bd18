"""This week against the 28 days before: level, change, robust effect size; findings change and steady."""

from typing import NamedTuple

import numpy as np

from include.intelligence.metrics import METRICS
from include.intelligence.rules.cleaning import BASELINE, WEEK, Days
from include.intelligence.rules.findings import (
    Finding,
    as_dicts,
    believed,
    normal_confidence,
    signs,
    strength_of_difference,
)
from include.intelligence.rules.robust import MAD_TO_SD, median_and_mad

MIN_BASELINE_DAYS = 5
SMALL, EQUIVALENT = 0.2, 0.8  # Cohen's small effect; inside ±0.8 spreads a week counts as the same
HALF_UNIT = np.array([0.5 * 10.0**-metric.decimals for metric in METRICS])


class WeekStats(NamedTuple):
    """Users × metrics; values in the metric's unit, NaN = no data."""

    this: np.ndarray
    baseline: np.ndarray
    change: np.ndarray
    pct: np.ndarray
    days: np.ndarray
    baseline_days: np.ndarray
    best_day: np.ndarray  # weekday, 0 where there is none
    best: np.ndarray
    low_day: np.ndarray
    low: np.ndarray
    median: np.ndarray  # of the baseline days
    spread: np.ndarray  # 1.4826 MAD of the baseline days, floored
    effect: np.ndarray  # change in spreads


def week_stats(days: Days) -> WeekStats:
    """Mean of the week's days with data against the mean of the 28 days before (five days at least)."""
    week, here = days.x[..., WEEK], days.present[..., WEEK]
    before, there = days.x[..., BASELINE], days.present[..., BASELINE]
    n, n_before = np.count_nonzero(here, axis=-1), np.count_nonzero(there, axis=-1)
    enough = n_before >= MIN_BASELINE_DAYS
    this = mean_of(week, here, n, n > 0)
    baseline = mean_of(before, there, n_before, enough)
    centre, mad = median_and_mad(before)
    centre = np.where(enough, centre, np.nan)
    spread = np.where(enough, spread_of(centre, mad), np.nan)
    change = this - baseline
    with np.errstate(divide="ignore", invalid="ignore"):
        pct = np.where(baseline > 0, 100.0 * change / baseline, np.nan)
    highest, lowest = np.where(here, week, -np.inf), np.where(here, week, np.inf)
    return WeekStats(
        this, baseline, change, pct, n, n_before,
        highest.argmax(axis=-1), np.where(n > 0, highest.max(axis=-1), np.nan),
        lowest.argmin(axis=-1), np.where(n > 0, lowest.min(axis=-1), np.nan),
        centre, spread, change / spread,
    )  # fmt: skip


def mean_of(values: np.ndarray, present: np.ndarray, n: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Mean over the last axis of the values present, NaN where not `when`."""
    total = np.where(present, values, 0.0).sum(axis=-1)
    return np.where(when, total / np.maximum(n, 1), np.nan)


def spread_of(centre: np.ndarray, mad: np.ndarray) -> np.ndarray:
    """1.4826 MAD, the robust standard deviation (Rousseeuw & Croux 1993, JASA 88:1273).

    At least 0.5 % of the level and half of the unit shown, so that a level that never moved does
    not make an enormous effect of nothing.
    """
    return np.asarray(np.maximum(MAD_TO_SD * mad, np.maximum(0.005 * np.abs(centre), HALF_UNIT)))


def find_changes(stats: WeekStats) -> Finding:
    """A level that moved. Confidence: two-sample z test on the robust spread."""
    z = stats.effect / standard_error(stats)
    moved = (np.abs(stats.effect) >= SMALL) & (stats.days >= 3)
    return Finding(
        "change", stats.effect, strength_of_difference(stats.effect),
        believed(normal_confidence(z), moved, 0.6), signs(stats.change), stats.days,
        lambda u, m: as_dicts(
            ("this", "baseline", "change", "pct", "days", "baseline_days"),
            stats.this[u, m], stats.baseline[u, m], stats.change[u, m],
            np.round(stats.pct[u, m], 1), stats.days[u, m], stats.baseline_days[u, m],
        ),
    )  # fmt: skip


def find_steady(stats: WeekStats) -> Finding:
    """A level that stayed. Confidence: two one-sided tests of equivalence (Schuirmann 1987)."""
    room = (EQUIVALENT - np.abs(stats.effect)) / standard_error(stats)
    same = (np.abs(stats.effect) < SMALL) & (stats.days >= 4) & (stats.baseline_days >= 14)
    confidence = 0.5 + 0.5 * normal_confidence(room)
    return Finding(
        "steady", stats.effect, 1.0 - np.nan_to_num(np.abs(stats.effect), nan=1.0).clip(0, 1),
        believed(confidence, same, 0.6), np.zeros(stats.days.shape, np.int8), stats.days,
        lambda u, m: as_dicts(
            ("this", "baseline", "days", "baseline_days"),
            stats.this[u, m], stats.baseline[u, m], stats.days[u, m], stats.baseline_days[u, m],
        ),
    )  # fmt: skip


def standard_error(stats: WeekStats) -> np.ndarray:
    """Of the effect: how far means of so many days stray, in spreads."""
    return np.asarray(np.sqrt(1.0 / np.maximum(stats.days, 1) + 1.0 / np.maximum(stats.baseline_days, 1)))
