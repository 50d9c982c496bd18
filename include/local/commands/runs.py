"""`almanac run`: a real run of a DAG for one period, watched until it ends."""

import json
import time
from collections import Counter
from typing import Annotated, Any

import typer
from rich.live import Live
from rich.table import Table
from rich.text import Text

from include.core.periods import Period
from include.core.settings import Settings
from include.jobs import period_kind
from include.local import airflow_api, stack
from include.local.airflow_api import AWAITING, FINISHED, Airflow, TaskState
from include.local.commands.writer import note_missing_provider
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()
STYLES = {
    "success": "green",
    "failed": "red",
    "upstream_failed": "red",
    "running": "yellow",
    AWAITING: "yellow",
    "skipped": "dim",
}
POLL_S = 1.0  # each look costs Airflow's API server a tenth of a second of its core


class AwaitsApproval(StackError):
    """A watched run goes on only when somebody has answered, which may take days."""


@app.command()
def run(
    dag_id: Annotated[str, typer.Argument(help="e.g. weekly_intelligence")],
    period: Annotated[
        str,
        typer.Option(
            "--week",
            "--month",
            "--hour",
            "--period",
            help="what the run is for, e.g. 2016-05-02 (a week's Monday), 2015-11, 2015-11-01T06:00",
        ),
    ],
    wait: Annotated[
        bool, typer.Option(help="watch the run; exit 1 if it fails, 3 if it awaits approval")
    ] = False,
    users: Annotated[str | None, typer.Option(help="only these people: external ids with commas")] = None,
    conf: Annotated[
        list[str] | None, typer.Option(help="a parameter of the DAG, name=value; repeatable")
    ] = None,
) -> None:
    """Start a DAG run for one period."""
    parameters = as_conf(users, conf or [])
    settings = Settings()
    note_missing_provider(settings)
    run_period(settings, dag_id, period_kind(dag_id).parse(period), parameters, wait=wait)


def as_conf(users: str | None, pairs: list[str]) -> dict[str, Any]:
    """The run's parameters. A value is JSON where it reads as JSON, and text otherwise."""
    conf: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise StackError(f"--conf {pair!r} is not of the form name=value.")
        try:
            conf[name] = json.loads(value)
        except ValueError:
            conf[name] = value
    if users:
        conf |= {"scope": "users", "users": [user.strip() for user in users.split(",") if user.strip()]}
    return conf


def run_period(settings: Settings, dag_id: str, period: Period, conf: dict[str, Any], *, wait: bool) -> None:
    """Trigger, and with `wait` watch as `watch_run` does."""
    run_id = start_run(settings, dag_id, period, conf)
    if wait:
        watch_run(settings, dag_id, run_id)


def start_run(settings: Settings, dag_id: str, period: Period, conf: dict[str, Any]) -> str:
    """Trigger a run, or find the one of the period that is at work; returns its run id."""
    where = stack.urls(settings).airflow
    with airflow_api.login(where, settings.airflow_user, settings.airflow_password) as airflow:
        airflow.unpause(dag_id)
        run_id, how = airflow.active_run(dag_id, period.key), "is at work already"
        if run_id is None:
            run_id, how = airflow.trigger(dag_id, period.key, conf), "started"
        elif conf:
            raise StackError(f"Run {run_id} of {period.key} is at work; start this one when it has ended.")
        console.print(f"{dag_id} {period.key}: run {run_id} {how}", soft_wrap=True)
        console.print(f"  {where}/dags/{dag_id}/runs/{run_id}", soft_wrap=True)
        return run_id


def watch_run(settings: Settings, dag_id: str, run_id: str) -> None:
    """Show a run's tasks until it ends; a failed run is a StackError naming the failed tasks, and one that
    the gate keeps from publishing is AwaitsApproval."""
    where = stack.urls(settings).airflow
    with airflow_api.login(where, settings.airflow_user, settings.airflow_password) as airflow:
        waiting = _watch(airflow, dag_id, run_id)
        if waiting:
            moved = airflow.question_of(dag_id, run_id, waiting)
            raise AwaitsApproval(shut_gate(waiting, moved, f"{where}/dags/{dag_id}/runs/{run_id}"))


def _watch(airflow: Airflow, dag_id: str, run_id: str) -> TaskState | None:
    """The task that waits for a person, if one does; None where the run has succeeded."""
    began = time.monotonic()
    waiting = None
    with Live(console=console, refresh_per_second=4, transient=True) as live:
        while (state := airflow.run_state(dag_id, run_id)) not in FINISHED:
            tasks = airflow.task_states(dag_id, run_id)
            waiting = next((task for task in tasks if task.state == AWAITING), None)
            if waiting:
                break
            live.update(progress(tasks, time.monotonic() - began))
            time.sleep(POLL_S)
    tasks = airflow.task_states(dag_id, run_id)
    console.print(progress(tasks, time.monotonic() - began))
    if state == "failed":
        first = next((task for task in tasks if task.state == "failed"), None)
        reason = airflow.error_of(dag_id, run_id, first) if first else None
        raise StackError(failure(tasks, run_id, reason))
    return waiting


def progress(tasks: list[TaskState], elapsed_s: float) -> Table:
    """One line per task: how many of its instances are in which state."""
    states: dict[str, Counter[str]] = {}
    for task in tasks:
        states.setdefault(task.task_id, Counter())[task.state or "waiting"] += 1
    table = Table.grid(padding=(0, 2))
    for task_id, counts in states.items():
        table.add_row(f"  {task_id}", _counts(counts))
    table.add_row(f"  [dim]{elapsed_s:.0f} s[/]")
    return table


def failure(tasks: list[TaskState], run_id: str, reason: str | None) -> str:
    """Which tasks failed by themselves, the first one's reason, and where their logs are."""
    failed = [str(task) for task in tasks if task.state == "failed"]
    named = ", ".join(failed[:5]) + (f" and {len(failed) - 5} more" if len(failed) > 5 else "")
    where = f"Run {run_id} failed in {named or 'no task (see the run itself)'}; the logs are in Airflow's UI."
    return f"{where}\n{reason}" if reason else where


def shut_gate(waiting: TaskState, moved: str | None, url: str) -> str:
    """That nothing is published yet, what moved, and where to answer."""
    return "\n".join(
        [
            f"{waiting} waits for a person: the distribution gate has stopped publication. What moved:",
            moved or "see `almanac diff` with the ids of two runs, which `almanac runs` has.",
            f"Approve or reject under Required Actions: {url}",
        ]
    )


def _counts(counts: Counter[str]) -> Text:
    alone = sum(counts.values()) == 1
    parts = [
        Text(state if alone else f"{number} {state}", STYLES.get(state, "dim"))
        for state, number in counts.most_common()
    ]
    return Text("  ").join(parts)
