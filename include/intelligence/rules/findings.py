"""What every kind of finding hands over: whole-block arrays, and the evidence of chosen ones on demand."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from include.intelligence.models import Kind

Evidence = Callable[[np.ndarray, np.ndarray], list[dict[str, Any]]]


class Finding(NamedTuple):
    """One kind of finding for a block; arrays are users × metrics."""

    kind: Kind
    effect: np.ndarray  # in the kind's own measure, signed
    strength: np.ndarray  # 0-1, comparable between kinds
    confidence: np.ndarray  # 0-1; 0 = nothing found
    direction: np.ndarray  # -1 down, 0 steady, 1 up
    n: np.ndarray  # support: the days (weeks, pairs) that it rests on
    evidence: Evidence  # (users, metrics) index arrays → the kind's numbers, one dict each


def normal_confidence(z: np.ndarray) -> np.ndarray:
    """P(|Z| < |z|) of a standard normal Z: one minus the two-sided p value; 0 for NaN.

    Logistic approximation, error below 0.0003 (Bowling et al. 2009, J. Ind. Eng. Manag. 2:114).
    """
    size = np.minimum(np.abs(np.nan_to_num(z, nan=0.0)), 8.0)
    return np.asarray(2.0 / (1.0 + np.exp(-0.07056 * size**3 - 1.5976 * size)) - 1.0)


def strength_of_difference(d: np.ndarray) -> np.ndarray:
    """A standardised difference d as a correlation d/√(d² + 4), 0-1 (Borenstein et al. 2009, eq. 7.5)."""
    square = np.square(np.nan_to_num(d, nan=0.0))
    return np.asarray(np.sqrt(square / (square + 4.0)))


def believed(confidence: np.ndarray, when: np.ndarray, at_least: float) -> np.ndarray:
    """Confidence where the finding holds and is believed enough, else 0. At most 0.99: no test proves."""
    holds = when & (confidence >= at_least)
    return np.where(holds, np.minimum(confidence, 0.99), 0.0)


def signs(values: np.ndarray) -> np.ndarray:
    """-1, 0 or 1; 0 for NaN."""
    return np.asarray(np.sign(np.nan_to_num(values, nan=0.0)).astype(np.int8))


def rounded(values: np.ndarray, decimals: int = 2) -> np.ndarray:
    """Rounded half to even, without a negative zero."""
    return np.asarray(np.round(values, decimals) + 0.0)


def as_dicts(names: Sequence[str], *columns: np.ndarray) -> list[dict[str, Any]]:
    """One dict per row of plain numbers: floats to two decimals (None for NaN), integers as they are."""
    plain = [plain_numbers(column) for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*plain, strict=True)]


def plain_numbers(column: np.ndarray) -> list[Any]:
    """Python numbers."""
    if column.dtype.kind != "f":
        return list(column.tolist())
    numbers: list[Any] = rounded(column).tolist()
    for row in np.flatnonzero(np.isnan(column)).tolist():
        numbers[row] = None
    return numbers
