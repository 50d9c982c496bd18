"""The walk of a batch without Airflow: the same stages, each in its own transaction."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from include.batch import runs, stages
from include.batch.job import BatchJob, RunRequest
from include.core.db import connect
from include.intelligence.job import JOB

QUICK = replace(JOB, expectations=dict)  # without Great Expectations, whose import alone takes seconds
NOW = datetime(2026, 1, 5, 14, tzinfo=UTC)


def open_run(
    url: str,
    week: str,
    *,
    job_id: str | None = None,
    request: RunRequest | None = None,
    now: datetime = NOW,
    job: BatchJob = JOB,
) -> runs.Run:
    with connect(url) as connection:
        return runs.open_run(
            connection,
            job.name,
            week,
            job_id or f"test:{week}:{datetime.now(UTC)}",
            request or RunRequest(),
            now,
        )


def stage(url: str, run: runs.Run, job: BatchJob = JOB) -> list[list[int]]:
    """Plan, prepare, process, check: everything up to the repair. Returns the users refused."""
    request = runs.request_of(run)
    with connect(url) as connection:
        shards = stages.plan(connection, job, run, request)
    with connect(url) as connection:
        job.prepare(connection, run)
    for shard in shards:
        with connect(url) as connection:
            stages.process(connection, job, run, shard)
    with connect(url) as connection:
        return stages.check(connection, job, run)


def judged(url: str, run: runs.Run, job: BatchJob = JOB) -> stages.Judgement:
    """What the gate finds."""
    with connect(url) as connection:
        return stages.judge(connection, url, job, run, runs.request_of(run))


def finish(
    url: str,
    run: runs.Run,
    refused: list[list[int]],
    *,
    job: BatchJob = JOB,
    approve: bool = True,
    now: datetime = NOW,
) -> dict[str, Any]:
    """Repair, judge, publish, close. Returns the summary, with the gate's judgement."""
    request = runs.request_of(run)
    for users in refused:
        with connect(url) as connection:
            stages.repair(connection, job, run, users)
    verdict = judged(url, run, job)
    if approve or not verdict.blocked:
        with connect(url) as connection:
            stages.build_indexes(connection, job, run, request)
        with connect(url) as connection:
            stages.publish(connection, job, run, request, now)
    with connect(url) as connection:
        return {**stages.close(connection, job, run, now), "verdict": verdict}


def run_week(
    url: str, week: str, *, job: BatchJob = JOB, approve: bool = True, now: datetime = NOW, **request: Any
) -> dict[str, Any]:
    """A whole run of a week."""
    run = open_run(url, week, request=RunRequest(**request), now=now, job=job)
    return finish(url, run, stage(url, run, job), job=job, approve=approve, now=now)
