"""Reviews as a batch of an hour: new answers into the schedule, then the reminders of the morning."""

from collections.abc import Sequence

from include.batch import staging
from include.batch.job import BatchJob, Run, Shard, ShardResult
from include.core.db import Connection
from include.core.periods import Hour
from include.core.statements import statement
from include.learning.reviews import repo
from include.learning.reviews.rules import review_all

SHARD_USERS = 50_000


def process(connection: Connection, run: Run, shard: Shard, users: Sequence[int] | None) -> ShardResult:
    """Bring the schedules of a shard's members, or of those named, up to the tick, and stage them."""
    tick = Hour.parse(run.period).first
    touched = list(repo.read_touched(connection, JOB, run, shard, users))
    known = ((one, review_all(one.known, one.answers)) for one in touched)
    repo.stage(connection, run, tick, ((one, memory) for one, memory in known if memory))
    done = connection.execute(
        statement("learning/stage_learner_reviews").format(**staging.identifiers(JOB, run)),
        {**JOB.values(run), **repo.bounds(shard, users)},
    )
    return ShardResult(done.rowcount, [])


JOB = BatchJob(
    name="review_reminders",
    tables=("warehouse.learner_reviews", repo.SCHEDULE),
    partition_column="tick",
    period=Hour,
    publishes="users",
    has_outcome=False,
    select_members="learning/select_review_members",
    check_users="learning/check_reviews",
    process=process,
    shard_size=SHARD_USERS,
    gated=False,  # who turns up in an hour depends on where people live
    on_publish=(
        "learning/lock_reviews",
        "learning/delete_overtaken_reviews",
        "learning/enqueue_review_reminders",
    ),
)
