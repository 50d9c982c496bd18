"""
### Content gaps

What learners looked for in a week and did not find: every Monday at 03:30 UTC.

**Period.** The partition key is the Monday; its data are the seven days (UTC) before.

**Reads** app.searches: those without a result. **Writes** warehouse.content_gaps: a row a term, with its
searches and learners. Texts are compared without case, accents, punctuation and plural, and near
spellings are counted with their term.

**What one person searched for may be personal**, so only what at least two learners wrote is kept.

**A re-run** replaces exactly its week's rows, in one transaction. A week in which everybody found something
has none.
"""

from typing import Any

from airflow.sdk import CronPartitionTimetable, dag, get_current_context, task

from include.orchestration.defaults import DEFAULT_ARGS, Tag, period_params
from include.orchestration.notifications import failure_mail


@dag(
    schedule=CronPartitionTimetable("30 3 * * 1", timezone="UTC", key_format="%Y-%m-%d"),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params=period_params(),
    tags=[Tag.LEARNING, Tag.WEEKLY],
    doc_md=__doc__,
)
def content_gaps() -> None:
    @task(on_failure_callback=failure_mail())
    def find_gaps() -> dict[str, Any]:
        """Group the searches without a result, and replace the week's rows."""
        from include.orchestration import refresh_steps

        return refresh_steps.refresh("content_gaps", get_current_context())

    find_gaps()


content_gaps()
