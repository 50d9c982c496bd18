"""Where a person's briefs are, and who a person is."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from api.deps import Resources
from api.queries import Brief, Wanted
from api.reading import FAILURES, Found, Source
from include.core import cache_keys
from include.core.envelope import Content

Read = Callable[[Source], Awaitable[Found]]

WEEKS_BACK = 4  # of which a brief is better than none, while PostgreSQL is away


async def find_user(held: Resources, external_id: str) -> int | None:
    """The internal id behind a verified external id; None for somebody we do not know."""

    async def load() -> Content:
        user_id = await held.users.ask(external_id)
        return Content(None if user_id is None else str(user_id).encode())

    found = await held.reader.read(Source(cache_keys.user_id(external_id), cache_keys.USER_ID, load))
    return None if found.entry.is_absent else int(found.entry.body)


async def find_latest_brief(held: Resources, user_id: int) -> Found:
    """The user's newest brief, an absent entry where there is none; while it cannot be read, the one before."""
    newest = held.newest.week()
    try:
        return await _newest_of(held, user_id, newest, held.reader.read)
    except FAILURES:
        earlier = await _earlier_brief(held, user_id, newest) if newest else None
        if earlier is None:
            raise
        return earlier


async def look_up_latest_brief(held: Resources, user_id: int) -> Found:
    """The same by what Redis and PostgreSQL say now, whatever this process remembers."""
    return await _newest_of(held, user_id, await held.newest.asked(), held.reader.look)


async def find_week_brief(held: Resources, user_id: int, week_of: date) -> Found:
    """The user's brief of the week; an absent entry where that week has none."""
    return await held.reader.read(week_source(held, user_id, week_of))


def week_source(held: Resources, user_id: int, week_of: date) -> Source:
    async def load() -> Content:
        return as_content(await held.briefs.ask(Wanted(user_id, week_of)))

    return Source(cache_keys.brief(user_id, week_of), cache_keys.BRIEF, load)


async def find_latest_week(held: Resources, user_id: int) -> Found:
    """The week of the user's newest brief; an absent entry where there is none."""
    return await held.reader.read(latest_week_source(held, user_id))


def latest_week_source(held: Resources, user_id: int) -> Source:
    """Which week the user's newest brief is of, as an entry of ten characters. Who reads it from PostgreSQL
    reads the brief with it."""
    key = cache_keys.latest_week(user_id)

    async def load() -> Content:
        brief = await held.briefs.ask(Wanted(user_id, None))
        if brief is None:
            return Content(None)
        await held.reader.keep(key, week_source(held, user_id, brief.week_of), as_content(brief))
        return Content(brief.week_of.isoformat().encode())

    return Source(key, cache_keys.LATEST_WEEK, load)


async def _newest_of(held: Resources, user_id: int, newest: date | None, read: Read) -> Found:
    """The brief of the newest week of all, or of the user's own newest week."""
    if newest is not None:
        found = await read(week_source(held, user_id, newest))
        if not found.entry.is_absent:
            return found
    pointer = await read(latest_week_source(held, user_id))
    if pointer.entry.is_absent:
        return pointer
    return await read(week_source(held, user_id, date.fromisoformat(pointer.entry.body.decode())))


async def _earlier_brief(held: Resources, user_id: int, newest: date) -> Found | None:
    """The last good brief of the weeks before."""
    for weeks in range(1, WEEKS_BACK + 1):
        found = await held.reader.last(cache_keys.brief(user_id, newest - timedelta(weeks=weeks)))
        if found is not None:
            return found
    return None


def as_content(brief: Brief | None) -> Content:
    return Content(None) if brief is None else Content(brief.body, brief.generated_at)
