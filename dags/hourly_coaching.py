"""
### Hourly coaching

Every hour: one coaching message for each user whose turn it is by their own clock, if it is worth sending.

**Period.** The partition key is the tick, a full hour in UTC like 2026-03-02T07:00; it is the only clock. Users are
due by their settings: daily, every second day or weekly, in the morning (06-11), the afternoon (12-17) or the
evening (18-21) of their time zone. A zone that the database does not know counts as UTC.

**Reads** app.coaching_config, app.journal_entries, warehouse.health_insights, app.engagement_events.
**Writes** warehouse.coaching_schedule, coaching_messages (every attempt, sent or not) and coaching_safety;
app.journal_entries, where each message stands as an entry; ops.notification_outbox, kinds `coaching_message` and
`support_resources`, at most one of each a user and local day. All of it in one transaction.

**What happens.** plan_shards claims the due, and who has no due time yet → process_shard plans: who is outside the
window, or has had a message today, waits for the next target hour; for the others it screens the journal, chooses a
type, writes, screens again, simulates how the message would be taken, revises once and sends from a rating of 6 on →
check_users, judge_batch → publish. With a model as writer, request_texts and write_texts come before: message and
simulation are calls of their own.

**Safety.** A hint of self-harm or crisis in a recent entry, or in a draft, stops the coaching of that tick: resources
are shown instead, and coaching_safety keeps when and why, without the text.

**Opting out**, or changing the settings, holds at once: what a run has made for that user meanwhile is kept unsent,
and the next tick plans anew.

**A re-run** of a tick finds only who is still due; nobody gets two messages on one local day. A tick that was missed
needs no re-run: the next one finds whoever is due. Ticks may run side by side: a claimed user is left alone.

**The log row** says usersDue, usersBootstrapped, jobsCreated (messages that were tried) and errors.
"""

from airflow.sdk import CronPartitionTimetable, dag

from include.orchestration.batch import batch_tasks
from include.orchestration.defaults import COACHING_PUBLISHED, DEFAULT_ARGS, Tag, batch_deadline, batch_params


@dag(
    schedule=CronPartitionTimetable("0 * * * *", timezone="UTC", key_format="%Y-%m-%dT%H:%M"),
    catchup=False,
    max_active_runs=2,
    default_args=DEFAULT_ARGS,
    params=batch_params(),
    tags=[Tag.COACHING, Tag.HOURLY],
    doc_md=__doc__,
    deadline=batch_deadline(),
)
def hourly_coaching() -> None:
    batch_tasks("hourly_coaching", publishes=COACHING_PUBLISHED, writes_texts=True)


hourly_coaching()
