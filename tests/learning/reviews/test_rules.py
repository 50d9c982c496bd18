"""When a question is due again: FSRS-6 as published, written down a second time."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Scheduler
from hypothesis import given
from hypothesis import strategies as st

from include.learning.reviews.models import Answer, Memory
from include.learning.reviews.rules import review, review_all

START = datetime(2015, 11, 1, 9, tzinfo=UTC)
W = Scheduler().parameters  # the published weights
GOOD, AGAIN, EASY = 3, 1, 4

# Right (+) and wrong (-) answers, each on the day it was due → the intervals in days.
SCHEDULES = [
    ("+", [2]),
    ("-", [1]),
    ("++", [2, 11]),
    ("+++", [2, 11, 46]),
    ("++-", [2, 11, 2]),
    ("-+", [1, 2]),
]


@pytest.mark.parametrize(("answers", "intervals"), SCHEDULES)
def test_intervals_of_answers_given_when_due(answers: str, intervals: list[int]) -> None:
    known, at, found = None, START, []
    for answer in answers:
        known = review(known, Answer(at, answer == "+"))
        found.append((known.due_at - at).days)
        at = known.due_at
    assert found == intervals


def _answers(steps: list[tuple[int, bool]]) -> list[Answer]:
    at, found = START, []
    for minutes, correct in steps:
        at += timedelta(minutes=minutes)
        found.append(Answer(at, correct))
    return found


histories = st.lists(st.tuples(st.integers(0, 60 * 24 * 40), st.booleans()), min_size=1, max_size=12).map(
    _answers
)


@given(histories)
def test_the_library_gives_what_the_published_formulas_give(answers: list[Answer]) -> None:
    known = review_all(None, answers)
    assert known is not None
    stability, difficulty = formulas(answers)
    assert known.stability == pytest.approx(stability, rel=1e-9)
    assert known.difficulty == pytest.approx(difficulty, rel=1e-9)
    days = min(max(round(stability), 1), 36500)  # at 90 percent the interval is the stability
    assert known.due_at - known.reviewed_at == timedelta(days=days)


@given(histories, st.integers(0, 12))
def test_going_on_from_what_is_stored_is_the_same_as_starting_afresh(answers: list[Answer], cut: int) -> None:
    stored = review_all(None, answers[:cut])
    assert review_all(stored, answers[cut:]) == review_all(None, answers)


@given(histories)
def test_counts(answers: list[Answer]) -> None:
    known = review_all(None, answers)
    assert known is not None
    assert known.reviews == len(answers)
    assert known.lapses == sum(not answer.correct for answer in answers[1:])
    assert known.reviewed_at == answers[-1].at


def test_the_same_answers_give_the_same_schedule_whatever_chance_does() -> None:
    answers = [Answer(START + timedelta(days=day), True) for day in (0, 3, 20, 80)]
    random.seed(1)
    once = review_all(None, answers)
    random.seed(2)
    assert review_all(None, answers) == once
    assert isinstance(once, Memory)


def formulas(answers: list[Answer]) -> tuple[float, float]:
    """Stability and difficulty by the FSRS-6 formulas, with the names that they are published under."""
    decay = -W[20]
    factor = 0.9 ** (1 / decay) - 1
    grades = [GOOD if answer.correct else AGAIN for answer in answers]
    s, d = max(W[grades[0] - 1], 0.001), _clamp(_d0(grades[0]))
    for before, answer, g in zip(answers, answers[1:], grades[1:], strict=False):
        t = (answer.at - before.at).days
        r = (1 + factor * t / s) ** decay
        if t < 1:
            growth = math.exp(W[17] * (g - 3 + W[18])) * s ** -W[19]
            s = s * (max(growth, 1.0) if g >= GOOD else growth)
        elif g == AGAIN:
            forgot = W[11] * d ** -W[12] * ((s + 1) ** W[13] - 1) * math.exp(W[14] * (1 - r))
            s = min(forgot, s / math.exp(W[17] * W[18]))
        else:
            s *= 1 + math.exp(W[8]) * (11 - d) * s ** -W[9] * (math.exp(W[10] * (1 - r)) - 1)
        s = max(s, 0.001)
        damped = d - W[6] * (g - 3) * (10 - d) / 9
        d = _clamp(W[7] * _d0(EASY) + (1 - W[7]) * damped)
    return s, d


def _d0(grade: int) -> float:
    return W[4] - math.exp(W[5] * (grade - 1)) + 1


def _clamp(difficulty: float) -> float:
    return min(max(difficulty, 1.0), 10.0)
