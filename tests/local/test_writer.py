"""`almanac writer`: choosing who writes, and being refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from include.core.db import connect
from include.core.settings import Settings
from include.llm import ledger
from include.llm.models import WriterSettings
from include.local import provider
from include.local.cli import app
from include.local.commands import writer
from include.local.processes import StackError

JOB = "weekly_intelligence"
KEY = json.dumps({"conn_type": "anthropic", "password": "k"})
Command = Callable[..., Result]


@pytest.fixture
def almanac(monkeypatch: pytest.MonkeyPatch, warehouse: str, tmp_path: Path) -> Command:
    """almanac(*arguments) on an empty warehouse, by a caller who has an Anthropic key."""
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
    monkeypatch.setenv("ALMANAC_DATABASE_URL", warehouse)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv(provider.CONNECTION, KEY)
    return lambda *arguments: CliRunner().invoke(app, ["writer", *arguments])


def chosen(warehouse: str) -> WriterSettings:
    with connect(warehouse) as connection:
        return ledger.settings_of(connection, JOB)


def test_template_is_what_holds_until_somebody_chooses(almanac: Command, warehouse: str) -> None:
    output = almanac(JOB).output
    assert "template" in output and "offline, free" in output
    assert chosen(warehouse) == WriterSettings()


def test_what_is_not_named_stays(almanac: Command, warehouse: str) -> None:
    test = json.dumps({"name": "tone", "variants": {"plain": "weekly-1"}})
    first = ("messages", "--model", "claude-haiku-5-5", "--run-cap", "2.5", "--experiment", test)
    assert almanac(JOB, *first).exit_code == 0
    output = almanac(JOB, "batches", "--day-cap", "9", "--in-flight", "7", "--queue-limit", "50").output
    assert "$2.50 a run, $9.00 a UTC day" in output and "50 requests in batches" in output
    now = chosen(warehouse)
    assert now[:5] == ("batches", ("claude-haiku-5-5",), 2.5, 9.0, 7)
    assert now.experiment == {"name": "tone", "variants": {"plain": "weekly-1"}}
    almanac(JOB, "template", "--experiment", "none")
    assert chosen(warehouse) == now._replace(writer="template", experiment=None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no_such_job"], "there is: hourly_coaching, weekly_intelligence"),
        ([JOB, "gpt"], "use one of template, messages, batches"),
        ([JOB, "messages", "--model", "claude-unheard-of"], "has no price"),
        ([JOB, "--experiment", "tone"], "--experiment is JSON like"),
        ([JOB, "--experiment", '{"name": "tone", "variants": {}}'], "at least one variant"),
        ([JOB, "--experiment", '{"name": "tone", "variants": {"a": "weekly-x"}}'], "no prompt 'weekly-x'"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    almanac: Command, warehouse: str, arguments: list[str], says: str
) -> None:
    result = almanac(*arguments)
    assert isinstance(result.exception, StackError) and says in str(result.exception)
    assert chosen(warehouse) == WriterSettings()


@pytest.mark.parametrize("name", ["messages", "batches"])
def test_no_model_where_nobody_could_be_asked(
    almanac: Command,
    warehouse: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    monkeypatch.delenv(provider.CONNECTION)
    result = almanac(JOB, name)
    assert "almanac up --provider fake" in str(result.exception)
    assert chosen(warehouse).writer == "template"
    assert almanac(JOB, "template", "--run-cap", "1").exit_code == 0
    writer.note_missing_provider(Settings())
    assert capsys.readouterr().out == ""  # nothing is missing for a template
    with connect(warehouse) as connection:
        ledger.choose_writer(connection, JOB, WriterSettings(name))  # type: ignore[arg-type]  # one of two
    writer.note_missing_provider(Settings())
    assert f"is {name}, but nobody is there to ask" in capsys.readouterr().out
    monkeypatch.setenv("ALMANAC_AIRFLOW_URL", "http://127.0.0.1:9")  # its connection cannot be seen
    assert "cannot be seen from here" in almanac(JOB, name).output
    assert chosen(warehouse).writer == name
