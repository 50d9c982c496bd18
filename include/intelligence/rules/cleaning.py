"""Which values are measurements: the rest become 'no data', with the reason kept."""

from typing import NamedTuple

import numpy as np

from include.intelligence.metrics import METRICS

DAYS = 91
WEEK = slice(84, 91)  # Monday..Sunday
BASELINE = slice(56, 84)  # the 28 days before
LAST_28 = slice(63, 91)

LOW = np.array([metric.low for metric in METRICS], dtype=float)
HIGH = np.array([metric.high for metric in METRICS], dtype=float)


class Days(NamedTuple):
    """Daily values of a block, users × metrics × 91 days."""

    x: np.ndarray  # float64, NaN = no data
    present: np.ndarray  # bool


class Cleaned(NamedTuple):
    """Values of one user's metric that were set to 'no data'. Never holds the values themselves."""

    user_id: int
    metric: str
    days: int
    reason: str


def clean(user_ids: np.ndarray, values: np.ndarray) -> tuple[Days, list[Cleaned]]:
    """Users × 91 × metrics as they came → the days that a body can have, and what was taken out."""
    x = np.add(values.transpose(0, 2, 1), 0.0, order="C")  # a copy, without negative zeros
    present = x >= LOW[:, None]
    present &= x <= HIGH[:, None]
    absurd = present == np.isnan(x)  # neither a measurement nor missing
    removed = reasons(user_ids, x, absurd) if absurd.any() else []
    if removed:
        x[absurd] = np.nan
    return Days(x, present), removed


def reasons(user_ids: np.ndarray, x: np.ndarray, absurd: np.ndarray) -> list[Cleaned]:
    """One entry per user, metric and reason."""
    found = []
    for user, metric in np.argwhere(absurd.any(axis=-1)).tolist():
        bad = x[user, metric][absurd[user, metric]]
        infinite = np.isinf(bad)  # or NaN, see `unpack_days`
        negative = ~infinite & (bad < 0)
        counted = {
            "not finite": infinite,
            "negative": negative,
            f"outside {LOW[metric]:g} to {HIGH[metric]:g}": ~infinite & ~negative,
        }
        for reason, which in counted.items():
            if which.any():
                found.append(Cleaned(int(user_ids[user]), METRICS[metric].name, int(which.sum()), reason))
    return found
