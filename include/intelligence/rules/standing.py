"""Where a user's weekly mean stands among the users of the cohort."""

from typing import NamedTuple

import numpy as np

from include.intelligence.rules.block import Cohorts
from include.intelligence.rules.findings import Finding, as_dicts, believed, normal_confidence
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
    percentile = np.full(stats.this.shape, np.nan)
    users = np.zeros(stats.this.shape, dtype=int)
    chosen = comparable_cohort(stats.this, own, cohorts)
    for row in np.unique(chosen[chosen >= 0]).tolist():
        for metric in range(chosen.shape[1]):
            here = np.flatnonzero(chosen[:, metric] == row)
            points, values = cohorts.quantiles[row, metric], stats.this[here, metric]
            below, up_to = np.searchsorted(points, values), np.searchsorted(points, values, side="right")
            percentile[here, metric] = np.rint((below + up_to - 1) / 2).clip(1, 99)
            users[here, metric] = cohorts.users[row, metric]
    return Standing(percentile, chosen, users)


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
    effect = (place.percentile - 50.0) / 50.0
    z = effect * np.sqrt(place.users)
    confidence = normal_confidence(z) * np.minimum(stats.days, 5) / 5.0
    far = (GOOD != 0) & (stats.days >= MIN_DAYS) & (np.abs(effect) >= 0.2)
    return Finding(
        "standing", np.nan_to_num(effect), np.abs(np.nan_to_num(effect)), believed(confidence, far, 0.6),
        np.sign(np.nan_to_num(effect)).astype(np.int8), place.users,
        lambda u, m: [
            {**numbers, "cohort": labels[row]}
            for numbers, row in zip(
                as_dicts(("percentile", "users"), place.percentile[u, m].astype(int), place.users[u, m]),
                place.cohort[u, m].tolist(),
                strict=True,
            )
        ],
    )  # fmt: skip


def comparative(place: Standing, labels: list[str], names: tuple[str, ...]) -> list[dict[str, object]]:
    """Per user the percentile of each metric that can be compared."""
    rows: list[dict[str, object]] = []
    percentiles = np.nan_to_num(place.percentile).astype(int).tolist()
    for percentile, cohort, users in zip(percentiles, place.cohort.tolist(), place.users.tolist(), strict=True):
        rows.append(
            {
                names[m]: {"percentile": percentile[m], "cohort": labels[row], "users": users[m]}
                for m, row in enumerate(cohort)
                if row >= 0
            }
        )
    return rows
