"""The keys and lifetimes of what Redis holds: batches warm them, the read API reads and refills them.

Redis knows nothing of the database's row-level rules, so a key is only ever built from an identity
that the caller has verified: an internal user id, or the external id of a checked token. Each holds an
envelope (include/core/envelope.py), `newest_week` apart.

Who reads a missing key from PostgreSQL holds its lease meanwhile. Who publishes removes entry and lease,
so that a reader who was slower than the publication keeps nothing that is old.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from include.core.envelope import Lifetime

HOUR, DAY, WEEK = 3600, 24 * 3600, 7 * 24 * 3600

BRIEF = Lifetime(HOUR, WEEK, WEEK)
LATEST_WEEK = Lifetime(HOUR, WEEK, WEEK)
HOURLY = Lifetime(HOUR, DAY, WEEK)  # velocity, systems and what else is cut out of a brief
DAILY = Lifetime(DAY, 2 * DAY, WEEK)  # patterns, reports
COACHING = Lifetime(60, HOUR, WEEK)
OWN_CHOICE = Lifetime(
    0, 0, WEEK
)  # what the reader changes: never served from a cache unless nothing else can
ABSENT = Lifetime(60, 60, 60)
USER_ID = Lifetime(DAY, WEEK, WEEK)

RANGES = (7, 28, 90)


def brief(user_id: int, week_of: date) -> str:
    """The user's brief of the week."""
    return f"brief:{user_id}:{week_of.isoformat()}"


def latest_week(user_id: int) -> str:
    """The `week_of` of the user's newest brief, as YYYY-MM-DD."""
    return f"brief:{user_id}:latest"


def newest_week() -> str:
    """The newest week that was published for anybody, as plain YYYY-MM-DD: the first place to look."""
    return "brief:newest-week"


def velocity(user_id: int, days: int) -> str:
    """Health velocity over one of RANGES."""
    return f"user:{user_id}:velocity:{days}"


def patterns(user_id: int) -> str:
    return f"user:{user_id}:patterns:v2"


def component(user_id: int, name: str) -> str:
    """Another part of the newest brief: systems, timeline, comparative, insights."""
    return f"user:{user_id}:{name}"


def report(user_id: int, month: str) -> str:
    """The learner's report of a month (YYYY-MM), or of the newest ('latest')."""
    return f"report:{user_id}:{month}"


def chart(user_id: int, month: str) -> str:
    return f"report:{user_id}:{month}:chart"


def coaching(user_id: int) -> str:
    return f"user:{user_id}:coaching"


def preferences(user_id: int) -> str:
    return f"user:{user_id}:preferences"


def notification_state(user_id: int) -> str:
    return f"user:{user_id}:notification-state"


def user_id(external_id: str) -> str:
    """The internal id, in decimal digits; hashed, since an external id may be an e-mail address."""
    return f"user-id:{sha256(external_id.encode()).hexdigest()}"


def lease(key: str) -> str:
    """Who reads the key's entry from PostgreSQL at the moment."""
    return f"lease:{key}"


COMPONENTS = ("systems", "timeline", "comparative", "insights")


def of_week(user_id: int, week_of: date) -> list[str]:
    """What the publication of a user's brief makes old, leases included; nothing needs to be searched for."""
    keys = [
        brief(user_id, week_of),
        latest_week(user_id),
        patterns(user_id),
        *(velocity(user_id, days) for days in RANGES),
        *(component(user_id, name) for name in COMPONENTS),
    ]
    return with_leases(keys)


def of_month(user_id: int, month: str) -> list[str]:
    """What the publication of a learner's report of a month (YYYY-MM) makes old."""
    named = (month, "latest")
    return with_leases([*(report(user_id, one) for one in named), *(chart(user_id, one) for one in named)])


def of_coaching(user_id: int) -> list[str]:
    """What a tick of coaching makes old."""
    return with_leases([coaching(user_id)])


def of_user(user_id: int, weeks: Iterable[date], months: Iterable[str]) -> list[str]:
    """All that is kept of a user, given every week and month that was ever published; `user_id` apart."""
    keys = {*of_coaching(user_id), *with_leases([preferences(user_id), notification_state(user_id)])}
    keys.update(*(of_week(user_id, week) for week in weeks), *(of_month(user_id, month) for month in months))
    return sorted(keys)


def with_leases(keys: list[str]) -> list[str]:
    return keys + [lease(key) for key in keys]
