"""
### Question health

How difficult, telling, skipped and slow each question is, and which need a look: every Monday at 03:00 UTC.

**Period.** The partition key is the Monday; its data are the 90 days (UTC) before. A learner's first answer
to a question decides; answers count as on the leaderboards.

**Reads** app.question_attempts, app.questions. **Writes** warehouse.question_health: a row for every
question that somebody met. Under 30 learners nothing is judged. Intervals are of 95 percent; a question is
flagged where the whole interval lies beyond a bound, never by quota.

**Look at it** with `almanac question-health`; how many were judged and flagged is in the metadata of the run.

**A re-run** replaces exactly its week's rows, in one transaction. Without an answer in the 90 days the run
fails, says so, and leaves the rows as they were.
"""

from typing import Any

from airflow.sdk import CronPartitionTimetable, dag, get_current_context, task

from include.orchestration.defaults import DEFAULT_ARGS, Tag, period_params
from include.orchestration.notifications import failure_mail


@dag(
    schedule=CronPartitionTimetable("0 3 * * 1", timezone="UTC", key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=period_params(),
    tags=[Tag.LEARNING, Tag.WEEKLY],
    doc_md=__doc__,
)
def question_health() -> None:
    @task(on_failure_callback=failure_mail())
    def measure_questions() -> dict[str, Any]:
        """Count, measure and judge every question, and replace the week's rows."""
        from include.orchestration import refresh_steps

        return refresh_steps.refresh("question_health", get_current_context())

    measure_questions()


question_health()
