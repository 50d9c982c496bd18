"""
### Weekly leaderboard, closing

Sunday at 23:00 UTC: the board of the week that ends in an hour, marked `provisional`. The tasks, tables
and rules are those of `weekly_leaderboard`, which makes the board final after midnight.

**Reads** and **writes** what `weekly_leaderboard` does. **A re-run** after the week's end makes the final
board, as any later run does.
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
    schedule=CronPartitionTimetable("0 23 * * 0", timezone="UTC", key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=period_params(),
    tags=[Tag.LEARNING, Tag.WEEKLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def weekly_leaderboard_closing() -> None:
    batch_tasks("weekly_leaderboard", publishes=WEEKLY_BOARD_PUBLISHED)


weekly_leaderboard_closing()
