"""The batches by name. A new domain adds its line."""

from importlib import import_module

from include.batch.job import BatchJob
from include.core.periods import Period, Week
from include.llm.models import WritingJob

JOBS = {
    "weekly_intelligence": "include.intelligence.job:JOB",
    "weekly_leaderboard": "include.leaderboard.job:WEEKLY_JOB",
    "monthly_leaderboard": "include.leaderboard.job:MONTHLY_JOB",
}

WRITINGS = {"weekly_intelligence": "include.intelligence.prompting"}


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
    module, attribute = JOBS[name].split(":")
    job: BatchJob = getattr(import_module(module), attribute)
    return job
