"""Roll-out of a job: off, listed users, a percentage, or all. A user's bucket never changes."""

import hashlib
from typing import NamedTuple

from include.core.db import Connection
from include.core.statements import statement

STATES = ("off", "listed", "percent", "all")


class Flag(NamedTuple):
    """state as in STATES; percent 0–100; listed: user ids."""

    state: str
    percent: int
    listed: list[int]


def bucket(flag: str, user_id: int) -> int:
    """0–99, the same for a flag and user every time; ops.is_rolled_out agrees."""
    return int(hashlib.md5(f"{flag}:{user_id}".encode(), usedforsecurity=False).hexdigest()[:8], 16) % 100


def is_on(name: str, flag: Flag, user_id: int) -> bool:
    """Whether the job runs for this user."""
    if flag.state == "percent":
        return bucket(name, user_id) < flag.percent
    return flag.state == "all" or (flag.state == "listed" and user_id in flag.listed)


def flag_of(connection: Connection, name: str) -> Flag:
    """The flag of a job; a job without one is on for all."""
    row = connection.execute(statement("batch/select_flag"), {"flag": name}).fetchone()
    return Flag(*row) if row else Flag("all", 100, [])


def set_flag(connection: Connection, name: str, state: str, percent: int, users: list[str]) -> None:
    """Change a job's roll-out; `users` are external ids."""
    if state not in STATES:
        raise ValueError(f"{state!r} is no roll-out state; use one of {', '.join(STATES)}")
    connection.execute(
        statement("batch/upsert_flag"), {"flag": name, "state": state, "percent": percent, "users": users}
    )
