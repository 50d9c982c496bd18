"""What is counted, against SciPy over an explicit matrix, and what does not count."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from scipy.stats import median_abs_deviation, pointbiserialr

from include.core.db import Connection, connect
from include.core.periods import Week
from include.learning.question_health import repo
from include.learning.question_health.measures import OTHERS, OUTLIER
from include.learning.question_health.models import Counts
from tests.learning.question_health.populations import END, MONDAY, Attempt, as_attempts, load, two_parameter


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with connect(warehouse) as opened:
        yield opened


def count(connection: Connection, monday: date = MONDAY) -> Counts:
    return repo.read_counts(connection, Week(monday))


def at(hours: float) -> datetime:
    """So many hours before the Monday."""
    return END - timedelta(hours=hours)


@pytest.mark.filterwarnings("ignore:An input array is constant")
def test_counts_are_those_of_an_explicit_matrix(connection: Connection) -> None:
    """Incomplete: learners answer 3 to 20 of 20 questions, so that some have too few others."""
    random = np.random.default_rng(11)
    people = two_parameter(random, learners=150, questions=44)
    answered = random.random(people.correct.shape) < random.uniform(0.02, 0.9, (150, 1))
    load(connection, [a for a in as_attempts(people) if answered[a.user - 1, a.question - 1]])
    found = count(connection)
    taken, score = answered & ~people.skipped, people.correct & answered
    logs = np.log(people.ms[taken])
    fence = np.median(logs) + OUTLIER * median_abs_deviation(logs, scale=1 / 1.4826)
    for q, question in enumerate(found.question_id - 1):
        who = taken[:, question] & (taken.sum(axis=1) > OTHERS)
        rest = (score.sum(axis=1) - score[:, question])[who] / (taken.sum(axis=1) - 1)[who]
        expected = pointbiserialr(score[who, question], rest).statistic
        assert found.pairs[q] == who.sum()
        assert found.correlation[q] == pytest.approx(expected, abs=1e-12, nan_ok=True)
        assert found.answers[q] == taken[:, question].sum()
        assert found.correct[q] == score[:, question].sum()
        assert found.skips[q] == (people.skipped & answered)[:, question].sum()
        times = people.ms[taken[:, question], question]
        assert found.median_ms[q] == np.median(times)
        assert found.timed[q] == len(times)
        assert found.slow[q] == (np.log(times) > fence).sum()


def test_the_first_answer_decides_whatever_came_after(connection: Connection) -> None:
    load(
        connection,
        [Attempt(1, 1, at(9), False), Attempt(1, 1, at(8), True), Attempt(1, 1, at(7), True),
         Attempt(2, 1, at(9), True), Attempt(2, 1, at(8), False)],
    )  # fmt: skip
    found = count(connection)
    assert (found.learners[0], found.answers[0], found.correct[0], found.skips[0]) == (2, 2, 1, 0)


def test_a_skip_counts_where_it_came_first_and_the_answer_after_it_counts_too(connection: Connection) -> None:
    load(
        connection,
        [Attempt(1, 1, at(9), False, skipped=True), Attempt(1, 1, at(8), True),
         Attempt(2, 1, at(9), True), Attempt(2, 1, at(8), False, skipped=True),
         Attempt(3, 1, at(9), False, skipped=True), Attempt(3, 1, at(8), False, skipped=True)],
    )  # fmt: skip
    found = count(connection)
    assert (found.learners[0], found.answers[0], found.correct[0], found.skips[0]) == (3, 2, 2, 2)


def test_the_window_is_ninety_days_and_half_open(connection: Connection) -> None:
    inside, outside = [at(90 * 24), at(0.001)], [at(90 * 24 + 0.001), at(0)]
    load(connection, [Attempt(1, q, when, True) for q, when in enumerate(inside + outside, 1)])
    assert count(connection).question_id.tolist() == [1, 2]


def test_what_no_board_counts_is_not_counted_here(connection: Connection) -> None:
    load(
        connection,
        [Attempt(1, 1, at(5), True),
         Attempt(1, 2, at(5), True, received=at(-72)),  # too late
         Attempt(1, 3, at(5), True, received=at(-71.9)),
         Attempt(1, 4, at(5), True, received=at(5.5)),  # before it was given
         Attempt(1, 5, at(5), True, received=at(5.05)),  # a clock three minutes fast
         Attempt(1, 6, at(50), True)],
        product_since=at(40),
    )  # fmt: skip
    assert count(connection).question_id.tolist() == [1, 3, 5]


def test_equal_times_and_absent_times_give_no_fence(connection: Connection) -> None:
    same = [Attempt(user, 1, at(5), True, ms=4_000) for user in range(1, 11)]
    none = [Attempt(user, 2, at(4), True, ms=ms) for user, ms in enumerate([None, 0, -5], 1)]
    load(connection, same + none)
    found = count(connection)
    assert found.timed.tolist() == found.slow.tolist() == [0, 0]
    assert found.median_ms[0] == 4_000
    assert np.isnan(found.median_ms[1])


def test_all_right_or_one_answer_is_no_correlation(connection: Connection) -> None:
    load(connection, [Attempt(user, q, at(9 - q), True) for user in range(1, 5) for q in range(1, 8)])
    assert np.isnan(count(connection).correlation).all()
