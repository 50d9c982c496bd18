"""What every DAG must be like; a new one is held to it by standing in dags/."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from include.core.settings import PROJECT
from include.local.airflow_components import settings_file
from include.orchestration import dag_docs

EXPECTED = {
    "coaching_calibration",
    "content_gaps",
    "engagement_analytics",
    "hourly_coaching",
    "learner_streaks",
    "monthly_leaderboard",
    "monthly_learner_reports",
    "question_health",
    "refresh_leaderboards",
    "retry_failed_users",
    "review_reminders",
    "weekly_intelligence",
    "weekly_intelligence_second_wave",
    "weekly_leaderboard",
    "weekly_leaderboard_closing",
    "weekly_leaderboard_restated",
}
FILES = sorted((PROJECT / "dags").glob("*.py"))
WAITS_FOR_A_PERSON = {"approve_publication"}  # deferred, with a response time-out of its own
HEAVY = ("numpy", "pandas", "pyarrow", "scipy", "great_expectations", "sqlalchemy", "anthropic")
READS_AT_PARSE = """
import json, sys
from unittest.mock import patch
from airflow.dag_processing.dagbag import DagBag
from airflow.models import Connection, Variable
from airflow.sdk import Connection as SdkConnection, Variable as SdkVariable
from airflow.sdk.bases.hook import BaseHook

def refuse(*args, **kwargs):
    raise AssertionError("a connection or variable was read while parsing")

of_airflow = set(sys.modules)
with (
    patch.object(Variable, "get", refuse), patch.object(SdkVariable, "get", refuse),
    patch.object(Connection, "get_connection_from_secrets", refuse), patch.object(SdkConnection, "get", refuse),
    patch.object(BaseHook, "get_connection", refuse),
):
    bag = DagBag(sys.argv[1])
print(json.dumps({"errors": bag.import_errors, "new": sorted(set(sys.modules) - of_airflow)}))
"""


@pytest.fixture(scope="module")
def all_tasks(dags: dict[str, Any]) -> list[Any]:
    return [task for dag in dags.values() for task in dag.tasks]


def test_exactly_the_expected_dags(dags: dict[str, Any]) -> None:
    """Files that do not import have raised already: see load_dags."""
    assert set(dags) == EXPECTED == {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_function_and_dag_have_one_name(path: Path, dags: dict[str, Any]) -> None:
    decorated = [
        node.name
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    ]
    assert decorated == [path.stem]
    assert Path(dags[path.stem].fileloc) == path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_is_wiring_only(path: Path) -> None:
    """Task bodies of three statements or fewer, a docstring apart, and a file that fits one screen or two."""
    assert len(path.read_text().splitlines()) < 80
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        bare = [node for node in function.body if not isinstance(node, ast.FunctionDef)]
        assert len(bare) <= 3 + (ast.get_docstring(function) is not None), function.name


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_dag_says_what_its_operator_needs(name: str, dags: dict[str, Any]) -> None:
    from include.orchestration.defaults import DEFAULT_ARGS, OWNER, Tag

    dag = dags[name]
    for word in ("Reads", "Writes", "re-run"):
        assert word.lower() in dag.doc_md.lower(), f"the documentation of {name} does not say: {word}"
    assert dag.default_args == DEFAULT_ARGS
    assert dag.owner == OWNER
    assert dag.tags, f"{name} has no tag"
    assert all(isinstance(tag, Tag) for tag in dag.tags)
    assert not dag.catchup
    assert [key for key in dag.params if not dag.params.get_param(key).description] == []


def test_every_task_is_bounded_and_retried_by_the_one_policy(all_tasks: list[Any]) -> None:
    from include.orchestration.defaults import RETRY_POLICY

    unbounded = {task.task_id for task in all_tasks if task.execution_timeout is None}
    assert unbounded == WAITS_FOR_A_PERSON
    for task in all_tasks:
        assert task.retry_policy is RETRY_POLICY, task.task_id
        if task.task_id in WAITS_FOR_A_PERSON:
            assert task.response_timeout is not None


def test_the_retry_policy_names_exceptions_that_exist() -> None:
    """A rule is a dotted path: one that leads nowhere would never match."""
    from importlib import import_module

    from include.orchestration.defaults import RETRY_POLICY

    for rule in RETRY_POLICY.rules:
        named = rule.exception if isinstance(rule.exception, list | tuple) else [rule.exception]
        for path in named:
            module, _, name = path.rpartition(".")
            assert issubclass(getattr(import_module(module), name), Exception)


def test_pools_are_those_of_the_settings_file(all_tasks: list[Any]) -> None:
    declared = {pool["pool_name"] for pool in settings_file()["pools"]}
    assert {task.pool for task in all_tasks} - {"default_pool"} == declared


def test_tasks_are_named_by_verb_and_object(all_tasks: list[Any]) -> None:
    one_word = {"publish"}  # its object is the DAG itself
    for name in {task.task_id for task in all_tasks} - one_word:
        verb, _, object_ = name.partition("_")
        assert verb and object_, name


def test_the_administrator_is_told_when_a_run_fails(dags: dict[str, Any]) -> None:
    for name, dag in dags.items():
        (last,) = dag.leaves
        assert last.has_on_failure_callback, f"{name} fails in silence"


@pytest.mark.parametrize("name", ["weekly_intelligence", "weekly_intelligence_second_wave"])
def test_batches_publish_an_asset_and_have_a_deadline(name: str, dags: dict[str, Any]) -> None:
    from include.orchestration.defaults import BRIEFS_PUBLISHED

    outlets = {task.task_id: task.outlets for task in dags[name].tasks if getattr(task, "outlets", None)}
    assert outlets == {"publish": [BRIEFS_PUBLISHED]}
    assert dags[name].deadline
    assert dags[name].schedule.key_format == "%Y-%m-%d"


@pytest.mark.parametrize("name", ["weekly_intelligence", "weekly_intelligence_second_wave"])
def test_nobody_alters_the_staged_tables_while_they_are_judged(name: str, dags: dict[str, Any]) -> None:
    """The judge holds them over two connections: a lock that is asked for between them is never given."""
    assert "index_results" in dags[name].get_task("judge_batch").upstream_task_ids
    assert "index_results" in dags[name].get_task("publish").upstream_task_ids


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_dags_serialise(name: str, dags: dict[str, Any]) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    written = json.loads(json.dumps(DagSerialization.to_dict(dags[name])))
    assert DagSerialization.from_dict(written).task_dict.keys() == dags[name].task_dict.keys()


def test_parsing_reads_nothing_and_loads_nothing_heavy(tmp_path: Path) -> None:
    """In a fresh process, since each mapped task parses its file again."""
    done = subprocess.run(
        [sys.executable, "-c", READS_AT_PARSE, str(PROJECT / "dags")],
        env={**os.environ, **dag_docs.parse_environment(tmp_path), "PYTHONPATH": str(PROJECT)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["errors"] == {}
    assert [name for name in found["new"] if name.partition(".")[0] in HEAVY] == []
    assert "include.orchestration.defaults" in found["new"]


def test_the_page_of_dags_is_current(dags: dict[str, Any]) -> None:
    written = dag_docs.PAGE.read_text() if dag_docs.PAGE.is_file() else ""
    assert written == dag_docs.page([dags[name] for name in sorted(dags)]), "run `make docs`"


def test_a_stale_page_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dag_docs, "PAGE", tmp_path / "DAGs.md")
    monkeypatch.setattr(dag_docs, "load_dags", list)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    assert dag_docs.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err
    assert dag_docs.main([]) == 0
    assert dag_docs.main(["--check"]) == 0


def test_a_key_as_people_write_it_is_one_that_airflow_takes(dags: dict[str, Any]) -> None:
    """The key of a job's period has the form of its DAG's timetable, and parses back to the same period."""
    from datetime import UTC, datetime

    from include.jobs import JOBS, load_job

    for name in JOBS:
        timetable = dags[name].timetable
        period = load_job(name).period.due(datetime(2015, 11, 9, 6, tzinfo=UTC))
        read = datetime.strptime(period.key, timetable.key_format).replace(tzinfo=UTC)
        assert read.strftime(timetable.key_format) == period.key, name
        assert load_job(name).period.parse(read.strftime(timetable.key_format)) == period
