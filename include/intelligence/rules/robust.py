"""Medians, spreads and ranks of rows with gaps: sorted once, then indexed."""

import numpy as np

MAD_TO_SD = 1.4826  # the MAD of a normal distribution times this is its standard deviation


def median(rows: np.ndarray) -> np.ndarray:
    """Median over the last axis of the values present; NaN for none. (nanmedian is five times slower.)"""
    return middle(np.sort(rows, axis=-1), np.count_nonzero(rows == rows, axis=-1))


def middle(ordered: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Median of rows already sorted, NaN last, of which the first n are values."""
    width = ordered.shape[-1]
    flat = ordered.reshape(-1)
    start = np.arange(n.size).reshape(n.shape) * width
    lower = flat[start + np.maximum(n - 1, 0) // 2]
    upper = flat[start + np.minimum(n // 2, width - 1)]
    return np.where(n > 0, (lower + upper) / 2, np.nan)


def median_and_mad(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Median and median absolute deviation over the last axis (Hampel 1974, JASA 69:383), unscaled."""
    centre = median(rows)
    return centre, median(np.abs(rows - centre[..., None]))


def centred_ranks(rows: np.ndarray) -> np.ndarray:
    """Ranks over the last axis, ties averaged, minus their mean; 0 where there is no value.

    Centred, they add up to 0 in every row, and sums of them are rank statistics with ties in them.
    """
    # Infinity sorts last as NaN does, and ten times faster.
    flat = np.where(rows == rows, rows, np.inf).reshape(-1, rows.shape[-1])
    height, width = flat.shape
    order = np.argsort(flat, axis=-1)
    order += (np.arange(height) * width)[:, None]
    ordered = flat.reshape(-1)[order]
    first = np.ones((height, width), dtype=bool)
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=first[:, 1:])
    starts = np.flatnonzero(first)
    sizes = np.diff(starts, append=height * width)
    positions = np.repeat(starts + (sizes - 1) / 2, sizes).reshape(height, width)
    n = np.count_nonzero(flat < np.inf, axis=-1)
    positions -= (np.arange(height) * width + (n - 1) / 2)[:, None]
    positions[ordered == np.inf] = 0.0
    ranks = np.empty(height * width)
    ranks[order.reshape(-1)] = positions.reshape(-1)
    return ranks.reshape(rows.shape)
