"""One lasting shift of level within 91 days: Pettitt's test."""

from typing import NamedTuple

import numpy as np

from include.intelligence.rules.cleaning import DAYS, Days
from include.intelligence.rules.findings import (
    Finding,
    as_dicts,
    believed,
    signs,
    strength_of_difference,
)
from include.intelligence.rules.robust import MAD_TO_SD, median

MIN_DAYS, MIN_SIDE = 42, 10
SCREEN_P = 0.25  # at week boundaries; a shift that is clear day by day is not unclear by weeks


class Shift(NamedTuple):
    """Per row: medians before and after, the first day after, the shift in spreads, and its p value."""

    before: np.ndarray
    after: np.ndarray
    start: np.ndarray
    effect: np.ndarray
    p: np.ndarray


def find_change_points(days: Days, ranks: np.ndarray) -> Finding:
    """Series that moved once to another level and stayed. Effect: shift of the median in robust spreads."""
    n = np.count_nonzero(days.present, axis=-1)
    by_week = np.cumsum(ranks.reshape(*ranks.shape[:-1], -1, 7).sum(axis=-1), axis=-1)
    clear = pettitt_p(2.0 * np.abs(by_week).max(axis=-1), n) <= SCREEN_P
    users, metrics = np.nonzero((n >= MIN_DAYS) & clear)
    shift = pettitt(days.x[users, metrics], ranks[users, metrics], metrics)
    effect, confidence = np.zeros(n.shape), np.zeros(n.shape)
    row = np.zeros(n.shape, int)
    effect[users, metrics], confidence[users, metrics] = shift.effect, 1.0 - shift.p
    row[users, metrics] = np.arange(len(users))
    return Finding(
        "change_point", effect, strength_of_difference(effect),
        believed(confidence, np.abs(effect) >= 0.3, 0.95), signs(effect), n,
        lambda u, m: as_dicts(
            ("before", "after", "days_ago", "days"),
            shift.before[row[u, m]], shift.after[row[u, m]], DAYS - 1 - shift.start[row[u, m]], n[u, m],
        ),
    )  # fmt: skip


def pettitt_p(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Two-sided p of Pettitt's K for n values (Pettitt 1979, J. R. Stat. Soc. C 28:126)."""
    n = np.maximum(n.astype(float), 1.0)
    return np.asarray(np.minimum(1.0, 2.0 * np.exp(-6.0 * k**2 / (n**3 + n**2))))


def pettitt(rows: np.ndarray, ranks: np.ndarray, metrics: np.ndarray) -> Shift:
    """The day where U_t = 2·(rank sum to t) - t(n + 1) is farthest from 0; gaps add nothing to U."""
    from include.intelligence.rules.week_stats import HALF_UNIT

    present = rows == rows
    n = np.count_nonzero(present, axis=-1)
    u = np.abs(2.0 * np.cumsum(ranks, axis=-1))
    last = u.argmax(axis=-1)
    later = np.arange(rows.shape[-1]) > last[:, None]
    # The first observed day after: the shift is not seen before there is a value.
    start = (present & later).argmax(axis=-1)
    before = median(np.where(later, np.nan, rows))
    after = median(np.where(later, rows, np.nan))
    residual = np.abs(rows - np.where(later, after[:, None], before[:, None]))
    spread = np.maximum(MAD_TO_SD * median(residual), np.maximum(0.005 * np.abs(before), HALF_UNIT[metrics]))
    after_days = np.count_nonzero(present & later, axis=-1)
    both = (after_days >= MIN_SIDE) & (n - after_days >= MIN_SIDE)
    p = np.where(both, pettitt_p(u.max(axis=-1, initial=0.0), n), 1.0)
    return Shift(before, after, start, np.where(both, (after - before) / spread, 0.0), p)
