"""
### Weekly leaderboard

The final board of an ISO week (UTC), made on Monday at 00:30: who answered most, fairly ranked.

**Period.** The partition key is the week's own Monday; any day of the week names it, too. Sunday's
`weekly_leaderboard_closing` publishes the same board as provisional, an hour before the week ends;
Thursday's `weekly_leaderboard_restated` takes in what devices sent late.

**Reads** app.question_attempts, app.questions. **Writes** warehouse.weekly_leaderboard and its header in
warehouse.leaderboards, ops.quarantine, Redis.

**Who counts.** An answer counts in the week in which it was given, if it arrived within 72 hours of the
week's end. A skip is no attempt. More than 5,000 answers on one day leave the learner out; the reason is
in ops.quarantine. Order: attempts, then correct, then id; equals share a rank.

**A re-run** replaces exactly its week, with the same rows where the attempts are the same; the header says
`restated_at` where a final board changed. Backfill: `airflow backfill create --dag-id weekly_leaderboard
--from-date … --to-date …`, from a Monday to the day after the last one; the run of a Monday makes the week
before it.
"""

from airflow.sdk import CronPartitionTimetable, dag

from include.orchestration.batch import batch_tasks
from include.orchestration.defaults import (
    DEFAULT_ARGS,
    WEEKLY_BOARD_PUBLISHED,
    Tag,
    batch_deadline,
    period_params,
)


@dag(
    schedule=CronPartitionTimetable("30 0 * * 1", timezone="UTC", run_offset=-1, key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=4,
    default_args=DEFAULT_ARGS,
    params=period_params(),
    tags=[Tag.LEARNING, Tag.WEEKLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def weekly_leaderboard() -> None:
    batch_tasks("weekly_leaderboard", publishes=WEEKLY_BOARD_PUBLISHED)


weekly_leaderboard()
