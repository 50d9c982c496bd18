"""
### Coaching calibration

Whether messages were taken as their simulation predicted: every Monday at 04:00 UTC, for the week before the last.

**Period.** The partition key is the Monday after the week (UTC) in which the messages were sent. What followed counts
for 72 hours; that is over, and devices that were offline have told, when the run of a week later looks. A run before
that counts what has followed so far, and a later one replaces it.

**Reads** warehouse.coaching_messages that were sent, app.engagement_events of the component `coaching_message`: `view`
is opened, `action_taken` answered, `dismiss` dismissed. **Writes** warehouse.coaching_calibration: a row for every
rating that was predicted.

**Look at it** with `almanac coaching calibration`; the metadata of the run have the week's totals. As only ratings
from 6 on are sent, the curve has no points below.

**A re-run** replaces exactly its week's rows, in one transaction. A week without messages has none.
"""

from typing import Any

from airflow.sdk import CronPartitionTimetable, dag, get_current_context, task

from include.orchestration.defaults import DEFAULT_ARGS, Tag, period_params
from include.orchestration.notifications import failure_mail


@dag(
    schedule=CronPartitionTimetable("0 4 * * 1", timezone="UTC", run_offset=-1, key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=period_params(),
    tags=[Tag.COACHING, Tag.WEEKLY],
    doc_md=__doc__,
)
def coaching_calibration() -> None:
    @task(on_failure_callback=failure_mail())
    def measure_messages() -> dict[str, Any]:
        """Count how the week's messages were taken, and replace its rows."""
        from include.orchestration import refresh_steps

        return refresh_steps.refresh("coaching_calibration", get_current_context())

    measure_messages()


coaching_calibration()
