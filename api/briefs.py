"""Reading through: Redis first, then PostgreSQL, and what PostgreSQL said is kept in Redis."""

from datetime import date

from api.cache import Entry
from api.deps import Resources
from api.queries import Brief, select_latest_brief, select_user_id, select_week_brief
from include.core import cache_keys


async def find_user(held: Resources, external_id: str) -> int | None:
    """The internal id behind a verified external id; None for somebody we do not know."""
    key = cache_keys.user_id(external_id)
    cached = await held.cache.get(key)
    if cached is not None:
        return int(cached)
    user_id = await held.warehouse.ask(lambda connection: select_user_id(connection, external_id))
    if user_id is not None:
        await held.cache.fill(Entry(key, str(user_id).encode(), cache_keys.USER_ID_SECONDS))
    return user_id


async def find_latest_brief(held: Resources, user_id: int) -> Brief | None:
    """The user's newest brief. What a batch published without warming shows within the hour."""
    pointer_key = cache_keys.latest_week(user_id)
    pointer = await held.cache.get(pointer_key)
    if pointer is not None:
        week_of = date.fromisoformat(pointer.decode())
        body = await held.cache.get(cache_keys.brief(user_id, week_of))
        if body is not None:
            return Brief(week_of, body)
    brief = await held.warehouse.ask(lambda connection: select_latest_brief(connection, user_id))
    if brief is not None:
        pointer_value = brief.week_of.isoformat().encode()
        await held.cache.fill(
            brief_entry(user_id, brief), Entry(pointer_key, pointer_value, cache_keys.LATEST_WEEK_SECONDS)
        )
    return brief


async def find_week_brief(held: Resources, user_id: int, week_of: date) -> Brief | None:
    """The user's brief of the week; None where the week has none."""
    body = await held.cache.get(cache_keys.brief(user_id, week_of))
    if body is not None:
        return Brief(week_of, body)
    brief = await held.warehouse.ask(lambda connection: select_week_brief(connection, user_id, week_of))
    if brief is not None:
        await held.cache.fill(brief_entry(user_id, brief))
    return brief


def brief_entry(user_id: int, brief: Brief) -> Entry:
    return Entry(cache_keys.brief(user_id, brief.week_of), brief.body, cache_keys.BRIEF_SECONDS)
