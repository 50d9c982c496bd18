"""What the API asks PostgreSQL: the serving views, on a connection it is handed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from include.core.boards import Header, told
from include.core.envelope import Content
from include.core.statements import statement

Connection = AsyncConnection[TupleRow]


class Wanted(NamedTuple):
    """A user's brief of a week; without one the newest."""

    user_id: int
    week_of: date | None


class Brief(NamedTuple):
    """A brief as it is served: the stored JSON text, byte for byte."""

    week_of: date
    body: bytes
    generated_at: float  # seconds since the epoch


@asynccontextmanager
async def as_user(connection: Connection, user_id: int) -> AsyncIterator[None]:
    """A transaction that sees the rows of this user and of nobody else; sent with the queries in it."""
    who = {"user_id": user_id, "external_id": None}
    async with connection.pipeline(), connection.transaction():
        await connection.execute(statement("serving/set_reader"), who)
        yield


async def select_nothing(connection: Connection) -> None:
    """Whether anybody answers."""
    await connection.execute("")


async def select_user_ids(connection: Connection, external_ids: Sequence[str]) -> list[int | None]:
    """The internal id of each, in order; None for somebody unknown."""
    found: list[int | None] = [None] * len(external_ids)
    cursor = await connection.execute(
        statement("serving/select_user_ids"), {"external_ids": list(external_ids)}
    )
    for place, user_id in await cursor.fetchall():
        found[place - 1] = user_id
    return found


async def select_briefs(connection: Connection, asked: Sequence[Wanted]) -> list[Brief | None]:
    """The brief of each, in order; None where there is none."""
    found: list[Brief | None] = [None] * len(asked)
    values = {"readers": [one.user_id for one in asked], "weeks": [one.week_of for one in asked]}
    cursor = await connection.execute(statement("serving/select_briefs"), values)
    for place, week_of, body, generated_at in await cursor.fetchall():
        found[place - 1] = Brief(week_of, body.encode(), generated_at)
    return found


async def select_content(connection: Connection, user_id: int, name: str, **values: Any) -> Content:
    """What the statement sql/<name>.sql tells of a user: a row of (text, when it was made, whether it is empty)."""
    async with as_user(connection, user_id):
        cursor = await connection.execute(statement(name), {"user_id": user_id, **values})
        row = await cursor.fetchone()
    return Content(None) if row is None else Content(row[0].encode(), row[1], row[2])


async def record_events(connection: Connection, user_id: int, events: str) -> bytes:
    """Takes a JSON array of events of the user, all that are sound or, on an error, none; what became of each."""
    async with as_user(connection, user_id):
        cursor = await connection.execute(statement("serving/record_events"), {"events": events})
        return _text(await cursor.fetchone())


async def set_preferences(connection: Connection, user_id: int, changes: str) -> bytes:
    """Sets all that the JSON object says, or nothing; what was changed and what was refused."""
    async with as_user(connection, user_id):
        cursor = await connection.execute(statement("serving/set_preferences"), {"changes": changes})
        return _text(await cursor.fetchone())


def _text(row: TupleRow | None) -> bytes:
    assert row is not None, "a function answers one row"
    return str(row[0]).encode()


async def select_leaderboard(connection: Connection, board: str, period: date | None) -> Header | None:
    key = {"board": board, "period": period}
    row = await (await connection.execute(statement("serving/select_leaderboard"), key)).fetchone()
    return None if row is None else Header(*row)


async def select_place(connection: Connection, board: str, period: date, user_id: int) -> int | None:
    key = {"board": board, "period": period, "user_id": user_id}
    row = await (await connection.execute(statement("serving/select_leaderboard_position"), key)).fetchone()
    return None if row is None else int(row[0])


async def select_rows(
    connection: Connection, board: str, period: date, first: int, last: int
) -> list[dict[str, Any]]:
    """Rows of a board by position, both ends included, as they are served."""
    bounds = {"board": board, "period": period, "first": first, "last": last}
    cursor = await connection.execute(statement("serving/select_leaderboard_rows"), bounds)
    return [told(*row) for row in await cursor.fetchall()]
