"""A drift over the last 28 days: Mann-Kendall test, Theil-Sen slope."""

import numpy as np

from include.intelligence.rules.cleaning import LAST_28, Days
from include.intelligence.rules.findings import Finding, as_dicts, believed, normal_confidence, signs
from include.intelligence.rules.ranking import Ranking
from include.intelligence.rules.robust import median

MIN_DAYS = 14
SCREEN_Z = 1.3  # of the rank correlation with time; below it the test, which wants 1.645, is not run
FIRST, SECOND = np.triu_indices(28, k=1)
UPPER_LOWER = (np.triu(np.ones((28, 28)), 1) - np.tril(np.ones((28, 28)), -1)).reshape(-1).astype(np.float32)


def find_trends(days: Days, ranked: Ranking) -> Finding:
    """Series whose values drift. Effect: Kendall's tau; confidence: Mann-Kendall, significant at 0.1."""
    n = ranked.n_28
    clear = np.abs(ranked.drift_28) * np.sqrt(np.maximum(n - 1.0, 0.0)) >= SCREEN_Z
    users, metrics = np.nonzero((n >= MIN_DAYS) & clear)
    window = days.x[..., LAST_28]
    tau, confidence = np.zeros(n.shape), np.zeros(n.shape)
    tau[users, metrics], z = mann_kendall(window[users, metrics])
    confidence[users, metrics] = normal_confidence(z)
    return Finding(
        "trend", tau, np.abs(tau), believed(confidence, tau != 0, 0.9), signs(tau), n.astype(int),
        lambda u, m: as_dicts(
            ("slope_per_week", "weeks", "days"),
            7.0 * theil_sen(window[u, m]), np.full(len(u), 4), n[u, m].astype(int),
        ),
    )  # fmt: skip


def mann_kendall(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kendall's tau-a with time and the test's z of rows × 28 (Mann 1945; Kendall 1975).

    Ties and gaps are allowed. Every pair is compared twice, (i, j) and (j, i): no pairs are gathered.
    """
    values = rows.astype(np.float32)
    above = (values[:, None, :] > values[:, :, None]).reshape(len(rows), 28 * 28)
    s = (above.astype(np.float32) @ UPPER_LOWER).astype(float)  # sums of ±1: exact
    tied = np.count_nonzero(values[:, None, :] == values[:, :, None], axis=-1)  # with itself, 0 for NaN
    in_ties = ((tied - 1) * (2 * tied + 5) * (tied > 1)).sum(axis=-1)
    n = np.count_nonzero(~np.isnan(rows), axis=-1)
    variance = (n * (n - 1) * (2 * n + 5) - in_ties) / 18.0
    z = np.where(variance > 0, (s - np.sign(s)) / np.sqrt(np.maximum(variance, 1e-9)), 0.0)
    return 2.0 * s / np.maximum(n * (n - 1), 1), z


def theil_sen(rows: np.ndarray) -> np.ndarray:
    """Median slope a day over all pairs of the days present (Theil 1950; Sen 1968), exact."""
    return median((rows[:, SECOND] - rows[:, FIRST]) / (SECOND - FIRST))
