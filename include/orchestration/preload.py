"""What the local executor's workers have imported before a task is forked from them.

Named by `mp_forkserver_preload`. Only what nobody edits while Airflow runs: of the project's own modules
none is imported here, so that a changed rule holds from the next task on. Great Expectations alone takes
six seconds, which the judging of each batch would pay anew.
"""

import gc
import logging
from importlib import import_module

MODULES = (
    "airflow.cli.commands.scheduler_command",
    "airflow.executors.local_executor",
    "airflow.jobs.scheduler_job_runner",
    "airflow.dag_processing.dagbag",
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.common.sql.operators.sql",
    "airflow.providers.postgres.hooks.postgres",
    "airflow.providers.redis.hooks.redis",
    "airflow.providers.smtp.notifications.smtp",
    "airflow.providers.standard.decorators.python",
    "airflow.providers.standard.decorators.short_circuit",
    "airflow.providers.standard.operators.hitl",
    "great_expectations.expectations",
    "alembic.autogenerate",
    "numpy",
    "psycopg",
    "pydantic_settings",
    "redis",
)

logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells of each of its own functions
for module in MODULES:
    import_module(module)
gc.freeze()  # no collection touches, and so copies, what all tasks share
