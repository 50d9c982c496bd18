"""A whole run of a batch in this process, stage by stage as its DAG does it."""

import time
from datetime import UTC, datetime
from typing import Any

from include.batch import runs, stages
from include.batch.job import BatchJob, Run, RunRequest
from include.core.db import connect


def open_run(url: str, job: BatchJob, period: str, now: datetime) -> Run:
    with connect(url) as connection:
        return runs.open_run(connection, job.name, period, f"bench {time.time_ns()}", RunRequest(), now)


def walk(url: str, job: BatchJob, period: str, now: datetime, redis: Any = None) -> None:
    """Until it is published, and brought to Redis where there is one."""
    run = open_run(url, job, period, now)

    def inside(stage: Any, *rest: Any) -> Any:
        with connect(url) as connection:
            return stage(connection, *rest)

    planned = inside(stages.plan, job, run, runs.request_of(run))
    inside(job.prepare, run)
    for shard in planned:
        inside(stages.process, job, run, shard)
    for users in inside(stages.check, job, run):
        inside(stages.repair, job, run, users)
    with connect(url) as connection:
        stages.judge(connection, url, job, run, runs.request_of(run))
    inside(stages.build_indexes, job, run, runs.request_of(run))
    inside(stages.publish, job, run, runs.request_of(run), datetime.now(UTC))
    if redis is not None and job.warm is not None:
        inside(job.warm, redis, run)
    summary = inside(stages.close, job, run, datetime.now(UTC))
    assert summary["problem"] is None, summary
