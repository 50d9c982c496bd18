"""What a tick of coaching costs: finding the due among many, writing by template, and waiting for a model.

due: 500 users due of 100,000 and of 10 million: the statement that selects and claims them, in turn, on tables
    filled and vacuumed alike. Scheduler work is the whole plan of the tick at 100,000 users.
template: one process, from the due users in the warehouse to their messages published: plan, process, check,
    Great Expectations (its import included, as in a task), publication.
model: due users of whom each needs two calls, message and simulation, to a provider that takes 5 s for each; wall
    time of the writing against users × 2 × 5 s ÷ calls in flight.
"""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psycopg

from benchmarks import harness, walking
from benchmarks.llm import LADDER, Site, in_own_process, order, write_messages
from include.batch import runs, shards, stages, staging
from include.batch.job import Run, RunRequest, Shard
from include.coaching.job import JOB
from include.core.db import Connection, connect
from include.core.statements import statement
from include.intelligence.job import JOB as BRIEFS
from include.llm.models import WriterSettings
from include.local import fake_provider, population, processes

WEEK_OF = date(2025, 12, 29)
TICK = datetime(2025, 12, 29, 8, tzinfo=UTC)
PERIOD = "2025-12-29T08:00"
DUE = 500
TARGETS = {
    "due_ratio": ("<=", 2.0),
    "scheduler_s_100k": ("<=", 2.0),
    "template_users_per_s": (">=", 500.0),
    "wall_ratio": ("<=", 1.1),
}


class Size(NamedTuple):
    """How much is measured."""

    few: int
    many: int
    written: int
    asked: int
    latency_s: float
    in_flight: int


FULL = Size(100_000, 10_000_000, 20_000, 5_000, 5.0, 250)
SMALL = Size(20_000, 500_000, 1_000, 200, 1.0, 40)


# ------------------------------------------------------------------ due


def scheduled(server: str, users: int) -> str:
    """URL of a warehouse with so many users with a plan, of whom 500, evenly among them, are due."""
    url = harness.database(server, f"due_{users}")
    with connect(url) as connection:
        connection.execute(
            "INSERT INTO warehouse.coaching_schedule (user_id, enabled, next_due_at) "
            "SELECT n, true, CASE WHEN n %% %(every)s = 0 THEN %(tick)s - interval '1 minute' * (n %% 60) "
            "ELSE %(tick)s + interval '1 second' + interval '1 minute' * (n %% 10080) END "
            "FROM generate_series(1, %(users)s) AS n",
            {"every": users // DUE, "tick": TICK, "users": users},
        )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE warehouse.coaching_schedule")
    return url


def select_due(url: str) -> float:
    """Seconds to find and claim the due; rolled back, so that each round finds the same."""
    run = Run(1, JOB.name, PERIOD, "bench", TICK, RunRequest()._asdict())
    with psycopg.connect(url) as connection:
        staging.create_members(connection, JOB, run)
        insert = statement(JOB.select_members).format(members=staging.members(run))
        began = time.perf_counter()
        found = connection.execute(insert, JOB.values(run)).rowcount
        took = time.perf_counter() - began
        connection.rollback()
    assert found == DUE, found
    return took


def measure_due(site: Site, size: Size, quiet: bool, rounds: int) -> dict[str, float]:
    few, many = scheduled(site.server, size.few), scheduled(site.server, size.many)
    for url in (few, many):
        select_due(url)
    pairs = [(select_due(few), select_due(many)) for _ in range(rounds)]
    if not quiet:
        explain(many)
    began = time.perf_counter()
    run = open_run(few)
    with connect(few) as connection:
        stages.plan(connection, JOB, run, runs.request_of(run))
    return {
        "due_ms_few": harness.median([one for one, _ in pairs]) * 1e3,
        "due_ms_many": harness.median([other for _, other in pairs]) * 1e3,
        "due_ratio": harness.median([other / one for one, other in pairs]),
        "scheduler_s_100k": time.perf_counter() - began,
    }


def explain(url: str) -> None:
    """The plan of the selection, as it stands in the documentation."""
    run = Run(1, JOB.name, PERIOD, "bench", TICK, RunRequest()._asdict())
    with psycopg.connect(url) as connection:
        staging.create_members(connection, JOB, run)
        insert = statement(JOB.select_members).format(members=staging.members(run))
        for (line,) in connection.execute("EXPLAIN (COSTS OFF) " + insert.as_string(), JOB.values(run)):
            print("    ", line)
        connection.rollback()


# ------------------------------------------------------------------ template


def people(site: Site, name: str, users: int) -> str:
    """URL of a warehouse with so many users with a message to write, their journals and their briefs."""
    url = harness.database(site.server, name)
    with connect(url) as connection:
        population.generate(
            connection, users=int(users * 1.1), weeks=5, seed=1, week_of=WEEK_OF, journals=True
        )
    with connect(url) as connection:
        connection.execute("UPDATE app.users SET time_zone = 'UTC'")
        connection.execute("UPDATE app.coaching_config SET time_preference = 'morning'")
        connection.execute(
            "UPDATE warehouse.coaching_schedule SET next_due_at = CASE WHEN place <= %s THEN %s::timestamptz "
            "ELSE %s END FROM (SELECT user_id, row_number() OVER (ORDER BY user_id) AS place "
            "FROM warehouse.coaching_schedule WHERE enabled) AS numbered "
            "WHERE numbered.user_id = coaching_schedule.user_id",
            (users, TICK, TICK + timedelta(days=1)),
        )
    walking.walk(url, BRIEFS, WEEK_OF.isoformat(), TICK)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return url


def open_run(url: str) -> Run:
    return walking.open_run(url, JOB, PERIOD, TICK)


def tick(url: str) -> None:
    """The tick in a process of its own, as it would be in tasks."""
    walking.walk(url, JOB, PERIOD, TICK)


def measure_template(site: Site, size: Size, quiet: bool, _rounds: int) -> dict[str, float]:
    url = people(site, "template", size.written)
    told = in_own_process(tick, url)
    with connect(url) as connection:
        counted = dict(
            connection.execute(
                "SELECT outcome, count(*) FROM warehouse.coaching_schedule WHERE tick = %s GROUP BY 1",
                (TICK,),
            ).fetchall()
        )
        types = connection.execute(
            "SELECT message_type, round(100.0 * count(*) / sum(count(*)) OVER (), 1) "
            "FROM warehouse.coaching_messages WHERE tick = %s AND generation_attempt = 1 GROUP BY 1 ORDER BY 2 DESC",
            (TICK,),
        ).fetchall()
    harness.say(quiet, f"  {counted} in {told.wall_s:.1f} s, {told.processor_s:.1f} s of processor")
    harness.say(quiet, "  types:", ", ".join(f"{name} {share} %" for name, share in types))
    return {
        "template_users_per_s": sum(counted.values()) / told.wall_s,
        "template_sent_share": counted.get("sent", 0) / sum(counted.values()),
        "template_peak_mb": told.peak_mb,
    }


# ------------------------------------------------------------------ model


def ask(connection: Connection, run: Run, settings: WriterSettings) -> None:
    """Plan, and ask for the messages."""
    planned: list[Shard] = stages.plan(connection, JOB, run, runs.request_of(run))
    runs.note(connection, run, writer=settings._asdict())
    for shard in planned:
        stages.request_texts(connection, JOB, run, shard)


def measure_model(site: Site, size: Size, quiet: bool, _rounds: int) -> dict[str, float]:
    url = people(site, "model", size.asked)
    settings = WriterSettings("messages", LADDER, 1e6, 1e6, in_flight=size.in_flight)
    run = open_run(url)
    with connect(url) as connection:
        ask(connection, run, settings)
    order(site, {}, latency=size.latency_s)
    told = in_own_process(write_messages, url, site.provider, run.run_id, settings, JOB.name)
    with connect(url) as connection:
        calls, users = connection.execute(
            "SELECT count(*), count(DISTINCT user_id) FROM llm.calls WHERE run_id = %s", (run.run_id,)
        ).fetchone() or (0, 0)
        members = len(shards.all_members(connection, run))
    harness.say(quiet, f"  {calls} calls for {users} of {members} users: {told}")
    return {
        "model_calls_a_user": calls / users,
        "wall_ratio": told.wall_s / (calls * size.latency_s / size.in_flight),
        "model_users_per_hour": users / told.wall_s * 3_600,
        "model_peak_mb": told.peak_mb,
    }


def main() -> None:
    wanted = harness.options(__doc__)
    size = SMALL if wanted.quick else FULL
    figures: dict[str, float] = {}
    with harness.server() as server, TemporaryDirectory() as folder:
        home = Path(folder)
        site = Site(server, fake_provider.start(home, processes.free_port()))
        try:
            for part in (measure_due, measure_template, measure_model):
                harness.say(wanted.json, part.__name__.removeprefix("measure_"))
                figures |= part(site, size, wanted.json, wanted.rounds)
        finally:
            fake_provider.stop(home)
    quick = ("wall_ratio", "template_users_per_s")  # small runs measure what a run costs at all
    targets = {name: bound for name, bound in TARGETS.items() if not (wanted.quick and name in quick)}
    harness.report(figures, targets, wanted.json)


if __name__ == "__main__":
    main()
