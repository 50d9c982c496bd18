"""
### Weekly intelligence, second wave

The users whose week was not over when `weekly_intelligence` ran at 02:00 UTC: it was still Sunday
where they live. By Monday 12:30 UTC the week is over in every time zone.

**Period.** The partition key is the same Monday as the first wave's. The scope is `missing`: eligible
users without a result and without a place in the retry queue. Nobody's result is made twice; the cohorts
are those that the first wave froze.

**Reads and writes** what `weekly_intelligence` does; new rows are merged into the live partition, and
readers see the old rows until then. With nobody left to do it ends at once.

**A re-run** finds nobody missing, and changes nothing. A whole re-run or backfill of a past week needs
no second wave: trigger `weekly_intelligence`.
"""

from airflow.sdk import CronPartitionTimetable, dag

from include.orchestration.batch import batch_tasks
from include.orchestration.defaults import BRIEFS_PUBLISHED, DEFAULT_ARGS, Tag, batch_deadline, batch_params


@dag(
    schedule=CronPartitionTimetable("30 12 * * 1", timezone="UTC", key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=batch_params(scope="missing"),
    tags=[Tag.INTELLIGENCE, Tag.WEEKLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def weekly_intelligence_second_wave() -> None:
    batch_tasks("weekly_intelligence", publishes=BRIEFS_PUBLISHED, writes_texts=True)


weekly_intelligence_second_wave()
