"""The boards as batches. Ranking needs everybody at once, so a board is one shard and one statement."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from include.batch import staging
from include.batch.job import BatchJob, Run, Shard, ShardResult
from include.core.boards import MONTHLY, WEEKLY, Board
from include.core.db import Connection
from include.core.periods import BoardWeek, Month
from include.core.statements import statement
from include.leaderboard import cache
from include.leaderboard.expectations import expectations


class NotDivisible(ValueError):
    """A board was to be made for some learners only."""


def rank(connection: Connection, run: Run, job: BatchJob, users: Sequence[int] | None) -> ShardResult:
    """Rank the members by the tallies that came with them."""
    if users is not None:
        raise NotDivisible(f"{run.job_name} {run.period}: a board is ranked whole. Run the period again.")
    ranked = connection.execute(
        statement("leaderboard/insert_ranks").format(**staging.identifiers(job, run)), job.values(run)
    )
    return ShardResult(ranked.rowcount, [])


def nothing_to_do(connection: Connection, run: Run) -> str:
    """Why a board has nobody on it, and what to do."""
    row = connection.execute(statement("leaderboard/select_attempt_range")).fetchone()
    if row is None or row[0] is None:
        return (
            "There are no attempts. Load some (`almanac load …`) or make some (`almanac generate …`) first."
        )
    return (
        f"Nobody answered anything in {run.period}; the attempts go from {row[0]} to {row[1]} (UTC). "
        "Choose a period between them, or load newer attempts."
    )


def board_job(board: Board, period: type[BoardWeek | Month]) -> BatchJob:
    """The batch of a board."""
    job: BatchJob

    def process(connection: Connection, run: Run, _shard: Shard, users: Sequence[int] | None) -> ShardResult:
        return rank(connection, run, job, users)

    def warm(connection: Connection, redis: Any, run: Run) -> int:
        return cache.write(connection, redis, board, period.parse(run.period).first)

    job = BatchJob(
        name=f"{board}_leaderboard",
        tables=(f"warehouse.{board}_leaderboard",),
        partition_column="period",
        period=period,
        select_members="leaderboard/select_members",
        refine_members="leaderboard/delete_floods",
        member_columns="attempts integer NOT NULL, correct integer NOT NULL",
        check_users="leaderboard/check_users",
        process=process,
        expectations=partial(expectations, f"warehouse.{board}_leaderboard"),
        nothing_to_do=nothing_to_do,
        has_outcome=False,
        shard_size=None,
        repairs=False,
        gated=False,  # learners come and go with the term: fewer of them is no fault of the source
        on_publish=("leaderboard/upsert_board",),
        warm=warm,
    )
    return job


WEEKLY_JOB = board_job(WEEKLY, BoardWeek)
MONTHLY_JOB = board_job(MONTHLY, Month)
