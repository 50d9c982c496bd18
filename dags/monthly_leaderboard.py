"""
### Monthly leaderboard

The board of a calendar month (UTC), made on the 1st at 00:45, by the rules of `weekly_leaderboard`.

**Period.** The partition key is the month, like 2015-11. Weeks straddle months, so the month is counted
from the attempts and is no sum of weekly boards.

**Reads** app.question_attempts, app.questions. **Writes** warehouse.monthly_leaderboard and its header in
warehouse.leaderboards, ops.quarantine, Redis. `monthly_learner_reports` follows it.

**A re-run** replaces exactly its month, with the same rows where the attempts are the same. Answers that
arrive within 72 hours of the month's end count in a re-run after that.
"""

from airflow.sdk import CronPartitionTimetable, dag

from include.orchestration.batch import batch_tasks
from include.orchestration.defaults import (
    DEFAULT_ARGS,
    MONTHLY_BOARD_PUBLISHED,
    Tag,
    batch_deadline,
    period_params,
)


@dag(
    schedule=CronPartitionTimetable("45 0 1 * *", timezone="UTC", run_offset=-1, key_format="%Y-%m"),
    catchup=False,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params=period_params(),
    tags=[Tag.LEARNING, Tag.MONTHLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def monthly_leaderboard() -> None:
    batch_tasks("monthly_leaderboard", publishes=MONTHLY_BOARD_PUBLISHED)


monthly_leaderboard()
