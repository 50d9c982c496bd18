"""What a user writes is stored whole or refused clearly; it is never kept here for later.

A device keeps its events until it is told that they were taken, and sends them again: each is known by its
id. So nothing is promised that a crash of this process could break.
"""

from collections.abc import Awaitable, Callable

import psycopg

from api.deps import Resources
from api.problems import RETRY_AFTER_S, Problem
from api.queries import Connection
from api.reading import FAILURES


async def store(held: Resources, query: Callable[[Connection], Awaitable[bytes]]) -> bytes:
    """What the query answers; 503 where PostgreSQL does not take it, 422 where it cannot hold the values."""
    try:
        return await held.writing.ask(query)
    except psycopg.DataError:
        detail = "the body holds text or numbers that cannot be stored; nothing was"
        raise Problem(422, "not-storable", detail) from None
    except FAILURES:
        detail = "this cannot be stored at the moment; keep it and send the same again in a few seconds"
        raise Problem(503, "unavailable", detail, {"Retry-After": str(RETRY_AFTER_S)}) from None
