"""The batches by name. A new domain adds its line."""

from importlib import import_module

from include.batch.job import BatchJob

MODULES = {"weekly_intelligence": "include.intelligence.job"}


def load_job(name: str) -> BatchJob:
    """The job of a name; its module (and numpy with it) is imported only here."""
    job: BatchJob = import_module(MODULES[name]).JOB
    return job
