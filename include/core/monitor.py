"""The monitor: five readings of a job, and whether they make it healthy. Rules are pure.

Which runs count: those that make a period (scope all or missing), not retries or single users, whose
small numbers say nothing of the batch. Of each of the last four periods worked on, the newest whole
run and the waves after it: a week that was run again is judged by the run that readers see.
"""

import operator
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from include.core.db import Connection
from include.core.statements import statement

PERIODS = 4  # as many as the distribution gate looks back
SHARE_WANTED = 0.8  # healthy when more than this share of the readings hold
MINIMUM_USERS = 100  # a smaller run's time is that of starting its tasks, not of its users
MINIMUM_READS = 100  # a cache that was hardly asked yet has no rate
READS_KEPT_S = 3 * 3600
HOLDS = {"<": operator.lt, ">": operator.gt, ">=": operator.ge}


class Bound(NamedTuple):
    """What a reading is held to."""

    sense: Literal["<", ">", ">="]
    limit: float
    unit: str

    def __str__(self) -> str:
        return f"{self.sense} {self.limit:g} {self.unit}"


# success_rate holds from 80 %, where the house stops retrying a run as a whole and publishes what is
# good; the product's own target, more than 95 %, is what error_rate holds it to. The one says that the
# batch works, the other that it works well; with one bound they would be one reading counted twice.
BOUNDS = {
    "last_run": Bound("<", 168, "hours ago"),
    "success_rate": Bound(">=", 80, "%"),
    "generation_time": Bound("<", 5, "s a user"),
    "cache_hit_rate": Bound(">", 80, "%"),
    "error_rate": Bound("<", 5, "%"),
}

ADVICE = {
    "last_run": "No run was completed in a week: see `almanac runs` and the DAG in Airflow's UI (paused? "
    "waiting for approval?), then `almanac run {job} --week <Monday>`.",
    "success_rate": "See `almanac runs` for what the last runs say and `almanac retries` for the reasons; "
    "mend the cause, then run the week again.",
    "generation_time": "See in Airflow's UI which task is slow: process_shard wants more slots in pool "
    "`shards`, a long approve_publication wants an answer, the rest is the warehouse.",
    "cache_hit_rate": "See that Redis answers (ALMANAC_REDIS_URL) and has memory left for its keys, and that "
    "warm_cache of the last run succeeded.",
    "error_rate": "See `almanac retries` and `almanac dead-letters` for the reasons; what a retry mends "
    "needs nothing, after a repair use `almanac dead-letters --replay`.",
}


class Reading(NamedTuple):
    """One reading in the unit of its bound; `value` is infinite where no run was ever completed."""

    name: str
    value: float
    bound: Bound
    met: bool


class RecentRuns(NamedTuple):
    """What the last runs came to."""

    hours_since_completed: float | None  # None = never
    processed: int
    failed: int
    seconds_per_user: float | None  # median over the runs of at least MINIMUM_USERS; None = none of them


class CacheReads(NamedTuple):
    """Reads of results by all processes of the read API, in this hour and the one before."""

    hits: int
    misses: int


def recent_runs(connection: Connection, job_name: str, now: datetime) -> RecentRuns:
    """The numbers of a job's last runs, from ops.job_execution_log."""
    row = connection.execute(statement("serving/select_recent_runs"), asked(job_name)).fetchone()
    return as_recent_runs(row, now)


def asked(job_name: str) -> dict[str, str | int]:
    """The values of serving/select_recent_runs."""
    return {"job_name": job_name, "periods": PERIODS, "minimum_users": MINIMUM_USERS}


def as_recent_runs(row: tuple[Any, ...] | None, now: datetime) -> RecentRuns:
    """The answer of serving/select_recent_runs, at that time."""
    if row is None:
        return RecentRuns(None, 0, 0, None)
    completed_at, *rest = row
    hours = (now - completed_at).total_seconds() / 3600 if completed_at else None
    return RecentRuns(hours, *rest)


def reads_key(now: float) -> str:
    """Key of the reads of an hour: a hash of `hits` and `misses`; `now` in seconds since the epoch."""
    return f"api:reads:{int(now // 3600)}"


def cache_reads(cache: Any, now: float) -> CacheReads:
    """From the Redis that holds the briefs; `cache` is a redis-py client."""
    return as_cache_reads([cache.hgetall(key) for key in recent_reads(now)])


def recent_reads(now: float) -> list[str]:
    """The keys of this hour and the one before."""
    return [reads_key(now), reads_key(now - 3600)]


def as_cache_reads(hours: Sequence[Mapping[bytes, bytes]]) -> CacheReads:
    """What stands under these keys."""
    return CacheReads(*(sum(int(one.get(name, 0)) for one in hours) for name in (b"hits", b"misses")))


def readings(runs: RecentRuns, cache: CacheReads | None) -> list[Reading]:
    """The readings that exist. `cache` None: Redis does not answer, and so no read is a hit.

    A job that never completed a run has a `last_run` that is not met; nothing else is made up.
    """
    hours = runs.hours_since_completed
    values = {
        "last_run": float("inf") if hours is None else hours,
        "success_rate": _percent(runs.processed - runs.failed, runs.processed),
        "generation_time": runs.seconds_per_user,
        "cache_hit_rate": _hit_rate(cache),
        "error_rate": _percent(runs.failed, runs.processed),
    }
    return [
        Reading(name, value, BOUNDS[name], HOLDS[BOUNDS[name].sense](value, BOUNDS[name].limit))
        for name, value in values.items()
        if value is not None
    ]


def is_healthy(found: Sequence[Reading]) -> bool:
    """More than 0.8 of the readings hold; of five or fewer that is every one."""
    return sum(reading.met for reading in found) > SHARE_WANTED * len(found)


def _hit_rate(cache: CacheReads | None) -> float | None:
    if cache is None:
        return 0.0
    reads = cache.hits + cache.misses
    return _percent(cache.hits, reads) if reads >= MINIMUM_READS else None


def _percent(part: int, whole: int) -> float | None:
    return 100.0 * part / whole if whole else None
