"""
### Retry failed users

Every hour, another attempt for the users of any batch whose turn in the retry queue has come: 2, 4 and
6 hours after the attempt before.

**Reads** ops.job_retry_queue and what the batch reads. **Writes** the recovered users into the live
partition of their period, and takes them off the queue, in one transaction; then Redis.

**What happens.** For each period with due users: open_run takes its lease → retry_users → warm_cache →
close_run, which logs the run however it went. Without Redis warm_cache fails after its retries, and what
was published stands.

**After the last attempt** a user is dead: the reason is kept, and a fallback result marked `partial`
stands in. `almanac dead-letters --replay` gives them all their attempts again.

**The run fails**, and the administrator gets one mail, where users gave up or another task than warm_cache
failed: report_failures says which. Who was not published stays due.

**A period whose lease another run holds** is left for the next hour. A re-run of this DAG finds only who
is still due.
"""

from airflow.sdk import CronTriggerTimetable, dag

from include.orchestration.defaults import DEFAULT_ARGS, Tag, batch_deadline
from include.orchestration.retry import retry_tasks


@dag(
    schedule=CronTriggerTimetable("15 * * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=[Tag.HOUSEKEEPING],
    doc_md=__doc__,
    # Not a time-out: it would skip the tasks that close the runs and tell of the failure.
    deadline=batch_deadline(),
)
def retry_failed_users() -> None:
    retry_tasks()


retry_failed_users()
