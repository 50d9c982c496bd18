"""A published board from its table into Redis; the same table gives the same bytes."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar
from uuid import uuid4

import orjson

from include.core.boards import (
    AFTERLIFE_S,
    IN_LIST,
    SECONDS,
    TOP,
    Board,
    Header,
    Version,
    body,
    pointer,
    told,
    unpacked,
)
from include.core.db import Connection
from include.core.statements import statement

T = TypeVar("T")

CHUNK = 5 * IN_LIST
OVERLAP_S = 300  # a name that changed while the board was being written is read once more


def write(connection: Connection, redis: Any, board: Board, period: date) -> int:
    """Write the whole board and let readers see it; returns its rows, 0 where none is published.

    Written under new keys; a crash before the pointer is set leaves keys that nobody sees and that expire.
    """
    header = _header(connection, board, period)
    if header is None:
        return 0
    version = Version(board, period, f"{header.run_id}-{uuid4().hex[:12]}", header.learners)
    with ThreadPoolExecutor(2) as beside:  # PostgreSQL gives a chunk while Redis takes in one before
        sent: Future[Any] | None = None
        for first, rows in _ahead(beside, _chunks(connection, board, period)):
            pipeline = _filled(redis, version, header, first, rows)
            if sent:
                sent.result()
            sent = beside.submit(pipeline.execute)
        if sent:
            sent.result()
    _show(redis, version, is_newest=header.is_newest)
    return header.learners


def _ahead(beside: Executor, chunks: Iterator[T]) -> Iterator[T]:
    """The same chunks, each fetched while the one before it is worked on."""
    coming = beside.submit(next, chunks, None)
    while (chunk := coming.result()) is not None:
        coming = beside.submit(next, chunks, None)
        yield chunk


def _filled(redis: Any, version: Version, header: Header, first: int, rows: list[Any]) -> Any:
    """A pipeline with the rows of a chunk, which begins at place `first`."""
    pipeline = redis.pipeline(transaction=False)
    for start in range(0, len(rows), IN_LIST):
        key = version.rows(first + start)
        pipeline.rpush(key, *(orjson.dumps(told(*row)) for row in rows[start : start + IN_LIST]))
        pipeline.expire(key, SECONDS + AFTERLIFE_S)
    places = [part for place, row in enumerate(rows, first) for part in (row[1], place)]
    pipeline.execute_command("HSET", version.positions, *places)
    if first == 0:
        pipeline.set(version.top, body(header, [told(*row) for row in rows[:TOP]]))
        for name in (version.top, version.positions):
            pipeline.expire(name, SECONDS + AFTERLIFE_S)
    return pipeline


def _header(connection: Connection, board: Board, period: date | None) -> Header | None:
    key = {"board": board, "period": period}
    row = connection.execute(statement("serving/select_leaderboard"), key).fetchone()
    return Header(*row) if row else None


def refresh(connection: Connection, redis: Any, board: Board) -> int:
    """Write the newest board again if it is not what Redis shows, or if a name changed since.

    Returns its rows, 0 where nothing was to be done. Redis shows another board where it lost this one, or
    where the run that published it died before it came to Redis.
    """
    header = _header(connection, board, None)
    if header is None:
        return 0
    shown = redis.get(pointer(board, None))
    is_this = shown and unpacked(board, shown).run_id == header.run_id
    if is_this and not _renamed(connection, redis, board, header.period):
        return 0
    return write(connection, redis, board, header.period)


def _renamed(connection: Connection, redis: Any, board: Board, period: date) -> bool:
    """Whether somebody on the board changed or lost their name since it was written."""
    age = SECONDS - redis.ttl(pointer(board, None)) + OVERLAP_S
    values = {"board": board, "period": period, "age": age}
    row = connection.execute(statement("leaderboard/count_name_changes"), values).fetchone()
    return bool(row and row[0])


def _chunks(connection: Connection, board: Board, period: date) -> Iterator[tuple[int, list[Any]]]:
    """(place of the first, rows of select_leaderboard_rows), in order of position."""
    values = {"board": board, "period": period, "first": 1, "last": 2**31 - 1}
    connection.execute(statement("leaderboard/plan_for_all_rows"))
    with connection.cursor(name="board") as cursor:
        cursor.execute(statement("serving/select_leaderboard_rows"), values, binary=True)
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
            for name in old.all_keys():
                pipeline.expire(name, AFTERLIFE_S)
    pipeline.execute()
