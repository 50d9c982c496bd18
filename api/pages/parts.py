"""Several things read side by side for one page: what is there in time is shown, the rest comes after it."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, NamedTuple

from api.reading import FAILURES

LIMIT_S = 0.35  # of what a page waits for; the brief itself is waited for longer


class Got(NamedTuple):
    """`status` there, slow or failed; a value where it is there."""

    status: str
    value: Any = None


async def side_by_side(reads: Mapping[str, Awaitable[Any]], limit_s: float = LIMIT_S) -> dict[str, Got]:
    tasks = {name: asyncio.ensure_future(read) for name, read in reads.items()}
    await asyncio.wait(tasks.values(), timeout=limit_s)
    return {name: _got(task) for name, task in tasks.items()}


def _got(task: "asyncio.Future[Any]") -> Got:
    if not task.done():
        task.cancel()
        return Got("slow")
    error = task.exception()
    if error is None:
        return Got("there", task.result())
    if not isinstance(error, FAILURES):
        raise error
    return Got("failed")
