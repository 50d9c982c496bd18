"""Monthly reports over one shard: read → decide → write → stage."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from include.batch import warmup
from include.batch.job import BatchJob, Failure, Run, Shard, ShardResult
from include.core import cache_keys
from include.core.attempts import why_nothing
from include.core.db import Connection
from include.core.periods import Month
from include.learning.reports import repo
from include.learning.reports.chart import chart
from include.learning.reports.expectations import expectations
from include.learning.reports.facts import facts_of
from include.learning.reports.models import Source
from include.learning.reports.report import outcome, report

RULES_FAIL = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError)


def process(connection: Connection, run: Run, shard: Shard, users: Sequence[int] | None) -> ShardResult:
    """Make and stage the reports of a shard's members, or of those named; one learner's fault is only theirs."""
    month, made, failures = Month.parse(run.period).first, [], []
    for source in repo.read_sources(connection, JOB, run, shard, users):
        try:
            made.append(make(source, month))
        except RULES_FAIL as error:
            failures.append(Failure(source.user_id, f"report failed: {type(error).__name__}"))
    repo.stage(connection, JOB, run, made)
    return ShardResult(len(made), failures)


def make(source: Source, month: date) -> repo.Made:
    """One learner's report and chart."""
    facts = facts_of(source, month)
    return repo.Made(source.user_id, outcome(facts), report(facts), chart(facts))


def nothing_to_do(connection: Connection, run: Run) -> str:
    """Why a month has no learner, and what to do."""
    return why_nothing(
        connection,
        f"Nobody answered or skipped anything in {run.period}",
        "Choose a month between them, load newer attempts, or look at the roll-out flag (`almanac flag`).",
    )


def warm(connection: Connection, cache: Any, run: Run) -> int:
    """Readers' old reports out of Redis; the new ones come with their first reader."""
    warmup.forget_members(connection, cache, run, stale_keys)
    return 0


def stale_keys(run: Run, user_id: int) -> list[str]:
    return cache_keys.of_month(user_id, Month.parse(run.period).key)


JOB = BatchJob(
    name="monthly_learner_reports",
    tables=(repo.REPORTS,),
    partition_column="month",
    period=Month,
    select_members="learning/select_report_members",
    member_columns="attempts integer NOT NULL",
    check_users="learning/check_reports",
    process=process,
    expectations=expectations,
    warm=warm,
    nothing_to_do=nothing_to_do,
    gated=False,  # learners come and go with the term: fewer of them is no fault of the source
)
