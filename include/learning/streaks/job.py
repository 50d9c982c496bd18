"""Streaks as a batch of an hour: one statement counts the learners whose day is over."""

from collections.abc import Sequence

from include.batch import staging
from include.batch.job import BatchJob, Run, Shard, ShardResult
from include.core.db import Connection
from include.core.periods import Hour
from include.core.statements import statement

SHARD_USERS = 200_000  # a tick's learners seldom are more: one task


def process(connection: Connection, run: Run, shard: Shard, users: Sequence[int] | None) -> ShardResult:
    """Count the streaks of a shard's members, or of those named, and stage them."""
    counted = connection.execute(
        statement("learning/stage_streaks").format(**staging.identifiers(JOB, run)),
        {
            **JOB.values(run),
            "first": shard.first,
            "last": shard.last,
            "users": None if users is None else list(users),
        },
    )
    return ShardResult(counted.rowcount, [])


JOB = BatchJob(
    name="learner_streaks",
    tables=("warehouse.learner_streaks",),
    partition_column="tick",
    period=Hour,
    publishes="users",
    has_outcome=False,
    select_members="learning/select_streak_members",
    check_users="learning/check_streaks",
    process=process,
    shard_size=SHARD_USERS,
    gated=False,  # who turns up in an hour depends on where people live
    on_publish=(
        "learning/lock_streaks",
        "learning/delete_overtaken_streaks",
        "learning/update_users_streaks",
        "learning/enqueue_streak_nudges",
    ),
)
