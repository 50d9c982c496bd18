"""One lasting shift of level within 91 days: Pettitt's test."""

from typing import NamedTuple

import numpy as np

from include.intelligence.rules.cleaning import DAYS, Days
from include.intelligence.rules.findings import Finding, as_dicts, believed, signs, strength_of_difference
from include.intelligence.rules.ranking import Ranking
from include.intelligence.rules.robust import MAD_TO_SD, median
from include.intelligence.rules.week_stats import HALF_UNIT

MIN_DAYS, MIN_SIDE = 42, 10
SIGNIFICANT = 0.05
SCREEN = 0.15  # at the ends of weeks; K day by day is at most a few days' ranks greater


class ChangePoints(NamedTuple):
    """One entry per series with a shift; `effect` is the shift in spreads."""

    users: np.ndarray
    metrics: np.ndarray
    before: np.ndarray  # median
    after: np.ndarray  # median
    days_ago: np.ndarray  # first day with data after the shift
    effect: np.ndarray
    p: np.ndarray


def change_points(days: Days, ranked: Ranking) -> ChangePoints:
    """Series that moved once to another level and stayed."""
    k = 2.0 * np.abs(np.cumsum(ranked.by_week, axis=-1)).max(axis=-1)
    users, metrics = np.nonzero((ranked.n >= MIN_DAYS) & (pettitt_p(k, ranked.n) <= SCREEN))
    p, last = pettitt(ranked.ranks[users, metrics], ranked.n[users, metrics])
    clear = p <= SIGNIFICANT
    users, metrics, p, last = users[clear], metrics[clear], p[clear], last[clear]
    rows = days.x[users, metrics]
    later = np.arange(DAYS) > last[:, None]
    before, after = median(np.where(later, np.nan, rows)), median(np.where(later, rows, np.nan))
    residual = median(np.abs(rows - np.where(later, after[:, None], before[:, None])))
    spread = np.maximum(MAD_TO_SD * residual, np.maximum(0.005 * np.abs(before), HALF_UNIT[metrics]))
    present = ~np.isnan(rows)
    start = (present & later).argmax(axis=-1)
    n_after = np.count_nonzero(present & later, axis=-1)
    both = (n_after >= MIN_SIDE) & (np.count_nonzero(present, axis=-1) - n_after >= MIN_SIDE)
    columns = (users, metrics, before, after, DAYS - 1 - start, (after - before) / spread, p)
    return ChangePoints(*(column[both] for column in columns))


def pettitt(ranks: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P and the last day before the shift, where U_t = 2·(centred rank sum to t) is farthest from 0."""
    u = np.abs(np.cumsum(ranks, axis=-1))
    last = u.argmax(axis=-1)
    return pettitt_p(2.0 * u[np.arange(len(u)), last], n), last


def pettitt_p(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Two-sided p of Pettitt's K for n values (Pettitt 1979, J. R. Stat. Soc. C 28:126)."""
    n = np.maximum(n, 1.0)
    return np.asarray(np.minimum(1.0, 2.0 * np.exp(-6.0 * np.square(k, dtype=float) / (n**3 + n**2))))


def find_change_points(shifts: ChangePoints, ranked: Ranking) -> Finding:
    """Effect: the shift of the median in robust spreads. Confidence: 1 - p of Pettitt's test."""
    at = shifts.users, shifts.metrics
    effect, confidence, row = (
        np.zeros(ranked.n.shape),
        np.zeros(ranked.n.shape),
        np.zeros(ranked.n.shape, int),
    )
    effect[at], confidence[at], row[at] = shifts.effect, 1.0 - shifts.p, np.arange(len(shifts.p))
    return Finding(
        "change_point", effect, strength_of_difference(effect),
        believed(confidence, np.abs(effect) >= 0.3, 1.0 - SIGNIFICANT), signs(effect), ranked.n.astype(int),
        lambda u, m: as_dicts(
            ("before", "after", "days_ago", "days"),
            shifts.before[row[u, m]], shifts.after[row[u, m]], shifts.days_ago[row[u, m]],
            ranked.n[u, m].astype(int),
        ),
    )  # fmt: skip
