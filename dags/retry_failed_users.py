"""
### Retry failed users

Every hour, another attempt for the users of any batch whose turn in the retry queue has come: 2, 4 and
6 hours after the attempt before.

**Reads** ops.job_retry_queue and what the batch reads. **Writes** the recovered users into the live
partition of their period, and takes them off the queue, in one transaction.

**After the last attempt** a user is dead: the reason is kept, a fallback result marked `partial` stands
in, and report_dead_letters fails so that the administrator gets a mail. `almanac dead-letters --replay`
gives them all their attempts again.

**A period whose lease another run holds** is left for the next hour. A re-run of this DAG finds only who
is still due.
"""

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, get_current_context, task

from include.orchestration.defaults import DEFAULT_ARGS, SHARD_POOL, Tag
from include.orchestration.notifications import failure_mail


@dag(
    schedule=CronTriggerTimetable("15 * * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    dagrun_timeout=timedelta(minutes=55),
    tags=[Tag.HOUSEKEEPING],
    doc_md=__doc__,
)
def retry_failed_users() -> None:
    @task
    def list_due_periods() -> list[dict[str, Any]]:
        """Find the batches and periods with users whose turn has come."""
        from include.orchestration import retry_steps

        return retry_steps.list_due(get_current_context())

    @task(pool=SHARD_POOL)
    def retry_period(due: dict[str, Any]) -> dict[str, int]:
        """Make the due users of one period again and publish who succeeded."""
        from include.orchestration import retry_steps

        return retry_steps.retry_period(due, get_current_context())

    @task(trigger_rule=TriggerRule.ALL_DONE, retries=0, on_failure_callback=failure_mail())
    def report_dead_letters() -> None:
        """Fail, and so tell the administrator, where users gave up."""
        from include.orchestration import retry_steps

        retry_steps.report_dead_letters(get_current_context())

    retry_period.expand(due=list_due_periods()) >> report_dead_letters()


retry_failed_users()
