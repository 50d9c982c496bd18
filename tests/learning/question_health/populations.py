"""Learners who answer by a known model, and the loading of attempts into a warehouse."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np

from include.core.db import Connection

MONDAY = date(2025, 3, 3)
END = datetime(2025, 3, 3, tzinfo=UTC)


class Attempt(NamedTuple):
    user: int
    question: int
    at: datetime
    correct: bool
    skipped: bool = False
    ms: int | None = None
    received: datetime | None = None


class Population(NamedTuple):
    """Learners × questions by the two-parameter logistic model; some questions are bad in a known way."""

    correct: np.ndarray  # bool, learners × questions
    skipped: np.ndarray
    ms: np.ndarray
    bad: dict[str, np.ndarray]  # flag → questions that deserve it


def two_parameter(random: np.random.Generator, learners: int = 1_500, questions: int = 60) -> Population:
    """Good questions: slope 0.8 to 1.8, difficulty -1.5 to 1.5, 2 percent skipped, lognormal times."""
    ability = random.standard_normal((learners, 1))
    slope, place = random.uniform(0.8, 1.8, questions), random.uniform(-1.5, 1.5, questions)
    skip, lazy = np.full(questions, 0.02), np.full(questions, 0.0)
    bad = {
        "misleading": np.array([3]), "weak_discrimination": np.array([3, 11]), "too_hard": np.array([17]),
        "too_easy": np.array([23]), "often_skipped": np.array([31]), "often_slow": np.array([43]),
    }  # fmt: skip
    slope[3], place[3] = -1.2, 0.0
    slope[11], place[11] = 0.0, 0.0
    slope[17], place[17] = 1.2, 3.4
    slope[23], place[23] = 1.5, -4.5
    skip[31], lazy[43] = 0.4, 0.15
    chance = 1 / (1 + np.exp(-slope * (ability - place)))
    skipped = random.random(chance.shape) < skip
    times = np.exp(random.normal(9.5, 0.4, chance.shape))
    times[random.random(chance.shape) < lazy] *= 40
    correct = (random.random(chance.shape) < chance) & ~skipped
    return Population(correct, skipped, times.astype(int), bad)


def as_attempts(people: Population) -> Iterator[Attempt]:
    """One meeting of each learner with each question, a minute apart; ids from 1."""
    for (user, question), correct in np.ndenumerate(people.correct):
        skipped = bool(people.skipped[user, question])
        at = END - timedelta(days=30) + timedelta(minutes=int(question))
        ms = None if skipped else int(people.ms[user, question])
        yield Attempt(user + 1, question + 1, at, bool(correct), skipped, ms)


def load(connection: Connection, attempts: list[Attempt], *, product_since: datetime | None = None) -> None:
    """Users and questions named by their numbers, and their attempts, received as they were made."""
    users, questions = {a.user for a in attempts}, {a.question for a in attempts}
    since = product_since or END - timedelta(days=400)
    with connection.cursor() as cursor:
        with cursor.copy("COPY app.users (user_id, external_id) FROM STDIN") as copy:
            for user in sorted(users):
                copy.write_row((user, f"learner-{user}"))
        with cursor.copy(
            "COPY app.questions (question_id, external_id, concept, created_at) FROM STDIN"
        ) as copy:
            for question in sorted(questions):
                copy.write_row((question, f"question-{question}", f"concept {question % 7}", since))
        with cursor.copy(
            "COPY app.question_attempts (user_id, event_id, question_id, answered_at, received_at, correct,"
            " skipped, response_ms, import_id) FROM STDIN"
        ) as copy:
            for a in attempts:
                copy.write_row(
                    (
                        a.user,
                        uuid.uuid4(),
                        a.question,
                        a.at,
                        a.received or a.at,
                        a.correct,
                        a.skipped,
                        a.ms,
                        1,
                    )
                )
