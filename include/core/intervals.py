"""Intervals of 95 percent for shares and correlations. Pure; over arrays of any one shape."""

import numpy as np

Z = 1.959963984540054  # the normal quantile of 95 percent, both sides
Pair = tuple[np.ndarray, np.ndarray]


def wilson(successes: np.ndarray, trials: np.ndarray) -> Pair:
    """Score interval of a share (Wilson 1927, JASA 22:209), low and high in 0 to 1; NaN without trials.

    Chosen since it keeps its coverage at small n and at shares near 0 and 1 (Brown, Cai, DasGupta 2001,
    Statistical Science 16:101).
    """
    n = np.where(np.asarray(trials) > 0, trials, np.nan).astype(float)
    share = successes / n
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    low = np.where(successes == 0, 0.0, middle - half)  # exactly, whatever rounding does
    high = np.where(successes == trials, 1.0, middle + half)
    return np.where(np.isnan(n), np.nan, low), np.where(np.isnan(n), np.nan, high)


def difference(first: tuple[int, int], second: tuple[int, int]) -> tuple[float, float]:
    """Interval of second share minus first, each given as (successes, trials ≥ 1).

    The hybrid score method, number 10 of Newcombe 1998, Statistics in Medicine 17:873.
    """
    successes, trials = np.array([first, second]).T
    share, (low, high) = successes / trials, wilson(successes, trials)
    moved = share[1] - share[0]
    down = np.hypot(share[1] - low[1], high[0] - share[0])
    up = np.hypot(high[1] - share[1], share[0] - low[0])
    return float(moved - down), float(moved + up)


def fisher(correlation: np.ndarray, pairs: np.ndarray) -> Pair:
    """Interval of a correlation by Fisher's z (Fisher 1921, Metron 1:3); NaN under four pairs.

    For a point-biserial correlation it is an approximation, good unless nearly all answers are alike
    (Bonett 2020, British Journal of Mathematical and Statistical Psychology 73 S1:113).
    """
    n = np.where(np.asarray(pairs) > 3, pairs, np.nan).astype(float)
    inside = np.clip(correlation, -1 + 1e-12, 1 - 1e-12)
    z, half = np.arctanh(inside), Z / np.sqrt(n - 3)
    return np.tanh(z - half), np.tanh(z + half)
