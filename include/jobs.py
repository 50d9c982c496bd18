"""The batches by name. A new domain adds its line."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from include.batch.job import BatchJob, Run
from include.core.db import Connection
from include.core.periods import Period, Week
from include.llm.models import WritingJob

JOBS = {
    "weekly_intelligence": "include.intelligence.job:JOB",
    "weekly_leaderboard": "include.leaderboard.job:WEEKLY_JOB",
    "monthly_leaderboard": "include.leaderboard.job:MONTHLY_JOB",
    "hourly_coaching": "include.coaching.job:JOB",
    "learner_streaks": "include.learning.streaks.job:JOB",
    "review_reminders": "include.learning.reviews.job:JOB",
    "monthly_learner_reports": "include.learning.reports.job:JOB",
}

# What has no users, and so no shards: a week's table made anew in one transaction. Returns what it counted.
Refresh = Callable[[Connection, Run], dict[str, Any]]
REFRESHES = {
    "question_health": "include.learning.question_health.job:refresh",
    "content_gaps": "include.learning.content_gaps.job:refresh",
    "coaching_calibration": "include.coaching.calibration.job:refresh",
    "engagement_analytics": "include.engagement.job:refresh",
}

WRITINGS = {
    "weekly_intelligence": "include.intelligence.prompting",
    "hourly_coaching": "include.coaching.conversation",
}


def load_writing(name: str) -> WritingJob:
    """What the job of a name lets a model write."""
    writing: WritingJob = import_module(WRITINGS[name]).WRITING
    return writing


def period_kind(dag_id: str) -> type[Period]:
    """What runs of a DAG are for: the period of its job, after which it is named; weeks where it has none."""
    named = [name for name in JOBS if dag_id.startswith(name)]
    return load_job(max(named, key=len)).period if named else Week


def load_job(name: str) -> BatchJob:
    """The job of a name; its module (and numpy with it) is imported only here."""
    job: BatchJob = _load(JOBS[name])
    return job


def load_refresh(name: str) -> Refresh:
    """What makes the table of a name anew."""
    refresh: Refresh = _load(REFRESHES[name])
    return refresh


def _load(path: str) -> Any:
    module, attribute = path.split(":")
    return getattr(import_module(module), attribute)
