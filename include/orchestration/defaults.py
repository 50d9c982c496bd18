"""One table of what every DAG and task has in common."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

OWNER = "almanac"
SHARD_POOL = "shards"


LEASE_RETRY = timedelta(seconds=30)


class Tag(StrEnum):
    """The tags that DAGs may carry."""

    INTELLIGENCE = "intelligence"
    COACHING = "coaching"
    LEARNING = "learning"
    HOURLY = "hourly"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    HOUSEKEEPING = "housekeeping"


# What no second try can mend fails at once; a held lease is waited for; the rest is retried.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[
                "include.core.periods.BadPeriod",
                "include.batch.shards.NothingToDo",
                "include.batch.shards.UnknownUsers",
                "include.batch.stages.NotStaged",
                "include.batch.verification.SuiteFailed",
                "include.batch.outcomes.OutcomesDoNotAddUp",
            ],
            action=RetryAction.FAIL,
            reason="a second try would find the same",
        ),
        RetryRule(
            exception="include.batch.runs.LeaseHeld",
            action=RetryAction.RETRY,
            retry_delay=LEASE_RETRY,
            reason="another run is writing this period",
        ),
    ]
)

DEFAULT_ARGS: dict[str, Any] = {
    "owner": OWNER,
    "retries": 3,
    "retry_delay": timedelta(seconds=5),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": RETRY_POLICY,
    "execution_timeout": timedelta(minutes=30),
}

BRIEFS_PUBLISHED = Asset("weekly_health_briefs", uri="almanac://warehouse/weekly_health_briefs")
WEEKLY_BOARD_PUBLISHED = Asset("weekly_leaderboard", uri="almanac://warehouse/weekly_leaderboard")
MONTHLY_BOARD_PUBLISHED = Asset("monthly_leaderboard", uri="almanac://warehouse/monthly_leaderboard")
STREAKS_PUBLISHED = Asset("learner_streaks", uri="almanac://warehouse/learner_streaks")
REVIEWS_PUBLISHED = Asset("review_schedule", uri="almanac://warehouse/review_schedule")
COACHING_PUBLISHED = Asset("coaching_messages", uri="almanac://warehouse/coaching_messages")
REPORTS_PUBLISHED = Asset("monthly_learner_reports", uri="almanac://warehouse/monthly_learner_reports")


def period_params() -> dict[str, Param]:
    """The parameters of a batch that is only ever run whole."""
    return {
        "period": Param(
            None,
            type=["null", "string"],
            description="Key of the period, e.g. 2016-05-02; empty: the run's partition key.",
        )
    }


def batch_params(scope: str = "all") -> dict[str, Param]:
    """The parameters of a batch that can be run for a part of its users, too."""
    return {
        **period_params(),
        "scope": Param(
            scope,
            type="string",
            enum=["all", "missing", "users", "shards"],
            description="all: replace the period. missing: only users without a result. users, shards: only those.",
        ),
        "users": Param([], type="array", description="External user ids, for scope users."),
        "shards": Param([], type="array", description="Shard numbers, for scope shards."),
        "shard_size": Param(
            None,
            type=["null", "integer"],
            minimum=1,
            description="Users a mapped task; empty: as the job says.",
        ),
    }


def batch_deadline() -> DeadlineAlert:
    """A run that is not done six hours after it was due is told of; it goes on all the same."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=6),
        callback=AsyncCallback("include.orchestration.notifications.tell_deadline_missed"),
    )
