"""The tasks of retry_failed_users and their order: a batch's own stages, for the due users of each period."""

from typing import Any

from airflow.sdk import TriggerRule, chain, get_current_context, task, task_group

from include.orchestration.defaults import SHARD_POOL
from include.orchestration.notifications import failure_mail


def retry_tasks() -> None:
    """Declare and order the tasks inside the current DAG."""
    retry_period.expand(due=list_due_periods()) >> report_failures()


@task
def list_due_periods() -> list[dict[str, Any]]:
    """Find the batches and periods with users whose turn has come."""
    from include.orchestration import retry_steps

    return retry_steps.list_due(get_current_context())


@task_group
def retry_period(due: dict[str, Any]) -> None:
    """As in a batch, what becomes of Redis decides nothing, and the run is closed however it went."""
    opened = open_run(due)
    chain(retry_users(opened), warm_cache(opened), close_run(opened))


@task
def open_run(due: dict[str, Any]) -> int:
    """Log the run and take the period's lease; skipped while another run has it."""
    from include.orchestration import retry_steps

    return retry_steps.open_run(due, get_current_context())


@task(pool=SHARD_POOL)
def retry_users(opened: int) -> dict[str, int]:
    """Make the due users of one period again and publish who succeeded."""
    from include.orchestration import retry_steps

    return retry_steps.retry_users(opened, get_current_context())


@task(retries=2)
def warm_cache(opened: int) -> int:
    """Put what is new into Redis and drop what is old."""
    from include.orchestration import retry_steps

    return retry_steps.warm(opened, get_current_context())


@task(trigger_rule=TriggerRule.ALL_DONE, retries=1)
def close_run(opened: int | None) -> dict[str, Any]:
    """Write the log and check that no user was lost."""
    from include.orchestration import retry_steps

    return retry_steps.close(opened, get_current_context())


@task(trigger_rule=TriggerRule.ALL_DONE, retries=0, on_failure_callback=failure_mail())
def report_failures() -> None:
    """Fail the run, and so tell the administrator, where a period was not retried or users gave up."""
    from include.orchestration import retry_steps

    retry_steps.report_failures(get_current_context())
