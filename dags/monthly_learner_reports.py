"""
### Monthly learner reports

What the month came to, for every learner who answered or skipped a question in it: accuracy and its change,
active days, longest streak, strongest and weakest concepts, ranks, a sentence or two, and one chart.

**Period.** The partition key is the first of the month. Days are the learner's own, so the run is on the 1st
at 12:30 UTC, when the month is over in every time zone. It follows the clock and not the monthly
leaderboard, which is there by then: that one is made before the month is over in the Americas, and again
where it is restated. Answers count as on the boards: those that arrive within 72 hours of the month's end are
in a re-run after that.

**Reads** app.question_attempts, app.questions, warehouse.weekly_leaderboard, warehouse.monthly_leaderboard.
**Writes** warehouse.monthly_learner_reports. Under 10 answers the outcome is `insufficient_data`: what was
counted, and what is missing.

**A re-run** replaces exactly its month, with the same reports where the answers and boards are the same.
Failed learners go to the retry queue.
"""

from airflow.sdk import CronPartitionTimetable, dag

from include.orchestration.batch import batch_tasks
from include.orchestration.defaults import (
    DEFAULT_ARGS,
    REPORTS_PUBLISHED,
    Tag,
    batch_deadline,
    batch_params,
)


@dag(
    schedule=CronPartitionTimetable("30 12 1 * *", timezone="UTC", run_offset=-1, key_format="%Y-%m"),
    catchup=False,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params=batch_params(),
    tags=[Tag.LEARNING, Tag.MONTHLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def monthly_learner_reports() -> None:
    batch_tasks("monthly_learner_reports", publishes=REPORTS_PUBLISHED)


monthly_learner_reports()
