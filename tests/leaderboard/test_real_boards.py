"""Real learners' boards against a statement of its own: ranks counted one by one, not by a window."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.leaderboard.job import MONTHLY_JOB, WEEKLY_JOB
from include.local import importers
from tests.batch.rows import query
from tests.batch.walk import run_week

QUICK = replace(WEEKLY_JOB, expectations=dict)
LATER = datetime(2016, 1, 1, tzinfo=UTC)
WEEKS = ("2015-10-19", "2015-10-26", "2015-11-02", "2015-11-09", "2015-11-16", "2015-11-23", "2015-11-30")
TOP_TEN = """
WITH tally AS (
    SELECT user_id, sum(1) AS attempts, sum(correct::int) AS correct
    FROM app.question_attempts
    WHERE NOT skipped AND date_trunc(%s, answered_at, 'UTC') = %s::timestamptz
    GROUP BY user_id)
SELECT 1 + (SELECT count(*) FROM tally AS ahead
            WHERE ahead.attempts > tally.attempts
               OR (ahead.attempts = tally.attempts AND ahead.correct > tally.correct)) AS rank,
       external_id, attempts, correct, round(100.0 * correct / attempts, 1)
FROM tally JOIN app.users USING (user_id)
ORDER BY attempts DESC, correct DESC, user_id LIMIT 10
"""
BOARD = (
    "SELECT rank, external_id, attempts, correct, accuracy FROM serving.leaderboard_rows_v1 "
    "WHERE board = %s AND period = %s AND position <= 10 ORDER BY position"
)


@pytest.fixture
def learners(warehouse: str, real_data: Path) -> str:
    """URL of a warehouse with the real attempts."""
    with psycopg.connect(warehouse) as connection:
        importers.load(connection, "lkt", real_data / "learner_stats_lkt")
    return warehouse


def as_plain(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(int(a), b, int(c), int(d), float(e)) for a, b, c, d, e in rows]


def test_every_weekly_top_ten_is_the_independent_one(learners: str) -> None:
    for week in WEEKS:
        assert (
            run_week(learners, week, job=WEEKLY_JOB if week == WEEKS[2] else QUICK, now=LATER)["problem"]
            is None
        )
        board = as_plain(query(learners, BOARD, "weekly", week))
        assert board == as_plain(query(learners, TOP_TEN, "week", f"{week}T00:00Z")), week
        assert len(board) == 10 or week < "2015-11-01"
    attempts = query(
        learners, "SELECT sum(attempts) FROM warehouse.weekly_leaderboard WHERE period < '2015-12-07'"
    )
    counted = query(
        learners,
        "SELECT count(*) FROM app.question_attempts WHERE NOT skipped AND answered_at < '2015-12-07T00:00Z'",
    )
    assert attempts == counted


def test_the_monthly_top_ten_is_the_independent_one(learners: str) -> None:
    run_week(learners, "2015-11", job=MONTHLY_JOB, now=LATER)
    board = as_plain(query(learners, BOARD, "monthly", "2015-11-01"))
    assert board == as_plain(query(learners, TOP_TEN, "month", "2015-11-01T00:00Z"))
    assert len(board) == 10
