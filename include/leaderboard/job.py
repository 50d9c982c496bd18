"""The boards as batches. Ranking needs everybody at once, so a board is one shard and one statement."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from include.batch import staging
from include.batch.job import BatchJob, Run, Shard, ShardResult
from include.core.attempts import why_nothing
from include.core.boards import MONTHLY, WEEKLY, Board
from include.core.db import Connection
from include.core.periods import BoardWeek, Month
from include.core.statements import statement
from include.leaderboard import cache
from include.leaderboard.expectations import expectations

BoardPeriod = BoardWeek | Month


class NotDivisible(ValueError):
    """A board was to be made for some learners only."""


def rank(
    period: type[BoardPeriod], connection: Connection, run: Run, _: Shard, users: Sequence[int] | None
) -> ShardResult:
    """Rank the members by the tallies that came with them."""
    if users is not None:
        raise NotDivisible(f"{run.job_name} {run.period}: a board is ranked whole. Run the period again.")
    names = {"members": staging.members(run), "results": staging.staged(table_of(run.job_name), run)}
    ranked = connection.execute(
        statement("leaderboard/insert_ranks").format(**names), period.parse(run.period).values()
    )
    return ShardResult(ranked.rowcount, [])


def warm(board: Board, period: type[BoardPeriod], connection: Connection, redis: Any, run: Run) -> int:
    """The whole board into Redis."""
    return cache.write(connection, redis, board, period.parse(run.period).first)


def nothing_to_do(connection: Connection, run: Run) -> str:
    """Why a board has nobody on it, and what to do."""
    return why_nothing(
        connection,
        f"Nobody answered anything in {run.period}",
        "Choose a period between them, load newer attempts, or look at the roll-out flag (`almanac flag`).",
    )


def table_of(job_name: str) -> str:
    return f"warehouse.{job_name}"


def board_job(board: Board, period: type[BoardPeriod]) -> BatchJob:
    """The batch of a board."""
    name = f"{board}_leaderboard"
    return BatchJob(
        name=name,
        tables=(table_of(name),),
        partition_column="period",
        period=period,
        select_members="leaderboard/select_members",
        refine_members="leaderboard/delete_floods",
        member_columns="attempts integer NOT NULL, correct integer NOT NULL",
        check_users="leaderboard/check_users",
        process=partial(rank, period),
        expectations=partial(expectations, table_of(name)),
        nothing_to_do=nothing_to_do,
        has_outcome=False,
        shard_size=None,
        repairs=False,
        gated=False,  # learners come and go with the term: fewer of them is no fault of the source
        on_publish=("leaderboard/upsert_board",),
        warm=partial(warm, board, period),
    )


WEEKLY_JOB = board_job(WEEKLY, BoardWeek)
MONTHLY_JOB = board_job(MONTHLY, Month)
