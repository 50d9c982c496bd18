"""Reading boards: the version that Redis shows, or the table where Redis has none."""

from datetime import date
from typing import Any, NamedTuple

import orjson

from api.cache import Entry
from api.deps import Resources
from api.queries import Connection, select_leaderboard, select_place, select_rows
from include.core.boards import (
    REFILL_SECONDS,
    TOP,
    Board,
    Version,
    body,
    percentile,
    pointer,
    refill_key,
    unpacked,
)


class Standing(NamedTuple):
    """A user's own row of a board, and the rows around it in the order of the board."""

    user_rank: dict[str, Any] | None
    around: list[dict[str, Any]]


class Served(NamedTuple):
    """A board that is being read: its first hundred as bytes, and where its other rows are."""

    period: date
    learners: int
    body: bytes
    version: Version | None  # None = read from the table


async def find_board(held: Resources, board: Board, period: date | None) -> Served | None:
    """The board of a period, or the newest; None where none was published."""
    shown = await held.cache.get(pointer(board, period))
    if shown is not None:
        version = unpacked(board, shown)
        top = await held.cache.get(version.top)
        if top is not None:
            return Served(version.period, version.learners, top, version)
    return await _from_table(held, board, period)


async def _from_table(held: Resources, board: Board, period: date | None) -> Served | None:
    """What the table says, kept for a minute: the next publication or refresh brings the whole board."""
    kept = await held.cache.get(refill_key(board, period))
    if kept is not None:
        first, learners, served = kept.split(b" ", 2)
        return Served(date.fromisoformat(first.decode()), int(learners), served, None)
    found = await held.warehouse.ask(lambda c: _stored_board(c, board, period))
    if found is None:
        return None
    packed = f"{found.period.isoformat()} {found.learners} ".encode() + found.body
    await held.cache.fill(Entry(refill_key(board, period), packed, REFILL_SECONDS))
    return found


async def _stored_board(connection: Connection, board: Board, period: date | None) -> Served | None:
    header = await select_leaderboard(connection, board, period)
    if header is None:
        return None
    top = await select_rows(connection, board, header.period, 1, TOP)
    return Served(header.period, header.learners, body(header, top), None)


async def find_standing(held: Resources, board: Board, served: Served, user_id: int, around: int) -> Standing:
    """Where a user stands, with `around` neighbours on either side; no row for who is not on the board."""
    rows = await _cached_rows(held, served.version, user_id, around) if served.version else None
    if rows is None:
        rows = await held.warehouse.ask(lambda c: _stored_rows(c, board, served.period, user_id, around))
    own = next((row for row in rows if row["user_id"] == user_id), None)
    if own is None:
        return Standing(None, [])
    return Standing({**own, "percentile": percentile(own["rank"], served.learners)}, rows)


async def _cached_rows(
    held: Resources, version: Version, user_id: int, around: int
) -> list[dict[str, Any]] | None:
    position = await held.cache.field(version.positions, str(user_id))
    if position is None:
        return None
    place = int(position)
    rows = await held.cache.slice(version.rows, max(0, place - around), place + around)
    return None if rows is None else [orjson.loads(row) for row in rows]


async def _stored_rows(
    connection: Connection, board: Board, period: date, user_id: int, around: int
) -> list[dict[str, Any]]:
    place = await select_place(connection, board, period, user_id)
    if place is None:
        return []
    return await select_rows(connection, board, period, place - around, place + around)
