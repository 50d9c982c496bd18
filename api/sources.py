"""Where a person's other results are kept, and how PostgreSQL is asked for them."""

from datetime import date
from typing import Any

from api.deps import Resources
from api.queries import select_content
from api.reading import Source
from include.core import cache_keys
from include.core.envelope import Content, Lifetime
from include.core.periods import Month


def coaching(held: Resources, user_id: int) -> Source:
    """The newest messages, or where to find help."""
    return _source(
        held, user_id, cache_keys.coaching(user_id), cache_keys.COACHING, "serving/select_coaching"
    )


def report(held: Resources, user_id: int, month: Month | None) -> Source:
    """A month's report; without a month the newest."""
    key = cache_keys.report(user_id, month.key if month else "latest")
    return _source(held, user_id, key, _lifetime(month), "serving/select_report", month=_first(month))


def chart(held: Resources, user_id: int, month: Month | None) -> Source:
    """The report's chart, an SVG image."""
    key = cache_keys.chart(user_id, month.key if month else "latest")
    return _source(held, user_id, key, _lifetime(month), "serving/select_chart", month=_first(month))


def preferences(held: Resources, user_id: int) -> Source:
    key = cache_keys.preferences(user_id)
    return _source(held, user_id, key, cache_keys.OWN_CHOICE, "serving/select_preferences")


def notification_state(held: Resources, user_id: int) -> Source:
    """How the user took the newest brief."""
    key = cache_keys.notification_state(user_id)
    return _source(held, user_id, key, cache_keys.OWN_CHOICE, "serving/select_notification_state")


def _lifetime(month: Month | None) -> Lifetime:
    return cache_keys.DAILY if month else cache_keys.HOURLY


def _first(month: Month | None) -> date | None:
    return month.first if month else None


def _source(held: Resources, user_id: int, key: str, lifetime: Lifetime, name: str, **values: Any) -> Source:
    async def load() -> Content:
        return await held.warehouse.ask(lambda asked: select_content(asked, user_id, name, **values))

    return Source(key, lifetime, load)
