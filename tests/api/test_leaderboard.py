"""What a learner reads of a board, from Redis or from the table, and that both say the same."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from starlette.testclient import TestClient

from api import leaderboards
from include.core.boards import WEEKLY, pointer, unpacked
from include.core.db import connect
from include.leaderboard import cache
from tests.api.readers import OpenClient, bearer
from tests.batch.rows import query
from tests.leaderboard.attempts import START, Answer, add, fill
from tests.leaderboard.test_job import AFTER, close

WEEKLY_BOARD = "/api/v1/leaderboard/weekly"
MY_RANK = "/api/v1/leaderboard/my-rank"
LEARNERS = 130


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    """Learner n answers n times; learner 1 and 2 both twice, all of it right."""
    return [
        Answer(user, START + timedelta(minutes=number))
        for user in range(1, LEARNERS + 1)
        for number in range(max(user, 2))
    ]


@pytest.fixture
def board(published: str, answers: list[Answer]) -> str:
    """URL of a warehouse with a weekly board of 130 learners; ann, ben and cleo are 1 to 3."""
    fill(published, LEARNERS, answers)
    close(published)
    return published


@pytest.fixture
def warm(board: str, redis_url: str) -> None:
    with connect(board) as connection, Redis.from_url(redis_url) as redis:
        assert cache.write(connection, redis, WEEKLY, START.date()) == LEARNERS


@pytest.fixture
def learner(board: str, open_client: OpenClient) -> Iterator[TestClient]:
    with open_client() as client:
        yield client


def test_the_first_hundred_and_the_readers_own_rank(learner: TestClient) -> None:
    answer = learner.get(WEEKLY_BOARD, headers=bearer("ann"))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["period"], told["state"], told["learners"]) == ("2015-11-02", "final", LEARNERS)
    assert len(told["leaderboard"]) == 100
    assert told["leaderboard"][0] == {
        "rank": 1, "user_id": 130, "name": "Name 130", "attempts": 130, "accuracy": 100.0,
    }  # fmt: skip
    assert told["user_rank"] == {
        "rank": 129, "user_id": 1, "name": "A learner", "attempts": 2, "accuracy": 100.0, "percentile": 0.8,
    }  # fmt: skip
    assert answer.headers["cache-control"] == "private, max-age=300"


def test_who_has_not_answered_reads_the_board_without_a_rank(learner: TestClient, board: str) -> None:
    query(board, "INSERT INTO app.users (user_id, external_id) VALUES (900, 'new') RETURNING 1")
    told = learner.get(WEEKLY_BOARD, headers=bearer("new")).json()
    assert told["user_rank"] is None
    assert len(told["leaderboard"]) == 100
    assert learner.get(MY_RANK, headers=bearer("new")).json()["around"] == []


@pytest.mark.usefixtures("warm")
def test_redis_and_the_table_say_the_same(learner: TestClient, board: str, redis_url: str) -> None:
    query(board, "INSERT INTO app.users (user_id, external_id) VALUES (900, 'new') RETURNING 1")
    paths = [WEEKLY_BOARD, f"{WEEKLY_BOARD}?period=2015-11-05", MY_RANK, f"{MY_RANK}?around=7"]
    for user in ("ann", "ben", "cleo", "new"):
        cached = [learner.get(path, headers=bearer(user)).content for path in paths]
        with Redis.from_url(redis_url) as redis:
            held = {key: redis.dump(key) for key in redis.scan_iter("leaderboard:*")}
            redis.flushall()
            assert [learner.get(path, headers=bearer(user)).content for path in paths] == cached
            assert [learner.get(path, headers=bearer(user)).content for path in paths] == cached, "refilled"
            redis.flushall()
            for key, value in held.items():
                redis.restore(key, 60_000, value)


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("path", [WEEKLY_BOARD, MY_RANK, f"{MY_RANK}?around=10"])
def test_a_reader_asks_redis_once_for_all_of_a_board(learner: TestClient, redis_url: str, path: str) -> None:
    first = learner.get(path, headers=bearer("ann")).content  # a new Redis is told the script first
    with Redis.from_url(redis_url) as redis:
        redis.config_resetstat()
        assert learner.get(path, headers=bearer("ann")).content == first
        asked = redis.info("commandstats")
    assert asked["cmdstat_evalsha"]["calls"] == 1
    scripts = {name for name in asked if name.startswith("cmdstat_eval")}
    assert scripts == {"cmdstat_evalsha"}
    inside = {f"cmdstat_{name}" for name in ("get", "hget", "lrange", "exists")}
    who = {f"cmdstat_{name}" for name in ("mget", "config|resetstat", "config", "info", "client", "hello")}
    assert set(asked) <= scripts | inside | who


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(
    ("path", "part"),
    [
        (WEEKLY_BOARD, "top"),
        (WEEKLY_BOARD, "rows"),
        (WEEKLY_BOARD, "positions"),
        (MY_RANK, "rows"),
        (MY_RANK, "positions"),
    ],
)
def test_a_board_that_lost_a_part_is_read_from_the_table(
    learner: TestClient, redis_url: str, path: str, part: str
) -> None:
    whole = learner.get(path, headers=bearer("ann")).content
    with Redis.from_url(redis_url) as redis:
        version = unpacked(WEEKLY, redis.get(pointer(WEEKLY, None)))
        redis.delete(getattr(version, part))
        # What is left must not be used: it would tell of another number of learners.
        redis.set(pointer(WEEKLY, None), version._replace(learners=7).packed())
    assert learner.get(path, headers=bearer("ann")).content == whole


def test_a_restatement_between_two_queries_is_not_mixed_with_what_was(
    learner: TestClient, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The header was read, then a new version is published: the answer is all of the new one."""
    place = leaderboards.select_place

    def restate() -> None:
        add(board, [Answer(131, START + timedelta(hours=1, minutes=n)) for n in range(200)])
        close(board, AFTER + timedelta(hours=1))

    async def late(connection: Any, *rest: Any) -> int | None:
        await asyncio.to_thread(restate)
        monkeypatch.setattr(leaderboards, "select_place", place)
        return await place(connection, *rest)

    fill(board, LEARNERS + 1, [])
    monkeypatch.setattr(leaderboards, "select_place", late)
    told = learner.get(WEEKLY_BOARD, headers=bearer("ann")).json()
    assert told["learners"] == LEARNERS + 1
    assert told["restated_at"] is not None
    assert told["leaderboard"][0]["user_id"] == 131
    assert told["user_rank"]["rank"] == 130
    assert told == learner.get(WEEKLY_BOARD, headers=bearer("ann")).json(), "and it is what was kept"


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(("around", "users"), [(0, [1]), (1, [3, 1, 2]), (5, [7, 6, 5, 4, 3, 1, 2])])
def test_around_me_ends_where_the_board_does(learner: TestClient, around: int, users: list[int]) -> None:
    told = learner.get(MY_RANK, params={"around": around}, headers=bearer("ann")).json()
    assert [row["user_id"] for row in told["around"]] == users
    assert told["user_rank"]["rank"] == 129


def test_nothing_published_is_503_and_another_period_404(
    published: str, open_client: OpenClient, answers: list[Answer]
) -> None:
    with open_client() as client:
        nothing = client.get(WEEKLY_BOARD, headers=bearer("ann"))
        assert nothing.status_code == 503
        assert "has been published yet" in nothing.json()["detail"]
        fill(published, LEARNERS, answers)
        close(published)
        assert client.get(WEEKLY_BOARD, headers=bearer("ann")).status_code == 200
        other = client.get(WEEKLY_BOARD, params={"period": "2015-11-09"}, headers=bearer("ann"))
        assert other.status_code == 404
        assert client.get("/api/v1/leaderboard/monthly", headers=bearer("ann")).status_code == 503


@pytest.mark.parametrize(
    ("path", "word"),
    [
        (f"{WEEKLY_BOARD}?period=soon", "YYYY-MM-DD"),
        ("/api/v1/leaderboard/monthly?period=2015-13", "YYYY-MM"),
        (f"{MY_RANK}?board=daily", "weekly, monthly"),
        (f"{MY_RANK}?around=51", "0 to 50"),
        (f"{MY_RANK}?around=-1", "0 to 50"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_advice(learner: TestClient, path: str, word: str) -> None:
    answer = learner.get(path, headers=bearer("ann"))
    assert answer.status_code == 400
    assert word in answer.json()["detail"]


@pytest.mark.parametrize("path", [WEEKLY_BOARD, "/api/v1/leaderboard/monthly", MY_RANK])
def test_a_board_needs_a_token(learner: TestClient, path: str) -> None:
    assert learner.get(path).status_code == 401
