"""Events as devices send them, and how a user's are recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb

from include.core.db import Connection

OLDER, NEWER = "2016-04-25", "2016-05-02"
ANN, BEN = 1, 2


def event(**fields: Any) -> dict[str, Any]:
    return {"event_id": str(uuid4()), **fields}


def view(week: str = NEWER, **fields: Any) -> dict[str, Any]:
    return event(component="weekly_brief", action="view", brief_week=week, **fields)


@contextmanager
def writing(connection: Connection, user: int) -> Iterator[None]:
    """As the role that may only call the two functions, for one user."""
    connection.execute("SET ROLE almanac_app_writer")
    connection.execute("SELECT set_config('almanac.user_id', %s, false)", (str(user),))
    yield
    connection.execute("RESET ROLE")


def record(connection: Connection, *events: Any, user: int = ANN) -> dict[str, Any]:
    with writing(connection, user):
        return one(connection, "SELECT app.record_events(%s)", Jsonb(list(events)))


def choose(connection: Connection, user: int = ANN, **changes: Any) -> dict[str, Any]:
    with writing(connection, user):
        return one(connection, "SELECT app.set_preferences(%s)", Jsonb(changes))


def one(connection: Connection, query: str, *values: Any) -> Any:
    """The only column of the only row."""
    ((found,),) = connection.execute(query, values).fetchall()
    return found


def state(connection: Connection, week: str = NEWER, user: int = ANN) -> dict[str, Any]:
    """The user's notification state as the API reads it."""
    return seen(connection, "notification_state_v1", user, week_of=week)


def preferences(connection: Connection, user: int = ANN) -> dict[str, Any]:
    return seen(connection, "preferences_v1", user)


def seen(connection: Connection, view_name: str, user: int, **where: str) -> dict[str, Any]:
    connection.execute("SET ROLE almanac_reader")
    connection.execute("SELECT set_config('almanac.user_id', %s, false)", (str(user),))
    condition = " AND ".join(["true", *(f"{name} = '{value}'" for name, value in where.items())])
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        (row,) = cursor.execute(f"SELECT * FROM serving.{view_name} WHERE {condition}").fetchall()
    connection.execute("RESET ROLE")
    return row
