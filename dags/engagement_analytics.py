"""
### Engagement analytics

How the weekly briefs and their pages were read: every Monday at 00:30 UTC, for the events that came in during the
seven days before.

**Period.** The partition key is the Monday. An event belongs to the week of the brief that it names, however late
it comes; one that names none to the brief delivered on the Monday (UTC) before it.

**Reads** app.engagement_events, app.notification_state. **Writes** warehouse.intelligence_analytics: a row a user
and brief week; avg_engagement_time of app.user_preferences. Dismissals and switching off are not left to this run:
they hold as soon as the event is taken.

**Look at it** in the metadata of the run: events, and how many rows changed.

**A re-run** makes the same rows: each is made from all events of its user and week. A week without events changes
nothing.
"""

from typing import Any

from airflow.sdk import CronPartitionTimetable, dag, get_current_context, task

from include.orchestration.defaults import DEFAULT_ARGS, Tag, period_params
from include.orchestration.notifications import failure_mail


@dag(
    schedule=CronPartitionTimetable("30 0 * * 1", timezone="UTC", key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=period_params(),
    tags=[Tag.INTELLIGENCE, Tag.WEEKLY],
    doc_md=__doc__,
)
def engagement_analytics() -> None:
    @task(on_failure_callback=failure_mail())
    def fold_events() -> dict[str, Any]:
        """Make the rows of every user and brief week that an event came in for."""
        from include.orchestration import refresh_steps

        return refresh_steps.refresh("engagement_analytics", get_current_context())

    fold_events()


engagement_analytics()
