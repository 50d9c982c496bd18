"""The straightforward way: per user one read, the same pure rules, and its inserts; ten at a time."""

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from psycopg_pool import AsyncConnectionPool

from include.core.db import connect
from include.core.periods import Week
from include.intelligence import repo
from include.intelligence.brief import BRIEF_COLUMNS, Freshness, Provenance, render
from include.intelligence.metrics import NAMES
from include.intelligence.prose import version, write
from include.intelligence.rules.facts import Block, Cohorts, Lab, compute_facts

AT_ONCE = 10
DAYS = (
    f"SELECT day, {', '.join(NAMES)}, mood, import_id FROM app.daily_health "  # noqa: S608  # our own column names
    "WHERE user_id = %s AND day BETWEEN %s AND %s"
)
LABS = (
    "SELECT %s - taken_on, test, value, unit, ref_low, ref_high FROM app.lab_results "
    "WHERE user_id = %s AND taken_on > %s ORDER BY taken_on, test"
)
COHORT = "SELECT age_band || '|' || sex FROM app.users WHERE user_id = %s"


async def per_user_rate(url: str, week_of: date, users: int) -> float:
    """Users a second; raises AssertionError where a user's rows differ from the batch's."""
    week = Week(week_of)
    with connect(url) as connection:
        cohorts = repo.load_cohorts(connection, week)
        rows = connection.execute(
            "SELECT user_id FROM warehouse.weekly_health_briefs WHERE week_of = %s ORDER BY user_id",
            (week_of,),
        ).fetchall()
        step = max(1, len(rows) // users)
        sample = [row[0] for row in rows[::step]][:users]
        connection.execute("DROP TABLE IF EXISTS staging.per_user, staging.per_user_insights")
        connection.execute(
            "CREATE TABLE staging.per_user (LIKE warehouse.weekly_health_briefs INCLUDING ALL)"
        )
        connection.execute(
            "CREATE TABLE staging.per_user_insights (LIKE warehouse.health_insights INCLUDING ALL)"
        )
    queue: asyncio.Queue[int] = asyncio.Queue()
    for user_id in sample:
        queue.put_nowait(user_id)
    async with AsyncConnectionPool(url, min_size=AT_ONCE, max_size=AT_ONCE, open=False) as pool:
        await pool.wait()
        began = time.perf_counter()
        await asyncio.gather(*(_worker(pool, queue, week, cohorts) for _ in range(AT_ONCE)))
        took = time.perf_counter() - began
    _check(url, sample)
    return len(sample) / took


async def _worker(
    pool: AsyncConnectionPool[Any], queue: "asyncio.Queue[int]", week: Week, cohorts: Cohorts
) -> None:
    while not queue.empty():
        user_id = queue.get_nowait()
        async with pool.connection() as connection:
            await _one(connection, user_id, week, cohorts)


async def _one(connection: psycopg.AsyncConnection[Any], user_id: int, week: Week, cohorts: Cohorts) -> None:
    first = week.sunday - timedelta(days=repo.WINDOW_DAYS - 1)
    days = await (await connection.execute(DAYS, (user_id, first, week.sunday), prepare=True)).fetchall()
    labs = await (
        await connection.execute(LABS, (week.sunday, user_id, week.sunday - timedelta(days=90)), prepare=True)
    ).fetchall()
    cohort = await (await connection.execute(COHORT, (user_id,), prepare=True)).fetchone()
    values = np.full((1, repo.WINDOW_DAYS, len(NAMES)), np.nan)
    moods: dict[str, int] = {}
    for day, *measured, mood, _ in sorted(days):
        values[0, (day - first).days] = np.array(
            [np.nan if v is None else v for v in measured], dtype=np.float32
        )
        if mood and day >= week.monday:
            moods[mood] = moods.get(mood, 0) + 1
    label = cohort[0] if cohort else None
    own = cohorts.labels.index(label) if label in cohorts.labels else -1
    block = Block(
        np.array([user_id]), values, [moods], [[Lab(*lab) for lab in labs]], np.array([own]), [frozenset()]
    )
    facts = compute_facts(block, cohorts)[0][0]
    known = np.nonzero(~np.isnan(values[0]).all(axis=1))[0]
    fresh = Freshness(
        max(row[-1] for row in days), int(repo.WINDOW_DAYS - 1 - known[-1]) if len(known) else 91
    )
    origin = Provenance(week.key, 0, "per-user", "template", version(), datetime.now(UTC).isoformat())
    await _insert(connection, render(facts, write(facts, week.key), fresh, origin))


async def _insert(connection: psycopg.AsyncConnection[Any], rendered: Any) -> None:
    columns = ", ".join(BRIEF_COLUMNS)
    places = ", ".join(["%s"] * len(BRIEF_COLUMNS))
    await connection.execute(
        f"INSERT INTO staging.per_user ({columns}) VALUES ({places})",  # noqa: S608
        _fields(rendered.brief),
        prepare=True,
    )
    for line in rendered.insights:
        await connection.execute(
            "INSERT INTO staging.per_user_insights VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            _fields(line),
            prepare=True,
        )


def _fields(line: bytes) -> list[str | None]:
    fields = line.decode().rstrip("\n").split("\t")
    return [None if field == r"\N" else field.replace("\\\\", "\\") for field in fields]


def _check(url: str, sample: list[int]) -> None:
    """The sample's rows must equal the batch's: otherwise the two did not do the same work."""
    query = (
        "SELECT count(*) FROM staging.per_user AS mine JOIN warehouse.weekly_health_briefs AS theirs "
        "USING (user_id, week_of) WHERE mine.facts_hash = theirs.facts_hash AND mine.brief::text = theirs.brief::text"
    )
    with connect(url) as connection:
        equal = connection.execute(query).fetchone()
    assert equal is not None
    assert equal[0] == len(sample), f"{len(sample) - equal[0]} of {len(sample)} rows differ from the batch's"
