"""People with everything that pages show, made by the batches themselves, and some to whom something is amiss."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple

import psycopg

from include.core.db import connect
from include.core.migrate import migrate
from include.core.statements import statement
from include.leaderboard.job import WEEKLY_JOB
from include.learning.reports.job import JOB as REPORTS_JOB
from include.local import population, postgres
from tests.batch.walk import QUICK, run_week

USERS, WEEKS = 40, 14
BEFORE, NEWEST = date(2025, 12, 22), date(2025, 12, 29)
BOARD_WEEK, MONTH = "2025-12-22", "2025-11"
NOW = datetime(2025, 12, 29, 14, tzinfo=UTC)
HELP = "You matter. Call 112 where you are.\nOr write to someone: https://example.org/help."


class World(NamedTuple):
    """External ids."""

    full: str  # has everything
    partial: str
    thin: str  # insufficient data
    nobody: str  # known, and nothing is published
    helped: str  # is shown where to find help


@cache
def template(postgres_server: str) -> str:
    """Name of a database with the world to copy from; made once, whoever asks first."""
    url = postgres.ensure_database(postgres_server, "almanac_pages")
    migrate(url)
    build(url)
    return "almanac_pages"


def build(url: str) -> None:
    with connect(url) as connection:
        population.generate(
            connection,
            users=USERS,
            weeks=WEEKS,
            seed=7,
            week_of=NEWEST,
            attempts_per_user=40,
            journals=True,
        )
        connection.execute("UPDATE app.user_preferences SET weekly_brief_frequency = 'weekly'")
    for week in (BEFORE, NEWEST):
        run_week(
            url, week.isoformat(), job=QUICK, now=datetime(week.year, week.month, week.day, 14, tzinfo=UTC)
        )
    run_week(url, BOARD_WEEK, job=replace(WEEKLY_JOB, expectations=dict), now=NOW)
    run_week(url, MONTH, job=replace(REPORTS_JOB, expectations=dict), now=NOW)
    with psycopg.connect(url) as connection:
        _mark(connection)


def _mark(connection: psycopg.Connection) -> None:
    """Name the special ones, by their external ids."""
    full = connection.execute(statement("local/select_demo_login")).fetchone()
    assert full is not None
    connection.execute("UPDATE app.users SET external_id = 'full' WHERE external_id = %s", full)
    for name, outcome in (("partial", "complete"), ("thin", "insufficient_data"), ("helped", "complete")):
        connection.execute(
            "UPDATE app.users SET external_id = %s WHERE user_id = (SELECT user_id FROM app.users "
            "JOIN warehouse.weekly_health_briefs USING (user_id) WHERE week_of = %s AND outcome = %s "
            "AND external_id LIKE 'gen-%%' ORDER BY user_id LIMIT 1)",
            (name, NEWEST, outcome),
        )
    connection.execute("INSERT INTO app.users (user_id, external_id) VALUES (9001, 'nobody')")
    connection.execute(
        "UPDATE warehouse.weekly_health_briefs SET outcome = 'partial', "
        """brief = replace(brief::text, '"outcome":"complete"', '"outcome":"partial"')::json """
        "WHERE week_of = %s AND user_id = (SELECT user_id FROM app.users WHERE external_id = 'partial')",
        (NEWEST,),
    )
    connection.execute(
        "INSERT INTO warehouse.coaching_safety (user_id, tick, place, category, local_day, resources, shown, "
        "screen_version, run_id, screened_at) SELECT user_id, now(), 'entry:1', 'crisis', now(), '1', %s, '1', 1, "
        "now() + interval '1 hour' FROM app.users WHERE external_id = 'helped'",
        (HELP,),
    )


WORLD = World("full", "partial", "thin", "nobody", "helped")


def user_id(url: str, external_id: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT user_id FROM app.users WHERE external_id = %s", (external_id,)
        ).fetchone()
    assert row is not None
    return int(row[0])


def publish_next_week(url: str) -> date:
    """The week after the newest: everybody's newest brief once more, under the next Monday."""
    week = NEWEST + timedelta(days=7)
    with psycopg.connect(url) as connection:
        connection.execute(
            f"CREATE TABLE warehouse.weekly_health_briefs_next PARTITION OF warehouse.weekly_health_briefs "
            f"FOR VALUES FROM ('{week}') TO ('{week + timedelta(days=7)}')"
        )
        columns = [
            name
            for (name,) in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'warehouse.weekly_health_briefs'::regclass "
                "AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
            )
        ]
        shown = ", ".join({"week_of": f"DATE '{week}'"}.get(name, name) for name in columns)
        shown = shown.replace(
            ", brief,", f""", replace(brief::text, '"{NEWEST}"', {json.dumps(str(week)).join("''")})::json,"""
        )
        connection.execute(
            f"INSERT INTO warehouse.weekly_health_briefs ({', '.join(columns)}) "
            f"SELECT {shown} FROM warehouse.weekly_health_briefs WHERE week_of = %s",
            (NEWEST,),
        )
    return week
