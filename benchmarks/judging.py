"""The judging of a run in a process of its own, forked as the local executor forks its tasks.

The server from which it is forked has imported what Airflow's has (`include.orchestration.preload`), and
was started before: `ready` does that, outside of what is measured. The project's own modules are imported
by the new process, in its time.
"""

import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

from include.batch import runs, stages
from include.batch.job import BatchJob
from include.core.db import connect
from include.local.airflow_components import PRELOAD

FORKS = multiprocessing.get_context("forkserver")


def ready() -> None:
    """Start the server and wait until it has imported everything."""
    FORKS.set_forkserver_preload([PRELOAD])
    with ProcessPoolExecutor(1, FORKS) as one:
        one.submit(_preloaded).result()


def judge(url: str, job: BatchJob, run_id: int) -> None:
    """Raises if the run would not be published."""
    with ProcessPoolExecutor(1, FORKS) as task:
        task.submit(_judge, url, job, run_id).result()


def _preloaded() -> None:
    assert "great_expectations" in sys.modules, "this would measure something else"


def _judge(url: str, job: BatchJob, run_id: int) -> None:
    with connect(url) as connection:
        run = runs.load_run(connection, run_id)
        judged = stages.judge(connection, url, job, run, runs.request_of(run))
    assert not judged.blocked, judged
