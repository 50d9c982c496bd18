"""Monday morning: a hundred thousand people open the app within an hour, here within minutes.

Each logs in, opens the dashboard, reads the brief and all that is behind it, and tells what was read. People
come one after another, everybody's next step when fifty others have logged in. What they read was made by a
real run over generated people and brought to Redis by its own warm-up.
"""

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import quote
from uuid import UUID

import psycopg
from redis import Redis

from benchmarks import walking
from benchmarks.reading import load, peers
from include.core.db import connect
from include.intelligence.job import JOB
from include.local import population

WEEK_OF = date(2025, 12, 29)
NOW = datetime(2025, 12, 29, 14, tzinfo=UTC)  # the week is over for everybody
WITH_A_BRIEF = 0.8  # of the generated people, at least
APART = 50  # logins between a person's steps
STEPS = 5


def prepare(database_url: str, redis_url: str, users: int) -> list[str]:
    """People, their briefs, the warm cache; tokens of `users` who have something to read."""
    with connect(database_url) as connection:
        population.generate(connection, users=round(users / WITH_A_BRIEF), weeks=5, seed=1, week_of=WEEK_OF)
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
        walking.walk(database_url, JOB, WEEK_OF.isoformat(), NOW, redis)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    with connect(database_url) as connection:
        known = connection.execute(
            "SELECT external_id FROM warehouse.weekly_health_briefs JOIN app.users USING (user_id) "
            "WHERE week_of = %s",
            (WEEK_OF,),
        ).fetchall()
    readers = [external_id for (external_id,) in known]
    random.Random(1).shuffle(readers)
    assert len(readers) >= users, f"only {len(readers)} of these people have a brief"
    return [peers.token(one) for one in readers[:users]]


def mix(tokens: list[str]) -> Iterator[bytes]:
    """Everybody's steps, interleaved."""
    for place in range(len(tokens) + APART * (STEPS - 1)):
        for step in range(STEPS):
            person = place - APART * step
            if 0 <= person < len(tokens):
                yield _step(step, tokens[person], person)


def _step(step: int, token: str, person: int) -> bytes:
    match step:
        case 0:
            return load.posted("/login", f"token={quote(token)}", kind="application/x-www-form-urlencoded")
        case 1:
            return load.request("/dashboard", cookie=f"almanac_session={token}")
        case 2:
            return load.request("/api/v1/weekly-brief", token)
        case 3:
            return load.request("/api/v1/intelligence", token)
        case _:
            return load.posted("/api/v1/engagement/events", _events(person), token)


def _events(person: int) -> str:
    event = {
        "event": "intelligence_interaction",
        "occurred_at": datetime.now(UTC).isoformat(),
        "component": "weekly_brief",
        "brief_week": WEEK_OF.isoformat(),
    }
    shown = {**event, "event_id": str(UUID(int=2 * person)), "action": "view"}
    read = {**event, "event_id": str(UUID(int=2 * person + 1)), "action": "expand", "engagement_time": 41.5}
    return json.dumps({"events": [shown, read]})
