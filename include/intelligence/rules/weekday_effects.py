"""A weekday unlike the others, over up to 13 weeks: rank-sum test of each weekday."""

import numpy as np

from include.intelligence.rules.cleaning import Days
from include.intelligence.rules.findings import Finding, as_dicts, believed, normal_confidence, signs
from include.intelligence.rules.robust import median

MIN_DAYS, MIN_WEEKS = 28, 4


def find_weekdays(days: Days, ranks: np.ndarray) -> Finding:
    """The weekday that differs most. Effect: rank-biserial correlation (Glass 1966).

    Confidence: Mann-Whitney's test of that weekday against the other six, ties in the variance,
    with Šidák's correction for having looked at seven.
    """
    z, effect, weeks, n = rank_sum(ranks, days.present)
    z = np.where((weeks >= MIN_WEEKS) & (n[..., None] >= MIN_DAYS), z, 0.0)
    weekday = np.abs(z).argmax(axis=-1)
    u, m = np.indices(weekday.shape, sparse=True)
    most = effect[u, m, weekday]
    confidence = normal_confidence(z[u, m, weekday]) ** 7
    return Finding(
        "weekday", most, np.abs(most), believed(confidence, n >= MIN_DAYS, 0.9), signs(most), n,
        lambda u, m: weekday_evidence(days.x[u, m], weekday[u, m], weeks[u, m, weekday[u, m]]),
    )  # fmt: skip


def rank_sum(
    ranks: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per weekday: z (Mann & Whitney 1947), rank-biserial correlation, weeks; and days in all."""
    weekly = (*ranks.shape[:-1], -1, 7)
    total = ranks.reshape(weekly).sum(axis=-2)
    count = present.reshape(weekly).sum(axis=-2)
    n = count.sum(axis=-1)
    others = n[..., None] - count
    squares = np.square(ranks).sum(axis=-1)
    n_safe = np.maximum(n, 2)
    variance = count * others * (squares / (n_safe * (n_safe - 1)))[..., None]
    z = np.where(variance > 1e-9, total / np.sqrt(np.maximum(variance, 1e-9)), 0.0)
    # Centred rank sums of a weekday and of the others are equal but for the sign.
    difference = total / np.maximum(count, 1) + total / np.maximum(others, 1)
    return z, 2.0 * difference / n_safe[..., None], count, n


def weekday_evidence(rows: np.ndarray, weekday: np.ndarray, weeks: np.ndarray) -> list[dict[str, object]]:
    """Means on that weekday and on the others, and the robust difference: of the two medians."""
    on_day = np.arange(rows.shape[-1]) % 7 == weekday[:, None]
    on, other = np.where(on_day, rows, np.nan), np.where(on_day, np.nan, rows)
    return as_dicts(
        ("weekday", "mean_on_day", "mean_other", "weeks", "median_difference"),
        weekday, np.nanmean(on, axis=-1), np.nanmean(other, axis=-1), weeks, median(on) - median(other),
    )  # fmt: skip
