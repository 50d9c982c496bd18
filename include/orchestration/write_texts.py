"""The task in which a model writes: by messages, here and now, or by batches, deferred.

Everything it knows stands in the warehouse, so that it goes on from there whatever happened:

- its worker dies: the retry counts the messages on the way as lost, and takes up running batches;
- the triggerer restarts: the trigger only looks, and is started again;
- somebody marks the task failed: nothing new is sent; a batch goes on, since what it has done is paid
  already, and the next run of the week takes its answers up;
- somebody marks it successful: the run goes on with what is there, the template writes the rest.
"""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import BaseOperator, Context

from include.batch import runs
from include.batch.job import Run
from include.core.db import connect
from include.jobs import load_writing
from include.llm.models import WriterSettings, frozen_settings
from include.orchestration.batch_trigger import BatchEnded
from include.orchestration.resources import anthropic, async_anthropic, warehouse_url

HOLD_LEASE_EVERY_S = 120.0
LOOK_AGAIN_S = 600.0  # shorter than the lease that each step renews
WAIT_AT_MOST = timedelta(hours=26)  # a batch ends, or expires, within 24
DOC = "Only where a model writes: by messages here and now, or by batches, deferred."


class WriteTexts(BaseOperator):
    """Write what the run's request_texts tasks asked for; afterwards every request has an answer or a reason."""

    def __init__(self, *, job_name: str, **options: Any) -> None:
        super().__init__(execution_timeout=timedelta(hours=24), doc_md=DOC, **options)
        self.job_name = job_name

    def execute(self, context: Context, event: dict[str, Any] | None = None) -> None:
        """Write all by messages, or bring the batches one step further and wait for them, deferred."""
        del event  # a batch ended, or time passed: the warehouse knows what to do next
        run_id = context["ti"].xcom_pull(task_ids="open_run")
        with connect(warehouse_url()) as connection:
            run = runs.load_run(connection, run_id)
            runs.hold_lease(connection, run)
            settings = frozen_settings(runs.metadata(connection, run)["writer"])
        if settings.writer == "messages":
            asyncio.run(self._write(run, settings))
        else:
            self._advance(run, settings)

    def _advance(self, run: Run, settings: WriterSettings) -> None:
        from include.llm import batches

        now = datetime.now(UTC)
        with connect(warehouse_url(), autocommit=True) as connection:
            step = batches.advance(
                connection, run.run_id, load_writing(self.job_name), settings, anthropic(),
                now=now, late=now - run.started_at > WAIT_AT_MOST,
            )  # fmt: skip
        if not step.done:
            self.defer(trigger=BatchEnded(step.running, LOOK_AGAIN_S), method_name="execute")

    async def _write(self, run: Run, settings: WriterSettings) -> None:
        from include.llm import messages

        sdk = await async_anthropic()
        with connect(warehouse_url(), autocommit=True) as connection:
            writing = messages.write_all(connection, run.run_id, load_writing(self.job_name), settings, sdk)
            await _beside(writing, _hold_lease(run))


async def _beside(work: Coroutine[Any, Any, None], companion: Coroutine[Any, Any, None]) -> None:
    """Do the work while its companion goes on; whichever ends first, or fails, ends both."""
    tasks = [asyncio.create_task(work), asyncio.create_task(companion)]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    for task in done:
        task.result()


async def _hold_lease(run: Run) -> None:
    """Keep the period's lease while the texts are written."""
    while True:
        with connect(warehouse_url()) as connection:
            runs.hold_lease(connection, run)
        await asyncio.sleep(HOLD_LEASE_EVERY_S)
