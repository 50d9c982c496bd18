"""The people of these tests, their tokens and what is published for them."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import jwt
import psycopg
from starlette.testclient import TestClient

from include.core.tokens import AUDIENCE

TOMORROW = int(time.time()) + 86_400  # the same person has the same token, whatever the second
SECRET = "a secret of the tests, long enough for HS256"
OLDER, NEWER = date(2016, 4, 25), date(2016, 5, 2)
NOWHERE = "127.0.0.1:9"  # a port that refuses connections

# Odd spacing, order and characters: what is served must be these bytes, not their re-serialisation.
ANN_OLDER = '{"week_of": "2016-04-25",  "z": 1.50, "a": "Ünï ✓"}'
ANN_NEWER = '{"week_of":"2016-05-02","main_story":{"headline":"7 hours of sleep"}}'
BEN_NEWER = '{"week_of":"2016-05-02","main_story":{"headline":"9,000 steps a day"}}'

Bearer = dict[str, str]
OpenClient = Callable[..., AbstractContextManager[TestClient]]


def bearer(external_id: object, **changes: object) -> Bearer:
    """The header of a good token of that person, with its claims changed (None = left out)."""
    claims = {"sub": external_id, "aud": AUDIENCE, "exp": TOMORROW, **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return {"Authorization": "Bearer " + jwt.encode(claims, SECRET, algorithm="HS256")}


def publish(connection: psycopg.Connection, user_id: int, week_of: date, body: str) -> None:
    connection.execute(
        """
        INSERT INTO warehouse.weekly_health_briefs (
            user_id, week_of, outcome, headline, brief, insight_count, components_ok, patterns_searched,
            days_since_data, facts_hash, writer, prompt_version, code_version, run_id, data_through,
            generated_at)
        VALUES (%s, %s, 'complete', 'h', %s, 3, 7, true, 0, 'f', 'template', '1', '1', 1, 1, %s)
        """,
        (user_id, week_of, body, datetime(2016, 5, 2, 2, tzinfo=UTC)),
    )
