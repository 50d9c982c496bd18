"""The weekly board: who counts, in which order, and when it is provisional, final or restated."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from include.batch.shards import NothingToDo
from include.batch.verification import SuiteFailed
from include.core.boards import WEEKLY, percentile, pointer, unpacked
from include.core.db import connect
from include.leaderboard import cache
from include.leaderboard.job import MONTHLY_JOB, WEEKLY_JOB
from tests.batch.rows import query
from tests.batch.walk import run_week
from tests.leaderboard.attempts import END, START, WEEK, Answer, add, fill

QUICK = replace(WEEKLY_JOB, expectations=dict)
AFTER = END + timedelta(days=4)


def close(url: str, now: datetime = AFTER, week: str = WEEK, **how: Any) -> dict[str, Any]:
    return run_week(url, week, now=now, **{"job": QUICK, **how})


def board(url: str, week: str = WEEK) -> list[tuple[int, int, int, int]]:
    """(user, rank, attempts, correct) by position."""
    return query(
        url,
        "SELECT user_id, rank, attempts, correct FROM warehouse.weekly_leaderboard "
        "WHERE period = %s ORDER BY position",
        week,
    )


def header(url: str) -> tuple[Any, ...]:
    found = query(url, "SELECT state, learners, updated_at, restated_at FROM warehouse.leaderboards")
    assert len(found) == 1
    return found[0]


def answers(user: int, right: int, wrong: int = 0, start: datetime = START, **more: Any) -> list[Answer]:
    return [
        Answer(user, start + timedelta(minutes=number), number < right, **more)
        for number in range(right + wrong)
    ]


def test_equals_share_a_rank_and_the_next_one_is_left_out(warehouse: str) -> None:
    rows = [*answers(3, 2), *answers(1, 2), *answers(2, 2, 1), *answers(4, 1, 1), *answers(5, 1)]
    fill(warehouse, 5, rows)
    summary = close(warehouse, job=WEEKLY_JOB)
    assert summary["problem"] is None
    assert summary["outcomes"] == {"complete": 5}
    assert board(warehouse) == [(2, 1, 3, 2), (1, 2, 2, 2), (3, 2, 2, 2), (4, 4, 2, 1), (5, 5, 1, 1)]


def test_a_skip_is_no_attempt(warehouse: str) -> None:
    skips = [Answer(1, START + timedelta(hours=n), correct=False, skipped=True) for n in range(9)]
    fill(warehouse, 2, [*skips, *answers(2, 1)])
    close(warehouse)
    assert board(warehouse) == [(2, 1, 1, 1)]


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (Answer(1, START), True),
        (Answer(1, START - timedelta(microseconds=1)), False),
        (Answer(1, END - timedelta(microseconds=1)), True),
        (Answer(1, END), False),
        (Answer(1, END - timedelta(hours=1), after=timedelta(hours=73) - timedelta(seconds=1)), True),
        (Answer(1, END - timedelta(hours=1), after=timedelta(hours=73)), False),
        (Answer(1, START + timedelta(hours=1), after=-timedelta(minutes=5)), True),
        (Answer(1, START + timedelta(hours=1), after=-timedelta(minutes=6)), False),
    ],
    ids=[
        "first moment", "before it", "last moment", "after it", "72 hours late", "later", "fast clock",
        "in the future",
    ],
)  # fmt: skip
def test_which_answers_count(warehouse: str, answer: Answer, counts: bool) -> None:
    fill(warehouse, 2, [answer, *answers(2, 1)])
    close(warehouse)
    assert (1 in [row[0] for row in board(warehouse)]) is counts


def test_an_answer_before_there_were_questions_does_not_count(warehouse: str) -> None:
    fill(warehouse, 1, answers(1, 3))
    query(warehouse, "UPDATE app.questions SET created_at = %s RETURNING 1", START + timedelta(minutes=1))
    close(warehouse)
    assert board(warehouse) == [(1, 1, 2, 2)]


def test_the_closing_board_is_provisional_then_final_then_restated(warehouse: str) -> None:
    fill(warehouse, 2, [*answers(1, 2), *answers(2, 1)])
    sunday, monday = END - timedelta(hours=1), END + timedelta(minutes=30)
    close(warehouse, sunday)
    assert header(warehouse) == ("provisional", 2, sunday, None)
    close(warehouse, monday)
    assert header(warehouse) == ("final", 2, monday, None)
    close(warehouse, monday + timedelta(hours=1))
    assert header(warehouse) == ("final", 2, monday, None), "nothing changed: nothing is restated"
    late = [Answer(2, START + timedelta(days=2, minutes=n), after=timedelta(days=6)) for n in range(2)]
    add(warehouse, late)
    close(warehouse, AFTER)
    assert header(warehouse) == ("final", 2, AFTER, AFTER)
    assert [row[0] for row in board(warehouse)] == [2, 1]


def test_answers_that_arrive_too_late_change_nothing(warehouse: str) -> None:
    fill(warehouse, 1, answers(1, 2))
    close(warehouse)
    before = board(warehouse), header(warehouse)
    add(warehouse, [Answer(1, START + timedelta(days=3), after=timedelta(days=30))])
    close(warehouse, END + timedelta(days=60))
    assert (board(warehouse), header(warehouse)) == before
    kept = query(warehouse, "SELECT count(*) FROM app.question_attempts")
    assert kept == [(3,)]


def test_a_flood_is_left_out_and_the_reason_kept(warehouse: str) -> None:
    fill(warehouse, 2, answers(2, 1))
    query(
        warehouse,
        "INSERT INTO app.question_attempts (user_id, event_id, question_id, answered_at, received_at, "
        "correct, import_id) SELECT 1, gen_random_uuid(), 1, at, at, true, 0 FROM "
        "generate_series(%s::timestamptz, %s, interval '800 milliseconds') AS at RETURNING 1",
        START,
        START + timedelta(days=1) - timedelta(seconds=1),
    )
    summary = close(warehouse)
    assert summary["problem"] is None
    assert board(warehouse) == [(2, 1, 1, 1)]
    reasons = query(warehouse, "SELECT user_id, check_name, reason FROM ops.quarantine")
    assert reasons == [(1, "flood", "more than 5,000 answers on one day: left out of the ranking")]


def test_many_answers_spread_over_a_week_are_no_flood(warehouse: str) -> None:
    fill(warehouse, 1, [])
    query(
        warehouse,
        "INSERT INTO app.question_attempts (user_id, event_id, question_id, answered_at, received_at, "
        "correct, import_id) SELECT 1, gen_random_uuid(), 1, at, at, true, 0 FROM "
        "generate_series(%s::timestamptz, %s, interval '1 minute') AS at RETURNING 1",
        START,
        END - timedelta(seconds=1),
    )
    close(warehouse)
    assert board(warehouse) == [(1, 1, 10_080, 10_080)]


def test_answers_of_one_moment_are_each_counted_and_a_resent_one_is_not(warehouse: str) -> None:
    right, wrong = Answer(1, START), Answer(1, START, correct=False)
    fill(warehouse, 1, [right, wrong, right])
    add(warehouse, [right._replace(after=timedelta(hours=5))])
    close(warehouse)
    assert board(warehouse) == [(1, 1, 2, 1)]


def test_nobody_answered(warehouse: str) -> None:
    with pytest.raises(NothingToDo, match="There are no attempts"):
        close(warehouse)
    fill(warehouse, 1, answers(1, 1))
    with pytest.raises(NothingToDo, match="2015-11-02 to 2015-11-02"):
        close(warehouse, week="2016-01-04")


@pytest.mark.parametrize(
    "fault",
    [
        "SET rank = 3 WHERE position = 3",  # equal to the one before it
        "SET rank = 1 WHERE position = 2",
        "SET position = 2 WHERE position = 3",  # two at one place
        "SET position = 4 WHERE position = 3",  # nobody before it
        "SET position = position + 1, rank = rank + 1",  # no first
        "SET position = 4 - position",
        "SET user_id = 5 - user_id WHERE user_id IN (2, 3)",  # equals in another order
        "SET attempts = attempts + 1 WHERE position = 1",
    ],
)
def test_a_misranked_board_is_never_published(warehouse: str, fault: str) -> None:
    fill(warehouse, 3, [*answers(1, 3), *answers(2, 2), *answers(3, 2)])

    def wrong(connection: Any, run: Any, shard: Any, users: Any) -> Any:
        result = WEEKLY_JOB.process(connection, run, shard, users)
        staged = f"staging.weekly_leaderboard_20151102_r{run.run_id}"
        connection.execute(f"UPDATE {staged} {fault}")  # type: ignore[arg-type]
        return result

    with pytest.raises(SuiteFailed, match="not with this tally, position or rank"):
        close(warehouse, job=replace(WEEKLY_JOB, process=wrong))
    assert board(warehouse) == []


def test_a_month_is_ranked_by_the_same_rules(warehouse: str) -> None:
    november = [*answers(1, 1, start=datetime.fromisoformat("2015-11-01T00:00Z")), *answers(2, 2)]
    october = answers(3, 9, start=datetime.fromisoformat("2015-10-31T12:00Z"))
    fill(warehouse, 3, [*november, *october])
    monthly = replace(MONTHLY_JOB, expectations=dict)
    run_week(warehouse, "2015-11", now=datetime.fromisoformat("2015-12-01T00:45Z"), job=monthly)
    rows = query(
        warehouse, "SELECT user_id, period::text, rank FROM warehouse.monthly_leaderboard ORDER BY 3"
    )
    assert rows == [(2, "2015-11-01", 1), (1, "2015-11-01", 2)]
    assert header(warehouse)[0] == "final"


# ------------------------------------------------------------------ Redis


def in_redis(redis: Any, period: Any = None) -> dict[str, Any]:
    """All that readers see of a board."""
    version = unpacked(WEEKLY, redis.get(pointer(WEEKLY, period)))
    return {
        "top": redis.get(version.top),
        "rows": redis.lrange(version.rows(0), 0, -1),
        "positions": redis.hgetall(version.positions),
        "learners": version.learners,
    }


def warm(url: str, redis: Any) -> int:
    with connect(url) as connection:
        return cache.write(connection, redis, WEEKLY, START.date())


events = st.lists(
    st.builds(
        Answer,
        st.integers(1, 6),
        st.integers(0, 7 * 24).map(lambda hour: START + timedelta(hours=hour)),
        st.booleans(),
        st.just(False),
        st.integers(0, 96).map(lambda hours: timedelta(hours=hours)),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=events, late=events)
def test_a_rebuild_from_the_table_is_the_live_board_byte_for_byte(
    warehouse: str, redis_url: str, first: list[Answer], late: list[Answer]
) -> None:
    query(warehouse, "TRUNCATE app.question_attempts, warehouse.leaderboards, warehouse.weekly_leaderboard")
    fill(warehouse, 6, [Answer(1, START), *first])
    with Redis.from_url(redis_url) as redis:
        close(warehouse)
        add(warehouse, late)
        close(warehouse, AFTER + timedelta(hours=1))
        warm(warehouse, redis)
        live = in_redis(redis)
        redis.flushall()
        warm(warehouse, redis)
        assert in_redis(redis) == live
        assert [int(row) for row in live["positions"].values()] == list(range(len(live["rows"])))
        assert sorted(live["positions"]) == sorted(str(row[0]).encode() for row in board(warehouse))


def test_a_board_is_seen_whole_or_not_at_all(warehouse: str, redis_url: str) -> None:
    fill(warehouse, 2, [*answers(1, 2), *answers(2, 1)])
    close(warehouse)
    with Redis.from_url(redis_url) as redis:
        warm(warehouse, redis)
        before = in_redis(redis)
        add(warehouse, answers(2, 5, start=START + timedelta(days=1)))
        close(warehouse, AFTER + timedelta(hours=1))

        class Killed(Redis):
            """A client whose process dies before it can show what it wrote."""

            def mget(self, *_: Any) -> Any:
                raise ConnectionError("killed")

        with Killed.from_url(redis_url) as dying, pytest.raises(ConnectionError):
            warm(warehouse, dying)
        assert in_redis(redis) == before
        assert all(redis.ttl(key) > 0 for key in redis.scan_iter()), "what nobody sees goes by itself"
        with connect(warehouse) as connection:
            assert cache.refresh(connection, redis, WEEKLY) == 2, (
                "the next hour brings what the job could not"
            )
        assert in_redis(redis)["rows"][0].startswith(b'{"rank":1,"user_id":2,')


def test_a_new_name_is_read_and_a_lost_one_is_not(warehouse: str, redis_url: str) -> None:
    fill(warehouse, 2, [*answers(1, 2), *answers(2, 1)])
    close(warehouse)
    query(warehouse, "UPDATE app.users SET display_name = 'Ada' WHERE user_id = 1 RETURNING 1")
    query(warehouse, "UPDATE app.users SET display_name = NULL WHERE user_id = 2 RETURNING 1")
    with Redis.from_url(redis_url) as redis:
        warm(warehouse, redis)
        top = in_redis(redis)["top"].decode()
    assert '"Ada"' in top
    assert '"A learner"' in top
    assert "Name" not in top


def test_who_was_erased_leaves_a_rank_without_a_name(warehouse: str, redis_url: str) -> None:
    fill(warehouse, 3, [*answers(1, 3), *answers(2, 2), *answers(3, 1)])
    close(warehouse)
    frozen = board(warehouse)
    with Redis.from_url(redis_url) as redis, connect(warehouse) as connection:
        cache.write(connection, redis, WEEKLY, START.date())
        connection.execute("DELETE FROM app.question_attempts WHERE user_id = 2")
        connection.execute("DELETE FROM app.users WHERE user_id = 2")
        connection.commit()
        assert cache.refresh(connection, redis, WEEKLY) == 3, "the hour after"
        shown = [row.decode() for row in in_redis(redis)["rows"]]
    assert board(warehouse) == frozen
    assert "A learner" in shown[1]
    assert "Name 2" not in "".join(shown) + str(shown)


def test_a_refresh_writes_only_what_is_gone_or_renamed(warehouse: str, redis_url: str) -> None:
    fill(warehouse, 3, [*answers(1, 2), *answers(2, 1)])
    close(warehouse)

    def refresh() -> int:
        with connect(warehouse) as connection:
            return cache.refresh(connection, redis, WEEKLY)

    with Redis.from_url(redis_url) as redis:
        assert refresh() == 2, "Redis has nothing"
        assert refresh() == 0, "Redis has it"
        query(warehouse, "UPDATE app.users SET display_name = 'Off board' WHERE user_id = 3 RETURNING 1")
        assert refresh() == 0, "nobody on the board changed"
        query(warehouse, "UPDATE app.users SET display_name = 'Ada' WHERE user_id = 1 RETURNING 1")
        assert refresh() == 2
        assert b"Ada" in in_redis(redis)["rows"][0]
        redis.flushall()
        assert refresh() == 2


@pytest.mark.parametrize(("rank", "learners", "percent"), [(1, 1, 100), (1, 5, 100), (5, 5, 0), (3, 5, 50)])
def test_percentile(rank: int, learners: int, percent: float) -> None:
    assert percentile(rank, learners) == percent
