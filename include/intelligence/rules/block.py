"""What the rules are given: one block of users, and the cohorts that they are compared with."""

from typing import NamedTuple

import numpy as np


class Lab(NamedTuple):
    """One laboratory result of the last 90 days."""

    days_ago: int  # before the week's Sunday
    test: str
    value: float
    unit: str
    ref_low: float | None
    ref_high: float | None


class Cohorts(NamedTuple):
    """Frozen quantiles of the week. C cohorts, M metrics."""

    labels: list[str]  # per row, e.g. '30-39|female'; 'all' is everybody
    users: np.ndarray  # (C, M) int: users behind each summary, 0 = none
    quantiles: np.ndarray  # (C, M, 101): percentiles of the users' weekly means, NaN = none


class Block(NamedTuple):
    """U users who are computed together; nothing of one reaches another."""

    user_ids: np.ndarray  # (U,) int64
    values: np.ndarray  # (U, 91, M) float64 in METRICS order, NaN = no data, day 90 the week's Sunday
    moods: list[dict[str, int]]  # label → days this week
    labs: list[list[Lab]]
    cohort: np.ndarray  # (U,) row of Cohorts, -1 = unknown
    dismissed: list[frozenset[str]]  # insight keys dismissed last week: not repeated
