"""A drift over the last 28 days: Mann-Kendall test, Theil-Sen slope."""

import numpy as np

from include.intelligence.rules.cleaning import LAST_28, Days
from include.intelligence.rules.findings import Finding, as_dicts, believed, normal_confidence, signs
from include.intelligence.rules.robust import median

MIN_DAYS = 14
SCREEN = 0.25  # rank correlation with time below which the test is not run: it could not pass
FIRST, SECOND = np.triu_indices(28, k=1)


def find_trends(days: Days, ranks: np.ndarray) -> Finding:
    """Series whose values drift. Effect: Kendall's tau; confidence: Mann-Kendall, significant at 0.1."""
    window, present = days.x[..., LAST_28], days.present[..., LAST_28]
    n = np.count_nonzero(present, axis=-1)
    users, metrics = np.nonzero((n >= MIN_DAYS) & (np.abs(drift(ranks[..., LAST_28], present, n)) >= SCREEN))
    tau, confidence = np.zeros(n.shape), np.zeros(n.shape)
    tau[users, metrics], z = mann_kendall(window[users, metrics])
    confidence[users, metrics] = normal_confidence(z)
    return Finding(
        "trend", tau, np.abs(tau), believed(confidence, tau != 0, 0.9), signs(tau), n,
        lambda u, m: as_dicts(
            ("slope_per_week", "weeks", "days"),
            7.0 * theil_sen(window[u, m]), np.full(len(u), 4), n[u, m],
        ),
    )  # fmt: skip


def drift(ranks: np.ndarray, present: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Pearson correlation of ranks with time over the days present: a cheap look before the test."""
    time = np.arange(ranks.shape[-1], dtype=float)
    count = np.maximum(n, 1)
    mean_time, mean_rank = (present * time).sum(axis=-1) / count, ranks.sum(axis=-1) / count
    covariance = (ranks * time).sum(axis=-1) - count * mean_time * mean_rank
    variance_time = (present * time**2).sum(axis=-1) - count * mean_time**2
    variance_rank = np.square(ranks).sum(axis=-1) - count * mean_rank**2
    product = variance_time * variance_rank
    return np.where(product > 1e-9, covariance / np.sqrt(np.maximum(product, 1e-9)), 0.0)


def mann_kendall(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kendall's tau-a with time and the test's z, ties and gaps allowed (Mann 1945; Kendall 1975)."""
    s = np.nansum(np.sign(rows[:, SECOND] - rows[:, FIRST]), axis=-1)
    n = np.count_nonzero(rows == rows, axis=-1)
    tied = np.count_nonzero(rows[:, :, None] == rows[:, None, :], axis=-1)  # with itself, 0 for NaN
    in_ties = np.where(tied > 1, (tied - 1) * (2 * tied + 5), 0).sum(axis=-1)
    variance = (n * (n - 1) * (2 * n + 5) - in_ties) / 18.0
    z = np.where(variance > 0, (s - np.sign(s)) / np.sqrt(np.maximum(variance, 1e-9)), 0.0)
    return 2.0 * s / np.maximum(n * (n - 1), 1), z


def theil_sen(rows: np.ndarray) -> np.ndarray:
    """Median slope a day over all pairs of the days present (Theil 1950; Sen 1968), exact."""
    return median((rows[:, SECOND] - rows[:, FIRST]) / (SECOND - FIRST))
