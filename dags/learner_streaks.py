"""
### Learner streaks

Every hour: counts the streaks of the learners whose local midnight came in the hour up to the tick, and
reminds those who are about to lose one in the evening.

**Period.** The partition key is the tick, a full hour in UTC like 2015-11-01T06:00. Zones at half and quarter
hours are settled by the first tick after their midnight, never before it. A zone that the database does not
know counts as UTC.

**Reads** app.question_attempts (as app.answers: no skips, no impossible clocks), app.users.
**Writes** warehouse.learner_streaks; app.users.study_streak and last_activity_date; ops.notification_outbox,
kind `streak_nudge`, at most one a learner and local day: to whom it is 20:00, with the app installed and a
streak of two days or more that breaks at midnight. All of it in one transaction.

**What counts.** A streak is a run of local days with an answer each; the device's offset says which day it was.
A day of which a traveller had less than twelve hours breaks nothing, a day lived twice counts once. Answers
that arrive late mend a streak at the learner's next midnight.

**A re-run** of a tick counts again whoever was not settled by a later one, and sends nothing twice. A tick that
was missed needs no re-run: the next midnight makes up for it. Learners with a streak, or heard of since they
were last counted, are looked at; the others cost one look into an index.
"""

from airflow.sdk import CronPartitionTimetable, dag

from include.orchestration.batch import batch_tasks
from include.orchestration.defaults import DEFAULT_ARGS, STREAKS_PUBLISHED, Tag, batch_deadline, batch_params


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
def learner_streaks() -> None:
    batch_tasks("learner_streaks", publishes=STREAKS_PUBLISHED)


learner_streaks()
