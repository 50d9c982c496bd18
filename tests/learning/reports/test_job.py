"""A month through the batch house: members, local days, ranks, failures, re-runs."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from redis import Redis

from include.batch import outcomes
from include.batch.shards import NothingToDo
from include.core import cache_keys
from include.core.db import Connection, connect
from include.leaderboard.job import MONTHLY_JOB, WEEKLY_JOB
from include.learning.reports import job, repo
from include.learning.reports.job import JOB
from tests.batch.walk import open_run, run_week, stage

QUICK = replace(JOB, expectations=dict)
NOW = datetime(2015, 12, 4, 12, 30, tzinfo=UTC)
MONTH = "2015-11"
WEEKS = (
    "2015-10-26",
    "2015-11-02",
    "2015-11-09",
    "2015-11-30",
)  # the first ends in November, the last does not


class Event(NamedTuple):
    user: int
    at: str  # ISO, UTC
    correct: bool = True
    skipped: bool = False
    offset: int = 0
    question: int = 1
    late: timedelta = timedelta(0)


def load(connection: Connection, events: list[Event]) -> None:
    """Users by their numbers; questions 1 to 3 of two concepts."""
    for user in {event.user for event in events}:
        connection.execute(
            "INSERT INTO app.users (user_id, external_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [user, f"u{user}"],
        )
    for question in (1, 2, 3):
        connection.execute(
            "INSERT INTO app.questions (question_id, external_id, concept, created_at) "
            "VALUES (%s, %s, %s, '2015-01-01Z') ON CONFLICT DO NOTHING",
            [question, f"q{question}", "means" if question < 3 else "spreads"],
        )
    for event in events:
        at = datetime.fromisoformat(f"{event.at}+00:00")
        connection.execute(
            "INSERT INTO app.question_attempts (user_id, event_id, question_id, answered_at, received_at, utc_offset,"
            " correct, skipped, import_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 1)",
            [
                event.user,
                uuid.uuid4(),
                event.question,
                at,
                at + event.late,
                event.offset,
                event.correct,
                event.skipped,
            ],
        )


def daily(user: int, days: range, right: int = 1, month: str = MONTH) -> Iterator[Event]:
    """Two answers a day at noon, of which `right` are right."""
    for day in days:
        yield Event(user, f"{month}-{day:02}T12:00", correct=right > 0)
        yield Event(user, f"{month}-{day:02}T12:05", correct=right > 1, question=3)


def run(url: str, month: str = MONTH, **request: Any) -> dict[str, Any]:
    return run_week(url, month, job=QUICK, now=NOW, **request)


def reports(connection: Connection) -> dict[int, dict[str, Any]]:
    query = "SELECT user_id, report FROM warehouse.monthly_learner_reports WHERE month = '2015-11-01'"
    return dict(connection.execute(query).fetchall())


def test_a_month_of_three_learners(warehouse: str) -> None:
    skips = [Event(3, "2015-11-09T10:00", correct=False, skipped=True)]
    with connect(warehouse) as connection:
        load(
            connection,
            [
                *daily(1, range(1, 13)),
                *daily(2, range(20, 23)),
                *skips,
                *daily(4, range(1, 9), month="2015-10"),
                Event(4, "2015-12-02T10:00"),
            ],
        )
    for key, board in (*((week, WEEKLY_JOB) for week in WEEKS), (MONTH, MONTHLY_JOB)):
        run_week(warehouse, key, job=replace(board, expectations=dict, warm=None), now=NOW)
    done = run(warehouse)
    assert done["outcomes"] == {"complete": 1, "insufficient_data": 2}
    with connect(warehouse) as connection:
        made = reports(connection)
        assert set(made) == {1, 2, 3}
        assert (made[1]["attempts"], made[1]["accuracy"], made[1]["active_days"]) == (24, 50.0, 12)
        assert made[1]["longest_streak"] == {"days": 12, "first": "2015-11-01", "last": "2015-11-12"}
        assert [one["concept"] for one in made[1]["strongest"]] == ["means"]
        assert [one["concept"] for one in made[1]["weakest"]] == ["spreads"]
        assert made[1]["rank_history"] == {
            "weekly": [
                {"period": "2015-10-26", "rank": 1, "learners": 1, "attempts": 2},
                {"period": "2015-11-02", "rank": 1, "learners": 1, "attempts": 14},
                {"period": "2015-11-09", "rank": 1, "learners": 1, "attempts": 8},
            ],
            "monthly": {"period": "2015-11-01", "rank": 1, "learners": 2, "attempts": 24},
        }
        assert made[3]["outcome"] == "insufficient_data"
        assert made[3]["skips"] == 1
        assert outcomes.outcomes(connection, QUICK, MONTH) == (3, {"complete": 1, "insufficient_data": 2})


def test_days_are_the_learners_own(warehouse: str) -> None:
    """Kiribati is 14 hours ahead, Honolulu 10 behind; a day belongs to one month only."""
    with connect(warehouse) as connection:
        load(
            connection,
            [Event(1, "2015-10-31T10:00", offset=840), Event(1, "2015-11-30T09:59", offset=840),
             Event(1, "2015-11-30T10:00", offset=840),
             Event(2, "2015-11-01T09:59", offset=-600), Event(2, "2015-11-01T10:00", offset=-600),
             Event(2, "2015-12-01T09:59", offset=-600), Event(2, "2015-12-01T10:00", offset=-600)],
        )  # fmt: skip
    run(warehouse)
    with connect(warehouse) as connection:
        days = {user: [day["day"] for day in made["days"]] for user, made in reports(connection).items()}
        assert days == {1: ["2015-11-01", "2015-11-30"], 2: ["2015-11-01", "2015-11-30"]}
        assert {
            made["month_before"]["attempts"] for user, made in reports(connection).items() if user == 2
        } == {1}


def test_what_comes_within_72_hours_counts_and_later_does_not(warehouse: str) -> None:
    with connect(warehouse) as connection:
        late = [timedelta(hours=hours) for hours in (71.9, 72.1)]
        load(connection, [Event(1, "2015-11-30T23:59", late=wait) for wait in late])
    run(warehouse)
    with connect(warehouse) as connection:
        assert reports(connection)[1]["attempts"] == 1


def test_a_rerun_gives_the_same_and_touches_no_other_month(warehouse: str) -> None:
    with connect(warehouse) as connection:
        load(connection, [*daily(1, range(1, 13)), *daily(1, range(1, 13), month="2015-10")])
    run(warehouse, "2015-10")
    run(warehouse)
    kept = "SELECT user_id, month, outcome, report::text, chart FROM warehouse.monthly_learner_reports ORDER BY month"
    with connect(warehouse) as connection:
        first = connection.execute(kept).fetchall()
    run(warehouse)
    with connect(warehouse) as connection:
        assert connection.execute(kept).fetchall() == first
        assert len(first) == 2


def test_named_learners_are_made_alone(warehouse: str) -> None:
    with connect(warehouse) as connection:
        load(connection, [*daily(1, range(1, 13)), *daily(2, range(1, 13))])
    run(warehouse)
    with connect(warehouse) as connection:
        load(connection, [Event(1, "2015-11-20T12:00"), Event(2, "2015-11-20T12:00")])
    run(warehouse, scope="users", users=("u2",))
    with connect(warehouse) as connection:
        assert {user: made["attempts"] for user, made in reports(connection).items()} == {1: 24, 2: 25}


def test_one_learners_fault_is_only_theirs(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(warehouse) as connection:
        load(connection, [event for user in range(1, 7) for event in daily(user, range(1, 13))])
    make = job.make

    def broken(source: Any, month: Any) -> repo.Made:
        if source.user_id == 4:
            raise ZeroDivisionError
        return make(source, month)

    monkeypatch.setattr(job, "make", broken)
    done = run(warehouse)
    assert done["outcomes"] == {"complete": 5, "pending": 1}
    with connect(warehouse) as connection:
        reason = connection.execute("SELECT last_error FROM ops.job_retry_queue").fetchone()
        assert 4 not in reports(connection)
    assert reason is not None
    assert "ZeroDivisionError" in reason[0] or "no report" in reason[0]


def test_the_shards_do_not_matter(warehouse: str) -> None:
    with connect(warehouse) as connection:
        load(
            connection,
            [event for user in range(1, 8) for event in daily(user, range(user, user + 7), right=user % 3)],
        )
    kept = "SELECT user_id, report::text, chart FROM warehouse.monthly_learner_reports ORDER BY user_id"
    run(warehouse)
    with connect(warehouse) as connection:
        whole = connection.execute(kept).fetchall()
    run(warehouse, shard_size=2)
    with connect(warehouse) as connection:
        assert connection.execute(kept).fetchall() == whole
        assert len(whole) == 7


def test_a_concept_with_any_name_is_stored_as_it_is(warehouse: str) -> None:
    name = 'tab\there \\ "quoted" <b> 😀\nsecond line'
    with connect(warehouse) as connection:
        load(connection, list(daily(1, range(1, 13), right=2)))
        connection.execute("UPDATE app.questions SET concept = %s", [name])
    run(warehouse)
    with connect(warehouse) as connection:
        assert reports(connection)[1]["strongest"][0]["concept"] == name


def test_nothing_to_do_says_why(warehouse: str) -> None:
    with pytest.raises(NothingToDo, match="There are no attempts"):
        run(warehouse)
    with connect(warehouse) as connection:
        load(connection, list(daily(1, range(1, 13))))
    with pytest.raises(NothingToDo, match="go from 2015-11-01 to 2015-11-12"):
        run(warehouse, "2016-02")


def test_the_expectations_hold(warehouse: str) -> None:
    with connect(warehouse) as connection:
        load(connection, list(daily(1, range(1, 13))))
    assert run_week(warehouse, MONTH, job=JOB, now=NOW)["problem"] is None


def test_old_reports_leave_redis_with_the_publication(warehouse: str, redis_url: str) -> None:
    with connect(warehouse) as connection:
        load(connection, [*daily(1, range(1, 13))])
    month = open_run(warehouse, MONTH, job=QUICK, now=NOW)
    assert stage(warehouse, month, QUICK) == []
    with Redis.from_url(redis_url, decode_responses=True) as cache, connect(warehouse) as connection:
        for user in (1, 2):
            for name in (MONTH, "2015-10", "latest"):
                cache.set(cache_keys.report(user, name), "old")
                cache.set(cache_keys.chart(user, name), "old")
        job.warm(connection, cache, month)
        mine = {key for key in cache.scan_iter() if key.startswith("report:1:")}
        assert mine == {cache_keys.report(1, "2015-10"), cache_keys.chart(1, "2015-10")}
        assert len(list(cache.scan_iter("report:2:*"))) == 6
