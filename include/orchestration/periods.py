"""Which period a DAG run is for. Never the clock: a run is named by its key."""

from typing import Any

from airflow.sdk import Context

from include.core.periods import Week


def week_of(context: Context) -> Week:
    """Parameter `week`, else partition key, else logical date, else the week before `run_after`."""
    params, run = context["params"], context["dag_run"]
    key = params.get("week") or getattr(run, "partition_key", None)
    if key:
        return Week.parse(str(key))
    return Week.last_complete(_moment(run).date())


def _moment(run: Any) -> Any:
    return run.logical_date or run.run_after
