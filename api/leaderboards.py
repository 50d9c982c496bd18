"""Reading boards: the version that Redis shows, or the table where Redis has none.

Whatever one reader is told is of one version: Redis answers by one script, the table within one transaction.
"""

import asyncio
import time
from datetime import date
from typing import Any

import orjson

from api.board_views import Asked, LastSeen, Seen
from api.cache import Entry, ReaderCache
from api.deps import Resources
from api.queries import Connection, select_leaderboard, select_place, select_rows
from api.reading import FAILURES
from include.core.boards import (
    READ_SCRIPT,
    REFILL_SECONDS,
    SECONDS,
    TOP,
    Header,
    body,
    percentile,
    pointer,
    refill_key,
    unpacked,
)


async def find_board(held: Resources, asked: Asked) -> Seen | None:
    """What was asked of a board, or what was answered last where neither Redis nor PostgreSQL can tell; None where
    none was published."""
    try:
        seen = await shown_board(held.cache, asked) or await _from_table_once(held, asked)
    except FAILURES:
        last = held.last_boards.get(asked)
        age = time.time() - last.read_at if last else SECONDS
        if last is None or age >= SECONDS:
            raise
        return last.seen._replace(stale_s=max(0, int(age)))
    if seen is not None:
        held.last_boards.put(asked, LastSeen(seen, time.time()))
    return seen


async def shown_board(cache: ReaderCache, asked: Asked) -> Seen | None:
    """What Redis shows, in one round trip; None where it has not all of it."""
    answer = await cache.run(
        READ_SCRIPT,
        [pointer(asked.board, asked.period)],
        [asked.board, asked.user_id, asked.around, int(asked.with_top)],
    )
    if not answer:
        return None
    shown, top, rows = answer
    version = unpacked(asked.board, shown)
    return _seen(asked.user_id, version.period, version.learners, top, orjson.loads(rows))


async def _from_table_once(held: Resources, asked: Asked) -> Seen | None:
    """One question to the table for all who ask for the same at the same time."""
    return await asyncio.shield(held.board_flights.begin(repr(asked), lambda: _from_table(held, asked)))


async def _from_table(held: Resources, asked: Asked) -> Seen | None:
    """What the table says. The first hundred are kept for a minute: the next publication or refresh brings
    the whole board."""
    key = refill_key(asked.board, asked.period)
    kept = await held.cache.get(key) if asked.with_top else None
    found = await held.warehouse.ask(lambda c: _stored_board(c, asked, kept or b""))
    if found is None:
        return None
    header, seen = found
    if asked.with_top and not kept:
        await held.cache.fill(Entry(key, _stamp(header) + seen.top, REFILL_SECONDS))
    return seen


async def _stored_board(connection: Connection, asked: Asked, kept: bytes) -> tuple[Header, Seen] | None:
    async with connection.transaction():
        header = await select_leaderboard(connection, asked.board, asked.period)
        if header is None:
            return None
        rows = await _stored_rows(connection, asked, header.period)
        # Who has read rows holds up their replacement: from here on header and rows belong together.
        header = await select_leaderboard(connection, asked.board, header.period)
        assert header is not None, "a published board has a header for good"
        top = await _stored_top(connection, header, kept) if asked.with_top else b""
    return header, _seen(asked.user_id, header.period, header.learners, top, rows)


async def _stored_rows(connection: Connection, asked: Asked, period: date) -> list[dict[str, Any]]:
    place = await select_place(connection, asked.board, period, asked.user_id)
    if place is None:
        return []
    return await select_rows(connection, asked.board, period, place - asked.around, place + asked.around)


async def _stored_top(connection: Connection, header: Header, kept: bytes) -> bytes:
    """The first hundred as they are served: those that were kept, if they are of this version."""
    if kept.startswith(_stamp(header)):
        return kept.removeprefix(_stamp(header))
    return body(header, await select_rows(connection, header.board, header.period, 1, TOP))


def _stamp(header: Header) -> bytes:
    return f"{header.run_id} ".encode()


def _seen(user_id: int, period: date, learners: int, top: bytes, rows: list[dict[str, Any]]) -> Seen:
    own = next((row for row in rows if row["user_id"] == user_id), None)
    if own is not None:
        own = {**own, "percentile": percentile(own["rank"], learners)}
    return Seen(period, learners, top, own, rows)
