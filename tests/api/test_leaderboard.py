"""What a learner reads of a board, from Redis or from the table, and that both say the same."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from starlette.testclient import TestClient

from api import leaderboards
from api.board_views import Asked
from api.cache import ReaderCache
from api.direct import Direct
from include.core.boards import AFTERLIFE_S, IN_LIST, SECONDS, WEEKLY, Version, pointer, unpacked
from include.core.db import connect
from include.leaderboard import cache
from tests.api.readers import OpenClient, bearer
from tests.api.wire import wired
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
        redis.delete(*redis.scan_iter(f"{version.prefix}:{part}*"))
        # What is left must not be used: it would tell of another number of learners.
        redis.set(pointer(WEEKLY, None), version._replace(learners=7).packed())
    assert learner.get(path, headers=bearer("ann")).content == whole


MANY = 2 * IN_LIST + 30


@pytest.fixture
def long_board(published: str, redis_url: str) -> Version:
    """A board of more learners than two lists hold; user n is the n-th of it."""
    fill(published, MANY, [Answer(user, START) for user in range(1, MANY + 1)])
    close(published)
    with connect(published) as connection, Redis.from_url(redis_url) as redis:
        assert cache.write(connection, redis, WEEKLY, START.date()) == MANY
        return unpacked(WEEKLY, redis.get(pointer(WEEKLY, None)))


def shown(redis_url: str, user_id: int, around: int) -> list[int] | None:
    """User ids around a user, as Redis tells them; None where it lacks a part."""

    async def asked() -> list[int] | None:
        async with AsyncRedis.from_url(redis_url) as redis:
            seen = await leaderboards.shown_board(ReaderCache(redis), Asked(WEEKLY, None, user_id, around))
            return None if seen is None else [row["user_id"] for row in seen.around]

    return asyncio.run(asked())


@pytest.mark.usefixtures("long_board")
@pytest.mark.parametrize("around", [0, 1, 50])
@pytest.mark.parametrize(
    "user_id", [1, 30, IN_LIST - 50, IN_LIST, IN_LIST + 1, 2 * IN_LIST, 2 * IN_LIST + 1, MANY]
)
def test_neighbours_stand_in_order_where_one_list_ends_and_the_next_begins(
    redis_url: str, user_id: int, around: int
) -> None:
    expected = range(max(user_id - around, 1), min(user_id + around, MANY) + 1)
    assert shown(redis_url, user_id, around) == list(expected)


def test_only_who_reads_from_a_lost_list_is_sent_to_the_table(long_board: Version, redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        assert redis.delete(long_board.rows(IN_LIST)) == 1
    assert shown(redis_url, IN_LIST, 0) == [IN_LIST]
    assert shown(redis_url, IN_LIST, 1) is None
    assert shown(redis_url, IN_LIST + 1, 0) is None
    assert shown(redis_url, 2 * IN_LIST + 1, 1) is None


def test_all_of_a_version_expires_soon_after_the_next(
    long_board: Version, published: str, redis_url: str
) -> None:
    with Redis.from_url(redis_url) as redis:
        kept = {key.decode() for key in redis.scan_iter(f"{long_board.prefix}*")}
        assert kept == set(long_board.all_keys())
        assert all(0 < redis.ttl(key) <= SECONDS + AFTERLIFE_S for key in kept)
        with connect(published) as connection:
            cache.write(connection, redis, WEEKLY, START.date())
        assert all(0 < redis.ttl(key) <= AFTERLIFE_S for key in kept)


PAGE = "/leaderboard"


@pytest.mark.usefixtures("warm")
def test_with_both_away_a_board_is_what_was_told_last_and_says_so(
    board: str, redis_url: str, open_client: OpenClient
) -> None:
    with (
        wired(board) as (postgres, database_url),
        wired(redis_url) as (redis, cache_url),
        open_client(database_url=database_url, redis=cache_url) as client,
    ):

        def ask(path: str, who: str = "ann") -> Any:
            headers = bearer(who)
            session = {"Cookie": f"almanac_session={headers['Authorization'].removeprefix('Bearer ')}"}
            return client.get(path, headers=session if path == PAGE else headers)

        paths = [WEEKLY_BOARD, f"{MY_RANK}?around=10"]
        first = [ask(path).content for path in paths]
        assert "last good version" not in ask(PAGE).text
        redis.cut()
        assert [ask(path).content for path in paths] == first, "out of the table"
        postgres.cut()
        for path, content in zip(paths, first, strict=True):
            last = ask(path)
            assert (last.status_code, last.content) == (200, content)
            assert (last.headers["almanac-stale"], last.headers["cache-control"]) == (
                "true",
                "private, no-cache",
            )
            assert int(last.headers["age"]) >= 0
        assert "last good version" in ask(PAGE).text
        assert ask(f"{MY_RANK}?around=9").status_code == 503, "never asked before"
        redis.mend()
        postgres.mend()
        while "almanac-stale" in ask(WEEKLY_BOARD).headers:
            pass


def test_readers_of_the_same_at_the_same_time_are_one_question_to_the_table(
    board: str, redis_url: str, open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, place = [], leaderboards.select_place

    async def counted(connection: Any, *rest: Any) -> int | None:
        asked.append(rest)
        await asyncio.sleep(0)
        return await place(connection, *rest)

    async def crowd(held: Any) -> list[Any]:
        what = Asked(WEEKLY, None, 1, 3, with_top=True)
        return await asyncio.gather(*(leaderboards.find_board(held, what) for _ in range(50)))

    monkeypatch.setattr(leaderboards, "select_place", counted)
    with open_client() as client:
        seen = client.portal.call(crowd, client.app_state["resources"])
    assert len(set(map(repr, seen))) == 1
    assert len(asked) == 1


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


# ------------------------------------------------------------------ directly

BOARD_PATHS = [WEEKLY_BOARD, MY_RANK, f"{MY_RANK}?around=7", f"{WEEKLY_BOARD}?period=2015-11-05"]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each request for a board whether it was answered directly."""
    direct: list[bool] = []
    answered = Direct._answer

    async def noted(*what: Any) -> Any:
        response = await answered(*what)
        direct.append(response is not None)
        return response

    monkeypatch.setattr(Direct, "_answer", noted)
    return direct


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("path", BOARD_PATHS)
def test_a_board_without_the_framework_is_the_same(
    learner: TestClient, taken: list[bool], path: str, encoding: str
) -> None:
    headers = {**bearer("ann"), "Accept-Encoding": encoding}
    asked = [learner.get(path, headers=headers) for _ in range(3)]
    assert taken == [False, True, True], "the first is not known yet"
    told = [(one.status_code, one.content, dict(one.headers) | {"vary": ""}) for one in asked]
    assert told[0] == told[1] == told[2]
    assert asked[1].headers["vary"] == "Authorization, Accept-Encoding"
    again = learner.get(path, headers={**headers, "If-None-Match": asked[0].headers["etag"]})
    assert (again.status_code, again.content, taken[-1]) == (304, b"", True)


@pytest.mark.usefixtures("warm")
def test_everybody_sees_their_own_place(learner: TestClient) -> None:
    ranks = [
        [learner.get(MY_RANK, headers=bearer(who)).json()["user_rank"]["rank"] for who in ("ann", "cleo")]
        for _ in range(3)
    ]
    assert ranks == [[129, 128]] * 3


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{MY_RANK}?around=x", 400),
        (f"{MY_RANK}?around=51", 400),
        (f"{MY_RANK}?around={'9' * 5000}", 400),
        (f"{MY_RANK}?around=٣", 400),
        (f"{WEEKLY_BOARD}?period=2001-01-01", 404),
    ],
)
def test_an_error_is_the_same_too(learner: TestClient, taken: list[bool], path: str, status: int) -> None:
    answers = [learner.get(path, headers=bearer("ann")) for _ in range(2)]
    assert taken == [False, True]
    assert {answer.status_code for answer in answers} == {status}
    told = [(answer.content, dict(answer.headers) | {"vary": ""}) for answer in answers]
    assert told[0] == told[1]
    assert answers[0].headers["content-type"] == "application/problem+json"


@pytest.mark.usefixtures("warm")
def test_what_nobody_foresaw_is_told_by_the_application(
    learner: TestClient, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("hunter2")

    learner.get(MY_RANK, headers=bearer("ann"))
    monkeypatch.setattr("api.routes.leaderboard.find_board", broken)
    learner._transport.raise_server_exceptions = False
    answer = learner.get(MY_RANK, headers=bearer("ann"))
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "hunter2" not in answer.text
    assert taken == [False, False]


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, bearer("ann", exp=1), bearer("dora")])
def test_who_is_not_known_gets_no_board(
    learner: TestClient, taken: list[bool], headers: dict[str, str]
) -> None:
    learner.get(WEEKLY_BOARD, headers=bearer("ann"))
    assert {learner.get(WEEKLY_BOARD, headers=headers).status_code for _ in range(2)} <= {401, 404}
    assert not any(taken)


@pytest.mark.usefixtures("warm")
def test_another_site_s_page_and_other_methods_go_through_the_application(
    learner: TestClient, taken: list[bool]
) -> None:
    learner.get(WEEKLY_BOARD, headers=bearer("ann"))
    learner.get(WEEKLY_BOARD, headers={**bearer("ann"), "Origin": "https://evil.example"})
    assert learner.post(WEEKLY_BOARD, headers=bearer("ann")).status_code == 405
    assert not any(taken)
