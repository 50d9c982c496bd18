"""Where a user's weekly mean stands among the users of the cohort."""

from typing import Any, NamedTuple

import numpy as np

from include.intelligence.metrics import NAMES
from include.intelligence.rules.block import Cohorts
from include.intelligence.rules.findings import Finding, as_dicts, believed, normal_confidence, signs
from include.intelligence.rules.streaks import GOOD
from include.intelligence.rules.week_stats import WeekStats

MIN_USERS, MIN_DAYS = 20, 3


class Standing(NamedTuple):
    """Users × metrics."""

    percentile: np.ndarray  # 1-99, NaN = nobody to compare with
    cohort: np.ndarray  # row of Cohorts, -1 = none
    users: np.ndarray  # in that cohort


def standing(stats: WeekStats, own: np.ndarray, cohorts: Cohorts) -> Standing:
    """Percentile in the own cohort, in 'all' where that has under 20 users, in none where 'all' has.

    The mid-rank among the cohort's frozen percentiles, as a whole number from 1 to 99: neither the
    least nor the greatest value of another user can be told from it.
    """
    chosen = comparable_cohort(stats.this, own, cohorts)
    found = np.nonzero(chosen >= 0)
    series = chosen[found] * chosen.shape[1] + found[1]
    below = count_up_to(cohorts.quantiles, series, stats.this[found], strictly=True)
    up_to = count_up_to(cohorts.quantiles, series, stats.this[found], strictly=False)
    percentile, users = np.full(chosen.shape, np.nan), np.zeros(chosen.shape, dtype=int)
    percentile[found] = np.rint((below + up_to - 1) / 2).clip(1, 99)
    users[found] = cohorts.users.reshape(-1)[series]
    return Standing(percentile, chosen, users)


def count_up_to(
    quantiles: np.ndarray, series: np.ndarray, values: np.ndarray, *, strictly: bool
) -> np.ndarray:
    """How many of the percentiles of each series are at or below the value, by bisection of all at once."""
    points, width = quantiles.reshape(-1), quantiles.shape[-1]
    start, count = series * width, np.zeros(len(series), dtype=int)
    for step in (64, 32, 16, 8, 4, 2, 1):
        probe = count + step
        point = points[start + np.minimum(probe, width) - 1]
        lower = point < values if strictly else point <= values
        count = np.where((probe <= width) & lower, probe, count)
    return count


def comparable_cohort(this: np.ndarray, own: np.ndarray, cohorts: Cohorts) -> np.ndarray:
    """Users × metrics: the row of Cohorts to compare with; -1 = none."""
    if not cohorts.labels:
        return np.full(this.shape, -1)
    large = (cohorts.users >= MIN_USERS) & ~np.isnan(cohorts.quantiles).any(axis=-1)
    everybody = cohorts.labels.index("all") if "all" in cohorts.labels else -1
    fallback = np.where(large[everybody], everybody, -1) if everybody >= 0 else np.full(this.shape[1], -1)
    in_own = large[own] & (own >= 0)[:, None]
    return np.where(np.isnan(this), -1, np.where(in_own, own[:, None], fallback))


def find_standing(stats: WeekStats, place: Standing, labels: list[str]) -> Finding:
    """A level far from the cohort's median. Effect: distance from the middle, -1 to 1.

    Confidence: binomial test that the level is on that side of the median, one observation a
    user; scaled by the days of the week that were measured.
    """
    effect = (np.nan_to_num(place.percentile, nan=50.0) - 50.0) / 50.0
    z = effect * np.sqrt(place.users)
    confidence = normal_confidence(z) * np.minimum(stats.days, 5) / 5.0
    far = (GOOD != 0) & (stats.days >= MIN_DAYS) & (np.abs(effect) >= 0.2)
    return Finding(
        "standing", effect, np.abs(effect), believed(confidence, far, 0.6), signs(effect), place.users,
        lambda u, m: [
            {**numbers, "cohort": labels[row]}
            for numbers, row in zip(
                as_dicts(("percentile", "users"), place.percentile[u, m].astype(int), place.users[u, m]),
                place.cohort[u, m].tolist(),
                strict=True,
            )
        ],
    )  # fmt: skip


def comparative(place: Standing, labels: list[str]) -> list[dict[str, Any]]:
    """Per user the percentile of each metric that can be compared."""
    percentiles = np.nan_to_num(place.percentile).astype(int).tolist()
    return [
        {
            name: {"percentile": percentile, "cohort": labels[row], "users": users}
            for name, percentile, row, users in zip(NAMES, *user, strict=True)
            if row >= 0
        }
        for user in zip(percentiles, place.cohort.tolist(), place.users.tolist(), strict=True)
    ]
