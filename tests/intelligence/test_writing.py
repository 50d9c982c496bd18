"""What is asked for per user, and what a user's row is made from."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from prose_facts import facts

from include.batch import runs
from include.batch.job import Run, RunRequest
from include.core.db import Connection
from include.intelligence import writing
from include.intelligence.models import Facts
from include.intelligence.prose import write
from include.llm import ledger
from include.llm.models import WriterSettings

SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"
BY_MESSAGES = WriterSettings("messages", (SONNET, HAIKU))
TONE = {"name": "tone", "variants": {"a": "weekly-1", "b": "weekly-1"}}


def week(user_id: int) -> Facts:
    return facts(user_id)._replace(user_id=user_id, sufficient=True)


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse, autocommit=True) as connection:
        yield connection


@pytest.fixture
def run(connection: Connection) -> Run:
    now = datetime(2026, 1, 5, tzinfo=UTC)
    return runs.open_run(connection, "weekly_intelligence", "2025-12-29", "job", RunRequest(), now)


def answer(connection: Connection, one: Facts, model: str) -> dict[str, Any]:
    """Put a text for these facts into the ledger."""
    (request, _), *_ = writing.requests_for(BY_MESSAGES, [one])
    told = write(one, "2025-12-29")._asdict() | {"headline": f"By {model}"}
    connection.execute(
        "INSERT INTO llm.answers (facts_key, model, prompt_version, answer, call_id) VALUES (%s, %s, %s, %s, 1)",
        (request.facts_key, model, request.prompt_version, json.dumps(told)),
    )
    return told


def fall(connection: Connection, run: Run, one: Facts, reason: str) -> None:
    (request, _), *_ = writing.requests_for(BY_MESSAGES, [one])
    connection.execute(
        "UPDATE llm.requests SET status = 'fallen', reason = %s WHERE run_id = %s AND facts_key = %s",
        (reason, run.run_id, request.facts_key),
    )


def test_only_users_with_enough_data_are_asked_for() -> None:
    asked = writing.requests_for(BY_MESSAGES, [week(1), week(2)._replace(sufficient=False)])
    assert [request.user_id for request, _ in asked] == [1]


def test_the_template_asks_nothing_and_tells_nothing(connection: Connection, run: Run) -> None:
    assert writing.settings_of(connection, run) == WriterSettings()
    assert writing.texts(connection, run, WriterSettings(), [week(1)]) == {}


def test_the_writer_stays_as_frozen_with_the_run(connection: Connection, run: Run) -> None:
    ledger.choose_writer(connection, "weekly_intelligence", BY_MESSAGES._replace(experiment=TONE))
    runs.note(connection, run, writer=ledger.settings_of(connection, "weekly_intelligence")._asdict())
    ledger.choose_writer(connection, "weekly_intelligence", WriterSettings("template"))
    assert writing.settings_of(connection, run) == BY_MESSAGES._replace(experiment=TONE)


def test_each_user_gets_the_model_s_words_or_the_reason_why_not(connection: Connection, run: Run) -> None:
    people = [week(user_id) for user_id in (1, 2, 3)]
    assert writing.ask_for(connection, run, BY_MESSAGES, people) == 3
    assert writing.ask_for(connection, run, BY_MESSAGES, people) == 0, "a retried task asks for nothing new"
    told = answer(connection, people[0], HAIKU)
    fall(connection, run, people[1], "budget")
    late = week(4)  # whose data came after the asking
    found = writing.texts(connection, run, BY_MESSAGES, [*people, late])
    assert found[1].prose is not None
    assert (found[1].prose.headline, found[1].writer) == (told["headline"], HAIKU)
    assert (found[2].prose, found[2].writer, found[2].reason) == (None, "template", "budget")
    assert found[4].reason == writing.NEVER_ASKED


def test_a_known_text_is_not_asked_for_again(connection: Connection, run: Run) -> None:
    one = week(1)
    answer(connection, one, SONNET)
    assert writing.ask_for(connection, run, BY_MESSAGES, [one]) == 0
    assert writing.texts(connection, run, BY_MESSAGES, [one])[1].cost_usd == 0.0


def test_a_variant_is_recorded_with_every_text_and_stays_with_the_user(
    connection: Connection, run: Run
) -> None:
    people = [week(user_id) for user_id in range(1, 41)]
    settings = BY_MESSAGES._replace(experiment=TONE)
    found = writing.texts(connection, run, settings, people)
    assert {text.variant for text in found.values()} == {"a", "b"}
    assert found == writing.texts(connection, run, settings, people)
    assert {text.variant for text in writing.texts(connection, run, BY_MESSAGES, people).values()} == {None}
