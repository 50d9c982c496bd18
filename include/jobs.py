"""The batches by name. A new domain adds its line."""

from importlib import import_module

from include.batch.job import BatchJob
from include.llm.models import WritingJob

MODULES = {"weekly_intelligence": "include.intelligence.job"}


WRITINGS = {"weekly_intelligence": "include.intelligence.prompting"}


def load_writing(name: str) -> WritingJob:
    """What the job of a name lets a model write."""
    writing: WritingJob = import_module(WRITINGS[name]).WRITING
    return writing


def load_job(name: str) -> BatchJob:
    """The job of a name; its module (and numpy with it) is imported only here."""
    job: BatchJob = import_module(MODULES[name]).JOB
    return job
