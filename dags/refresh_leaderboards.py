"""
### Refresh leaderboards

Every hour: the newest weekly and monthly board in Redis, where it is gone from there (24 hours old, or
Redis was emptied) or where somebody on it changed or lost their name since.

**Reads** the published boards, app.name_changes. **Writes** Redis only. Until it has run, the read API
answers from the tables. **A re-run** writes the same bytes again.
"""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task

from include.orchestration.defaults import DEFAULT_ARGS, Tag
from include.orchestration.notifications import failure_mail


@dag(
    schedule=CronTriggerTimetable("40 * * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    dagrun_timeout=timedelta(minutes=30),
    tags=[Tag.LEARNING, Tag.HOURLY],
    doc_md=__doc__,
)
def refresh_leaderboards() -> None:
    @task(on_failure_callback=failure_mail())
    def refresh_boards() -> dict[str, int]:
        """Write the boards again that need it; returns how many rows of each."""
        from include.orchestration import board_steps

        return board_steps.refresh(get_current_context())

    refresh_boards()


refresh_leaderboards()
