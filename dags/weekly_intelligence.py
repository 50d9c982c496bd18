"""
### Weekly intelligence

One health brief and three to five insights for every eligible user, each Monday from 02:00 UTC.

**Period.** The partition key is the Monday on which the brief is delivered (`week_of`); its data are
the seven days before. Users whose local week is not over yet are made by
`weekly_intelligence_second_wave` at 12:30 UTC the same day.

**Reads** app.users, app.daily_health, app.lab_results, app.user_preferences, app.insight_dismissals.
**Writes** warehouse.weekly_health_briefs, warehouse.health_insights, ops.notification_outbox, Redis.

**What happens.** open_run takes the week's lease → plan_shards divides the eligible users →
prepare_batch freezes the cohorts → process_shard, mapped, stages the results → check_users and
repair_users look at every user → judge_batch holds the run to its expectations and compares the
source with earlier weeks → publish swaps the week's partition → warm_cache → close_run.

**When the gate is shut** (a change of unit at the source, a metric gone, users missing), the run waits
at approve_publication: see *Required Actions*. Approve, or reject, mend the source and run the week again.

**A re-run** replaces exactly its week, with the same rows where the data are the same. Nothing is sent
twice. Backfill: `airflow backfill create --dag-id weekly_intelligence --from-date … --to-date …`, from a
Monday to the day after the last one (a date means its midnight, and a week's run is due at 02:00).

**Failed users** go to the retry queue, drained by `retry_failed_users`; the run fails when 80 % or
fewer succeeded.
"""

from airflow.sdk import CronPartitionTimetable, dag

from include.orchestration.batch import batch_tasks
from include.orchestration.defaults import BRIEFS_PUBLISHED, DEFAULT_ARGS, Tag, batch_deadline, batch_params


@dag(
    schedule=CronPartitionTimetable("0 2 * * 1", timezone="UTC", key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=4,
    default_args=DEFAULT_ARGS,
    params=batch_params(),
    tags=[Tag.INTELLIGENCE, Tag.WEEKLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def weekly_intelligence() -> None:
    batch_tasks("weekly_intelligence", publishes=BRIEFS_PUBLISHED, writes_texts=True)


weekly_intelligence()
