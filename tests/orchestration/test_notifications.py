"""Mail to the administrator, through a real SMTP connection to a mailbox of our own."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from tests.mail import Mailbox, mail_connection, text_of

RUN = "manual__2016-05-02 <b>"
PERSON = "1503960366"


@pytest.fixture
def mailbox(mail_server: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """An empty mailbox that connection almanac_smtp leads to."""
    monkeypatch.setenv("AIRFLOW_CONN_ALMANAC_SMTP", json.dumps(mail_connection(mail_server)))
    mail_server.rest()
    return mail_server


def failure_context(*, task_id: str = "close_run", **more: Any) -> dict[str, Any]:
    """What a task's failure callback is called with, as far as mails use it."""
    from airflow.sdk import DAG
    from airflow.sdk.execution_time.context import VariableAccessor

    return {
        "dag": DAG("weekly_intelligence", schedule=None),  # its template environment is strict and sandboxed
        "ti": SimpleNamespace(task_id=task_id),
        "run_id": RUN,
        "var": {"value": VariableAccessor(deserialize_json=False)},
        **more,
    }


def send(context: dict[str, Any]) -> None:
    from include.orchestration.notifications import failure_mail

    failure_mail()(context)


def test_a_failed_run_is_told_with_its_reason(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    monkeypatch.setenv("AIRFLOW_VAR_ALMANAC_ADMIN_EMAIL", "ops@example.org, second@example.org")
    send(failure_context(exception=AirflowFailException("only 3 of 10 users < 80 % succeeded")))
    mail = mailbox.next(bound_s=5)
    assert mail["To"] == "ops@example.org, second@example.org"
    assert mail["From"] == "almanac@localhost"
    assert mail["Subject"] == f"Almanac: weekly_intelligence failed ({RUN})"
    said = text_of(mail)
    assert "only 3 of 10 users &lt; 80 % succeeded" in said
    assert "Task close_run of run manual__2016-05-02 &lt;b&gt;" in said
    assert "docs/operations.md" in said


def test_our_own_errors_are_quoted(mailbox: Mailbox) -> None:
    from include.batch.outcomes import OutcomesDoNotAddUp

    send(failure_context(exception=OutcomesDoNotAddUp("2 users were lost")))
    assert "2 users were lost" in text_of(mailbox.next(bound_s=5))


def test_without_a_named_administrator_the_mail_goes_to_the_local_one(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_VAR_ALMANAC_ADMIN_EMAIL", raising=False)
    send(failure_context(exception=RuntimeError()))
    assert mailbox.next(bound_s=5)["To"] == "almanac-admin@localhost"


def test_what_a_driver_quotes_stays_out_of_the_mail(mailbox: Mailbox, warehouse: str) -> None:
    """PostgreSQL's own words hold the values that it refused."""
    twice = "INSERT INTO app.users (external_id) VALUES (%(person)s), (%(person)s)"
    with psycopg.connect(warehouse) as connection, pytest.raises(psycopg.Error) as caught:
        connection.execute(twice, {"person": PERSON})
    assert PERSON in str(caught.value)
    send(failure_context(exception=caught.value))
    said = text_of(mailbox.next(bound_s=5))
    assert "UniqueViolation" in said
    assert PERSON not in said


def test_a_task_that_was_killed_is_told_too(mailbox: Mailbox) -> None:
    """Then the DAG processor calls, and its context has no exception."""
    send(failure_context(task_id="report_failures"))
    said = text_of(mailbox.next(bound_s=5))
    assert "ended without a word" in said
    assert "report_failures" in said


async def payloads_of(trigger: Any) -> list[dict[str, Any]]:
    return [event.payload async for event in trigger.run()]


@pytest.mark.parametrize("context", [{"dag_id": "weekly_intelligence", "dag_run_id": RUN}, None])
def test_a_missed_deadline_is_told_by_the_way_that_airflow_calls(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, context: dict[str, Any] | None
) -> None:
    from airflow.api_fastapi.core_api.datamodels.dag_run import DAGRunResponse
    from airflow.triggers.callback import CallbackTrigger

    from include.orchestration.defaults import batch_deadline

    monkeypatch.setenv("AIRFLOW_VAR_ALMANAC_ADMIN_EMAIL", "ops@example.org")
    called = {"context": {"dag_run": context}} if context else {}
    assert set(context or {}) <= DAGRunResponse.model_fields.keys()
    trigger = CallbackTrigger(batch_deadline().callback.path, called)
    states = asyncio.run(payloads_of(trigger))
    assert [state["state"] for state in states] == ["running", "success"], states
    mail = mailbox.next(bound_s=5)
    name = f"weekly_intelligence {RUN}" if context else "a batch"
    assert (mail["To"], mail["Subject"]) == ("ops@example.org", f"Almanac: {name} missed its deadline")
    assert "It goes on" in text_of(mail)
    assert "<b>" not in text_of(mail).removeprefix(str(mail["Subject"]))


def test_an_unreachable_mail_server_is_an_error_in_the_log(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow logs what a callback raises; the task's own failure stands."""
    from include.local import processes

    nobody = Mailbox(processes.free_port())
    monkeypatch.setenv("AIRFLOW_CONN_ALMANAC_SMTP", json.dumps(mail_connection(nobody)))
    with pytest.raises(OSError, match="refused"):
        send(failure_context(exception=RuntimeError()))
