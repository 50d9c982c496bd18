"""
### Weekly leaderboard, restated

Thursday at 00:30 UTC, 72 hours and a half after the week's end: the board once more, with the answers that
devices sent late. Where they change it, its header says `restated_at`. Later answers are kept and change
nothing.

**Reads** and **writes** what `weekly_leaderboard` does. **A re-run** gives the same rows.
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
    schedule=CronPartitionTimetable("30 0 * * 4", timezone="UTC", run_offset=-1, key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=period_params(),
    tags=[Tag.LEARNING, Tag.WEEKLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def weekly_leaderboard_restated() -> None:
    batch_tasks("weekly_leaderboard", publishes=WEEKLY_BOARD_PUBLISHED)


weekly_leaderboard_restated()
