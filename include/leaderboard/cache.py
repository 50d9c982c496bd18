"""A published board from its table into Redis; the same table gives the same bytes."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

from include.core.boards import AFTERLIFE_S, SECONDS, Board, Version, pointer, unpacked
from include.core.db import Connection
from include.core.statements import statement

CHUNK = 5_000
OVERLAP_S = 300  # a name that changed while the board was being written is read once more


def write(connection: Connection, redis: Any, board: Board, period: date) -> int:
    """Write the whole board and let readers see it; returns its rows, 0 where none is published.

    Written under new keys; a crash before the pointer is set leaves keys that nobody sees and that expire.
    """
    key = {"board": board, "period": period}
    header = connection.execute(statement("serving/select_leaderboard"), key).fetchone()
    if header is None:
        return 0
    _, learners, is_newest, top, run_id = header
    version = Version(board, period, f"{run_id}-{uuid4().hex[:12]}", learners)
    redis.set(version.top, top, ex=SECONDS + AFTERLIFE_S)
    for first, rows in _chunks(connection, key):
        pipeline = redis.pipeline(transaction=False)
        pipeline.rpush(version.rows, *(row for _, row in rows))
        places = [part for place, (user_id, _) in enumerate(rows, first) for part in (user_id, place)]
        pipeline.execute_command("HSET", version.positions, *places)
        if first == 0:
            pipeline.expire(version.rows, SECONDS + AFTERLIFE_S)
            pipeline.expire(version.positions, SECONDS + AFTERLIFE_S)
        pipeline.execute()
    _show(redis, version, is_newest=is_newest)
    return int(learners)


def refresh(connection: Connection, redis: Any, board: Board) -> int:
    """Write the newest board again if it is not what Redis shows, or if a name changed since.

    Returns its rows, 0 where nothing was to be done. Redis shows another board where it lost this one, or
    where the run that published it died before it came to Redis.
    """
    header = connection.execute(
        statement("serving/select_leaderboard"), {"board": board, "period": None}
    ).fetchone()
    if header is None:
        return 0
    period, run_id = header[0], header[4]
    shown = redis.get(pointer(board, None))
    if shown and unpacked(board, shown).run_id == run_id and not _renamed(connection, redis, board, period):
        return 0
    return write(connection, redis, board, period)


def _renamed(connection: Connection, redis: Any, board: Board, period: date) -> bool:
    """Whether somebody on the board changed or lost their name since it was written."""
    age = SECONDS - redis.ttl(pointer(board, None)) + OVERLAP_S
    values = {"board": board, "period": period, "age": age}
    row = connection.execute(statement("leaderboard/count_name_changes"), values).fetchone()
    return bool(row and row[0])


def _chunks(connection: Connection, key: dict[str, Any]) -> Iterator[tuple[int, list[Any]]]:
    """(position of the first, rows of (user_id, JSON)) in order of position."""
    with connection.cursor(name="board") as cursor:
        cursor.execute(statement("serving/select_leaderboard_rows"), {**key, "first": 1, "last": 2**31 - 1})
        first = 0
        while rows := cursor.fetchmany(CHUNK):
            yield first, rows
            first += len(rows)


def _show(redis: Any, version: Version, *, is_newest: bool) -> None:
    """Point to the version, and let the one before it go in a minute."""
    pointers = [pointer(version.board, version.period)]
    if is_newest:
        pointers.append(pointer(version.board, None))
    before = {value for value in redis.mget(pointers) if value}
    pipeline = redis.pipeline(transaction=True)
    for name in pointers:
        pipeline.set(name, version.packed(), ex=SECONDS)
    for value in before:
        old = unpacked(version.board, value)
        if old.period == version.period:
            for name in (old.top, old.rows, old.positions):
                pipeline.expire(name, AFTERLIFE_S)
    pipeline.execute()
