"""A weekday unlike the others, over up to 13 weeks: rank-sum test of each weekday."""

from typing import Any

import numpy as np

from include.intelligence.rules.cleaning import DAYS, Days
from include.intelligence.rules.findings import Finding, as_dicts, believed, normal_confidence, signs
from include.intelligence.rules.ranking import Ranking
from include.intelligence.rules.robust import median

MIN_DAYS, MIN_WEEKS = 28, 4


def find_weekdays(days: Days, ranked: Ranking) -> Finding:
    """The weekday that differs most. Effect: rank-biserial correlation (Glass 1966).

    Confidence: Mann-Whitney's test of that weekday against the other six, ties in the variance,
    with Šidák's correction for having looked at seven.
    """
    z = rank_sum_z(ranked)
    weekday = np.abs(z).argmax(axis=-1)
    u, m = np.ix_(*map(np.arange, weekday.shape))
    weeks = ranked.weekday_n[u, m, weekday]
    effect = rank_biserial(ranked.by_weekday[u, m, weekday], weeks, ranked.n)
    confidence = normal_confidence(z[u, m, weekday]) ** 7
    return Finding(
        "weekday", effect, np.abs(effect), believed(confidence, ranked.n >= MIN_DAYS, 0.9),
        signs(effect), ranked.n.astype(int),
        lambda u, m: weekday_evidence(days.x[u, m], weekday[u, m], weeks[u, m].astype(int)),
    )  # fmt: skip


def rank_sum_z(ranked: Ranking) -> np.ndarray:
    """Users × metrics × weekdays: z of the rank sum (Mann & Whitney 1947); 0 for too few weeks."""
    n = np.maximum(ranked.n, 2.0)
    unit = ranked.squares / (n * (n - 1.0))
    variance = ranked.weekday_n * (ranked.n[..., None] - ranked.weekday_n) * unit[..., None]
    possible = (ranked.weekday_n >= MIN_WEEKS) & (variance > 1e-9)
    return np.where(possible, ranked.by_weekday / np.sqrt(np.where(possible, variance, 1.0)), 0.0)


def rank_biserial(total: np.ndarray, count: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Difference of two groups' mean ranks in halves of n, from one group's centred rank sum and size.

    The same as Cliff's delta (Cliff 1993): how much more often a day of the one is above a day of
    the other than below. The centred rank sums of the two differ in sign only.
    """
    others = np.maximum(n - count, 1.0)
    return np.asarray(2.0 * (total / np.maximum(count, 1.0) + total / others) / np.maximum(n, 1.0))


def weekday_evidence(rows: np.ndarray, weekday: np.ndarray, weeks: np.ndarray) -> list[dict[str, Any]]:
    """Means on that weekday and on the others, and the robust difference: of the two medians."""
    on_day = np.arange(DAYS) % 7 == weekday[:, None]
    on, other = np.where(on_day, rows, np.nan), np.where(on_day, np.nan, rows)
    return as_dicts(
        ("weekday", "mean_on_day", "mean_other", "weeks", "median_difference"),
        weekday, row_means(on), row_means(other), weeks, median(on) - median(other),
    )  # fmt: skip


def row_means(rows: np.ndarray) -> np.ndarray:
    """Mean over the last axis of the values present; 0 for none."""
    here = ~np.isnan(rows)
    return np.asarray(np.where(here, rows, 0.0).sum(axis=-1) / np.maximum(np.count_nonzero(here, axis=-1), 1))
