"""From measures to health and flags: two tables and how they are read. Pure."""

from typing import NamedTuple

import numpy as np

from include.learning.question_health.models import Measure, Measures, Verdicts


class Part(NamedTuple):
    """A part of health: points 0 to 1 by linear interpolation between (value, points)."""

    measure: str
    weight: float
    scale: tuple[tuple[float, float], ...]


class Bound(NamedTuple):
    """A flag for questions whose whole interval lies on the bad side of `limit`."""

    flag: str
    measure: str
    side: str  # the bad one: 'below' or 'above'
    limit: float


# Discrimination weighs most: it alone says whether a question tells who knows from who does not.
# 0.2 and 0.3 are where Ebel & Frisbie 1991 (Essentials of Educational Measurement) call an item fair and good;
# 0.3 to 0.9 is their span of useful difficulty.
PARTS = (
    Part("discrimination", 0.45, ((-0.1, 0.0), (0.0, 0.2), (0.2, 0.8), (0.3, 1.0))),
    Part("difficulty", 0.25, ((0.05, 0.0), (0.3, 1.0), (0.9, 1.0), (1.0, 0.4))),
    Part("skip_rate", 0.20, ((0.05, 1.0), (0.30, 0.0))),
    Part("slow_share", 0.10, ((0.02, 1.0), (0.15, 0.0))),
)

BOUNDS = (
    Bound("misleading", "discrimination", "below", 0.0),  # who knows more is wrong more often: see its key
    Bound("weak_discrimination", "discrimination", "below", 0.2),
    Bound("too_hard", "difficulty", "below", 0.2),  # no better than guessing among five
    Bound("too_easy", "difficulty", "above", 0.95),
    Bound("often_skipped", "skip_rate", "above", 0.25),  # one in four passes it by
    Bound("often_slow", "slow_share", "above", 0.05),
)


def judge(measures: Measures) -> Verdicts:
    """Health and flags of every question; neither where fewer learners met it than are needed to judge."""
    return Verdicts(_health(measures), _flags(measures))


def _health(measures: Measures) -> np.ndarray:
    """0 to 100: weighted mean of the parts that are judged; the skip rate is wherever anything is."""
    points = np.stack([_points(part, getattr(measures, part.measure).value) for part in PARTS])
    weights = np.array([[part.weight] for part in PARTS]) * ~np.isnan(points)
    total = np.where(np.isnan(points), 0.0, points * weights).sum(axis=0)
    mean = total / np.maximum(weights.sum(axis=0), 1e-9)
    return np.where(np.isnan(measures.skip_rate.value), np.nan, 100 * mean)


def _points(part: Part, values: np.ndarray) -> np.ndarray:
    at, points = zip(*part.scale, strict=True)
    scored: np.ndarray = np.interp(values, at, points)  # NaN stays NaN
    return scored


def _flags(measures: Measures) -> list[list[str]]:
    questions = len(measures.difficulty.value)
    raised = np.stack([_beyond(measures, bound) for bound in BOUNDS])
    return [[BOUNDS[i].flag for i in np.flatnonzero(raised[:, q])] for q in range(questions)]


def _beyond(measures: Measures, bound: Bound) -> np.ndarray:
    """NaN, which is not judged, is never beyond."""
    found: Measure = getattr(measures, bound.measure)
    beyond: np.ndarray = found.high < bound.limit if bound.side == "below" else found.low > bound.limit
    return beyond
