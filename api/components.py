"""The parts of the intelligence page: where each is kept, and all that were asked for side by side."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from api.answers import as_moment
from api.briefs import as_content, find_latest_brief, look_up_latest_brief
from api.deps import Resources
from api.queries import Wanted
from api.reading import FAILURES, Found, Source, State
from include.core import cache_keys
from include.core.envelope import Content, Lifetime, sealed

TIME_LIMIT_S = 1.5  # of each component; what is there by then is answered
NAMES = ("brief", "velocity", "systems", "timeline", "patterns", "comparative", "insights")
FIELDS = {"systems": "body_systems"}  # what a brief calls them, where it has another name
DEFAULT_RANGE = 28


class Part(NamedTuple):
    """A component in the bundle: its status, and what was found where anything was."""

    name: str
    status: str  # ok | empty | stale | timeout | error
    found: Found | None = None


async def find_component(held: Resources, user_id: int, name: str, days: int = DEFAULT_RANGE) -> Found:
    """A component of the newest brief, or the brief; an absent entry where nothing was published."""
    if name == "brief":
        return await find_latest_brief(held, user_id)
    try:
        return await held.reader.read(component_source(held, user_id, name, days))
    except FAILURES:
        brief = await find_latest_brief(held, user_id)
        entry = sealed(cut(content_of(brief), name, days), component_lifetime(name), brief.entry.stored_at)
        return Found(entry, State.STALE, brief.looked_at, brief.until)


def component_source(held: Resources, user_id: int, name: str, days: int) -> Source:
    """Cut out of the brief that Redis keeps, as long as that is fresh; else of the one in PostgreSQL.

    Not of one that this process remembers: a publication may have come since, and what is cut is kept for hours.
    """

    async def load() -> Content:
        brief = await look_up_latest_brief(held, user_id)
        if brief.state is State.FRESH:
            return cut(content_of(brief), name, days)
        return cut(as_content(await held.briefs.ask(Wanted(user_id, None))), name, days)

    return Source(component_key(user_id, name, days), component_lifetime(name), load, "brief")


def content_of(brief: Found) -> Content:
    """What is kept of a brief, as old as it is."""
    entry = brief.entry
    return Content(None if entry.is_absent else entry.plain(), entry.generated_at, read_at=entry.stored_at)


def cut(brief: Content, name: str, days: int) -> Content:
    """A component as it is served; as old as the brief."""
    if brief.body is None:
        return brief
    whole = orjson.loads(brief.body)
    told = {"week_of": whole.get("week_of"), "outcome": whole.get("outcome")}
    part = whole.get(FIELDS.get(name, name))
    if name == "velocity":
        told["range"], part = days, (part or {}).get(str(days))
    return brief._replace(body=orjson.dumps({**told, name: part}), is_empty=not part)


def component_key(user_id: int, name: str, days: int) -> str:
    """The key of what is cut out of a brief."""
    if name == "velocity":
        return cache_keys.velocity(user_id, days)
    return cache_keys.patterns(user_id) if name == "patterns" else cache_keys.component(user_id, name)


def component_lifetime(name: str) -> Lifetime:
    return cache_keys.DAILY if name == "patterns" else cache_keys.HOURLY


async def find_parts(
    held: Resources, user_id: int, names: Sequence[str], days: int, limit_s: float = TIME_LIMIT_S
) -> list[Part]:
    """The components side by side, each within the time limit: none waits for another."""
    tasks = [asyncio.create_task(find_component(held, user_id, name, days)) for name in names]
    await asyncio.wait(tasks, timeout=limit_s)
    return [_as_part(name, task) for name, task in zip(names, tasks, strict=True)]


def _as_part(name: str, task: "asyncio.Task[Found]") -> Part:
    if not task.done():
        task.cancel()  # the reading itself goes on, for the next who asks
        return Part(name, "timeout")
    error = task.exception()
    if error is not None:
        if not isinstance(error, FAILURES):
            raise error
        return Part(name, "error")
    found = task.result()
    if found.state is State.STALE:
        return Part(name, "stale", found)
    return Part(name, "empty" if found.entry.is_absent or found.entry.is_empty else "ok", found)


def bundle(parts: Sequence[Part], now: float) -> bytes:
    """The parts as one JSON text; each component's own bytes are passed through."""
    return orjson.dumps({"components": {part.name: _told(part, now) for part in parts}})


def version(parts: Sequence[Part]) -> bytes:
    """What makes two bundles the same: all but how old they are."""
    found = [(part.name, part.status, part.found.entry.etag if part.found else "") for part in parts]
    return orjson.dumps(found)


def _told(part: Part, now: float) -> dict[str, Any]:
    found = part.found
    if found is None:
        return {"status": part.status, "age_s": None, "generated_at": None, "refreshing": False, "data": None}
    entry = found.entry
    return {
        "status": part.status,
        "age_s": max(0, int(now - entry.stored_at)),
        "generated_at": as_moment(entry.generated_at) if entry.generated_at is not None else None,
        "refreshing": found.state is State.REFRESHING,
        "data": None if entry.is_absent else orjson.Fragment(entry.plain()),
    }
