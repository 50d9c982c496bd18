"""Small blocks for the rules' tests: series by name, right-aligned so that the last is Sunday."""

from collections.abc import Sequence

import numpy as np

from include.intelligence.metrics import METRICS, NAMES
from include.intelligence.models import Facts
from include.intelligence.rules.block import Block, Cohorts, Lab
from include.intelligence.rules.cleaning import Days, clean
from include.intelligence.rules.facts import compute_facts

NAN = float("nan")
NOBODY = Cohorts(["all"], np.zeros((1, 11), int), np.full((1, 11, 101), NAN))


def person(**series: Sequence[float] | np.ndarray) -> np.ndarray:
    """91 × metrics, NaN where a series is not given or too short."""
    values = np.full((91, len(METRICS)), NAN)
    for name, numbers in series.items():
        values[91 - len(numbers) :, NAMES.index(name)] = numbers
    return values


def block(
    *people: np.ndarray,
    moods: dict[str, int] | None = None,
    labs: list[Lab] | None = None,
    cohort: int = -1,
    dismissed: frozenset[str] = frozenset(),
) -> Block:
    """People numbered from 1, each with the same moods, labs, cohort and dismissals."""
    n = len(people)
    return Block(
        np.arange(1, n + 1), np.stack(people), [moods or {}] * n, [labs or []] * n,
        np.full(n, cohort), [dismissed] * n,
    )  # fmt: skip


def days_of(*people: np.ndarray) -> Days:
    return clean(np.arange(len(people)), np.stack(people))[0]


def facts_of(values: np.ndarray, cohorts: Cohorts = NOBODY, **rest: object) -> Facts:
    """The facts of one person."""
    facts, _ = compute_facts(block(values, **rest), cohorts)  # type: ignore[arg-type]
    return facts[0]


def busy_person(seed: int, missing: float = 0.1) -> np.ndarray:
    """91 plausible days of every metric, with gaps."""
    random = np.random.default_rng(seed)
    level = np.array([8_000, 40, 2_200, 420, 460, 62, 45, 96.5, 75, 100, 35.0])
    spread = np.array([2_500, 18, 300, 55, 55, 3, 9, 1, 0.6, 9, 10.0])
    values = level + spread * (random.standard_normal((91, 11)) + random.standard_normal(11))
    values = np.round(values, 1).clip([m.low for m in METRICS], [m.high for m in METRICS])
    values[random.random(values.shape) < missing] = NAN
    return values


def gappy_rows(seed: int, rows: int, width: int, *, ties: bool) -> np.ndarray:
    """Random rows ≥ 0 with a fifth of the values missing."""
    random = np.random.default_rng(seed)
    values = (
        random.integers(0, 12, (rows, width)).astype(float)
        if ties
        else np.round(random.random((rows, width)) * 1_000, 1)
    )
    values[random.random(values.shape) < 0.2] = NAN
    return values
