"""Which period a DAG run is for. Never the clock: a run is named by its key."""

from typing import Any

from airflow.sdk import Context

from include.core.periods import Period


def period_of(kind: type[Period], context: Context) -> Period:
    """Parameter `period`, else partition key, else logical date, else the newest due at `run_after`."""
    params, run = context["params"], context["dag_run"]
    key = params.get("period") or getattr(run, "partition_key", None)
    if key:
        return kind.parse(str(key))
    return kind.due(_moment(run))


def _moment(run: Any) -> Any:
    return run.logical_date or run.run_after
