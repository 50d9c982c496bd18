"""
### Review reminders

Every hour: brings the review schedules of the learners up to date to whom 08:00 local time came in the hour up
to the tick, and reminds those with five reviews or more to do that day.

**Period.** The partition key is the tick, a full hour in UTC like 2015-11-01T06:00. Zones at half and quarter
hours are served by the first tick after their 08:00. A zone that the database does not know counts as UTC.

**Reads** app.question_attempts (as app.answers: no skips, no impossible clocks), app.questions, app.users.
**Writes** warehouse.review_schedule, warehouse.learner_reviews; ops.notification_outbox, kind
`review_reminder`, at most one a learner and local day, with the number due and up to three concepts.

**Method.** FSRS-6, the Free Spaced Repetition Scheduler, with its published parameters, for 90 percent of
recall: a right answer is 'good', a wrong one 'again', a skip nothing. Only what came in since the last time is
read; an answer that arrives late has its question counted afresh.

**A re-run** of a tick leaves alone whoever was brought up to date by a later one, and sends nothing twice, nor
for a day that is over. A tick that was missed needs no re-run: the next morning makes up for the schedule.
"""

from airflow.sdk import CronPartitionTimetable, dag

from include.orchestration.batch import batch_tasks
from include.orchestration.defaults import DEFAULT_ARGS, REVIEWS_PUBLISHED, Tag, batch_deadline, batch_params


@dag(
    schedule=CronPartitionTimetable("0 * * * *", timezone="UTC", key_format="%Y-%m-%dT%H:%M"),
    catchup=False,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params=batch_params(),
    tags=[Tag.LEARNING, Tag.HOURLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def review_reminders() -> None:
    batch_tasks("review_reminders", publishes=REVIEWS_PUBLISHED)


review_reminders()
