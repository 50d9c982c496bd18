"""Written down before it is sent, kept for good, and never sent twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from include.core.db import Connection
from include.llm import budget, ledger, prices
from include.llm.models import Outcome, Request, Result, Usage, WriterSettings
from tests.llm.notes import JOB

SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"
LADDER = (SONNET, HAIKU)
DAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 5, tzinfo=UTC)
GOOD = Result(Outcome.GROUNDED, Usage(100, 20), '{"text": "fine"}', {"text": "fine"})
FALSE = Result(Outcome.UNGROUNDED, Usage(100, 20), '{"text": "12"}', problems=["12 is not in the facts"])

Ask = Callable[..., list[str]]


def take(connection: Connection, run_id: int = 1, most: int = 100) -> list[ledger.Call]:
    """Write down a call for every waiting request, a cent each."""
    budget.open_caps(connection, run_id, DAY, WriterSettings(run_cap_usd=100, day_cap_usd=100))
    waiting = ledger.pending(connection, run_id, most, NOW)
    assert budget.reserve(connection, run_id, DAY, 0.01 * len(waiting))
    return ledger.write_down(connection, run_id, DAY, [(one, LADDER[one.rung], 0.01) for one in waiting])


def end(connection: Connection, calls: list[ledger.Call], result: Result, run_id: int = 1) -> None:
    ledger.settle(connection, run_id, [(call, result) for call in calls], 2, batch=False)


def rows(connection: Connection, query: str) -> list[Any]:
    return [row if len(row) > 1 else row[0] for row in connection.execute(query).fetchall()]


def test_a_call_stands_in_the_ledger_before_it_is_made(
    ask: Ask, write: Callable[..., list[Any]], warehouse: str, connection: Connection
) -> None:
    """Seen by another connection, at the moment of sending."""
    import asyncio

    import anthropic

    from include.llm import messages

    ask(8)
    seen: list[int] = []

    async def on_request(request: Any) -> None:
        with psycopg.connect(warehouse) as other:
            row = other.execute(
                "SELECT count(*) FROM llm.calls JOIN llm.requests USING (run_id, facts_key) "
                "WHERE calls.status = 'sent' AND requests.status = 'sent' AND position(facts IN %s) > 0",
                (request.content.decode().replace('\\"', '"'),),
            ).fetchone()
        seen.append(row[0] if row else 0)
        raise anthropic.AnthropicError("far enough")

    async def go() -> None:
        line = anthropic.DefaultAsyncHttpxClient(event_hooks={"request": [on_request]})
        async with anthropic.AsyncAnthropic(
            api_key="k", base_url="http://127.0.0.1:9", http_client=line
        ) as sdk:
            settings = WriterSettings("messages", LADDER, 100, 100, in_flight=4)
            await messages.write_all(connection, 1, JOB, settings, sdk)

    with pytest.raises(anthropic.AnthropicError):
        asyncio.run(go())
    assert seen
    assert set(seen) == {1}


def test_known_texts_cost_nothing_in_another_run_another_week_or_for_another_user(
    ask: Ask, write: Callable[..., list[Any]], connection: Connection, bill: Callable[[], Any]
) -> None:
    keys = ask(10, run_id=1)
    write(run_id=1)
    before = bill()
    ask(10, run_id=2)
    request = Request(keys[0], 4_711, "note-1", "{}")
    assert ledger.add_requests(connection, 3, [request], LADDER) == 0
    for run_id in (2, 3):
        assert write(run_id=run_id) == []
        assert ledger.pending(connection, run_id, 10, NOW) == []
        found = ledger.answers(connection, keys, LADDER)
        assert found.keys() == set(keys)
        assert ledger.spent(connection, run_id, keys) == {}
    assert bill() == before


def test_a_retried_task_asks_for_nothing_new(ask: Ask, connection: Connection) -> None:
    ask(5)
    calls = take(connection, most=2)
    ask(5)
    assert rows(connection, "SELECT status, count(*) FROM llm.requests GROUP BY 1 ORDER BY 1") == [
        ("pending", 3),
        ("sent", 2),
    ]
    assert len(calls) == 2


def test_users_with_equal_facts_share_one_text(connection: Connection) -> None:
    twins = [Request("same", user_id, "note-1", "{}") for user_id in (1, 2)]
    assert ledger.add_requests(connection, 1, twins, LADDER) == 1


def test_what_was_sent_is_not_sent_again_even_by_a_state_gone_wrong(ask: Ask, connection: Connection) -> None:
    """The second wall: one call for a text, a model and an attempt, unless it was free."""
    ask(3)
    assert len(take(connection)) == 3
    connection.execute("UPDATE llm.requests SET status = 'pending'")
    assert take(connection) == []
    connection.execute("UPDATE llm.calls SET status = 'free'")
    assert len(take(connection)) == 3
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            "INSERT INTO llm.calls (run_id, facts_key, user_id, model, prompt_version, attempt, day, reserved_usd) "
            "SELECT run_id, facts_key, user_id, model, prompt_version, attempt, day, 0 FROM llm.calls "
            "WHERE status = 'sent'"
        )


def test_the_next_attempt_and_the_next_model_are_other_calls(ask: Ask, connection: Connection) -> None:
    ask(1)
    for wanted in ((0, 0), (0, 1), (1, 0), (1, 1)):
        (call,) = take(connection)
        assert (call.request.rung, call.request.attempt) == wanted
        end(connection, [call], FALSE)
    assert rows(connection, "SELECT status, reason FROM llm.requests") == [("fallen", "ungrounded")]
    assert take(connection) == []


def test_an_answer_is_recorded_whole(ask: Ask, connection: Connection) -> None:
    (key,) = ask(1)
    (call,) = take(connection)
    result = GOOD._replace(usage=Usage(100, 20, 300, 50), latency_ms=1_234)
    end(connection, [call], result)
    cost = prices.cost(SONNET, Usage(100, 20, 300, 50), batch=False)
    assert rows(
        connection,
        "SELECT status, reason, model, prompt_version, cost_usd::float8, input_tokens, output_tokens, "
        "cache_read_tokens, cache_write_tokens, latency_ms, settled_at IS NOT NULL FROM llm.calls",
    ) == [("answered", "grounded", SONNET, "note-1", cost, 100, 20, 300, 50, 1_234, True)]
    assert ledger.answers(connection, [key], LADDER) == {key: ledger.Answered(SONNET, {"text": "fine"})}
    assert ledger.spent(connection, 1, [key]) == {key: cost}
    assert rows(connection, "SELECT DISTINCT reserved_usd = 0, spent_usd::float8 FROM llm.budgets") == [
        (True, cost)
    ]


@pytest.mark.parametrize(
    ("result", "status", "spent"),
    [
        (GOOD, "answered", prices.cost(SONNET, Usage(100, 20), batch=False)),
        (FALSE, "refused", prices.cost(SONNET, Usage(100, 20), batch=False)),
        (Result(Outcome.LOST), "lost", 0.01),
        (Result(Outcome.OVERLOADED), "free", 0.0),
        (Result(Outcome.REJECTED), "free", 0.0),
        (Result(Outcome.SPEND_LIMIT), "free", 0.0),
    ],
)
def test_what_each_end_costs(
    ask: Ask, connection: Connection, result: Result, status: str, spent: float
) -> None:
    ask(1)
    end(connection, take(connection), result)
    assert rows(connection, "SELECT status, cost_usd::float8 FROM llm.calls") == [(status, spent)]
    assert rows(connection, "SELECT DISTINCT reserved_usd::float8, spent_usd::float8 FROM llm.budgets") == [
        (0.0, spent)
    ]


def test_a_dead_process_calls_are_spent_and_go_down_once(ask: Ask, connection: Connection) -> None:
    ask(4)
    end(connection, take(connection, most=1), GOOD)
    take(connection, most=2)
    assert ledger.lose_unsettled(connection, 1, 2) == 2
    assert ledger.lose_unsettled(connection, 1, 2) == 0
    assert rows(
        connection, "SELECT status, rung, reason, count(*) FROM llm.requests GROUP BY 1, 2, 3 ORDER BY 1, 2"
    ) == [("answered", 0, None, 1), ("pending", 0, None, 1), ("pending", 1, "lost", 2)]


def test_another_runs_calls_are_left_alone(ask: Ask, connection: Connection) -> None:
    ask(2, run_id=1)
    ask(2, run_id=2, first=10)
    take(connection, 1)
    take(connection, 2)
    assert ledger.lose_unsettled(connection, 1, 2) == 2
    assert len(ledger.unsettled(connection, 2)) == 2


def test_the_first_paid_text_stays(ask: Ask, connection: Connection) -> None:
    (key,) = ask(1)
    end(connection, take(connection), GOOD)
    connection.execute("DELETE FROM llm.requests")
    ask_again = Request(key, 1, "note-1", "{}")
    connection.execute("INSERT INTO llm.requests (run_id, facts_key, user_id, prompt_version, facts) "
                       "VALUES (2, %s, 1, 'note-1', '{}')", (key,))  # fmt: skip
    calls = take(connection, 2)
    end(connection, calls, GOOD._replace(answer={"text": "other"}), run_id=2)
    assert ledger.answers(connection, [ask_again.facts_key], LADDER)[key].answer == {"text": "fine"}


def test_a_better_models_text_is_preferred_and_a_model_that_left_the_ladder_is_not_used(
    ask: Ask, connection: Connection
) -> None:
    (key,) = ask(1)
    end(connection, take(connection), FALSE)
    end(connection, take(connection), FALSE)
    end(connection, take(connection), GOOD._replace(answer={"text": "cheap"}))
    assert ledger.answers(connection, [key], LADDER)[key].model == HAIKU
    assert ledger.answers(connection, [key], [SONNET]) == {}
    connection.execute(
        "INSERT INTO llm.answers (facts_key, model, prompt_version, answer, call_id) "
        "VALUES (%s, %s, 'note-1', '{\"text\": \"dear\"}', 1)",
        (key, SONNET),
    )
    assert ledger.answers(connection, [key], LADDER)[key].answer == {"text": "dear"}
    assert ledger.answers(connection, [key], [HAIKU, SONNET])[key].answer == {"text": "cheap"}


def test_a_free_failure_waits_and_keeps_its_place(ask: Ask, connection: Connection) -> None:
    ask(1)
    (call,) = take(connection)
    later = NOW + timedelta(seconds=30)
    overloaded = Result(Outcome.OVERLOADED)
    ledger.settle(connection, 1, [(call, overloaded)], 2, batch=False, again_at=lambda _: later)
    assert ledger.pending(connection, 1, 10, NOW) == []
    assert ledger.next_due(connection, 1) == later
    (again,) = ledger.pending(connection, 1, 10, later)
    assert (again.rung, again.attempt, again.failures) == (0, 0, 1)


def test_texts_that_came_by_another_run_are_not_asked_for_again(ask: Ask, connection: Connection) -> None:
    ask(2, run_id=1)
    ask(2, run_id=2)
    end(connection, take(connection, 1), GOOD)
    ledger.mark_known(connection, 2, JOB, WriterSettings(models=LADDER))
    assert ledger.pending(connection, 2, 10, NOW) == []


def test_settings_come_back_as_chosen_and_a_model_without_a_price_is_refused(connection: Connection) -> None:
    assert ledger.settings_of(connection, "weekly").writer == "template"
    chosen = WriterSettings(
        "batches", (HAIKU,), 1.5, 2.5, 7, {"name": "tone", "variants": {"a": "1", "b": "2"}}
    )
    ledger.choose_writer(connection, "weekly", chosen)
    assert ledger.settings_of(connection, "weekly") == chosen
    ledger.choose_writer(connection, "weekly", chosen._replace(experiment=None))
    assert ledger.settings_of(connection, "weekly").experiment is None
    with pytest.raises(prices.UnknownModel, match="claude-unheard-of"):
        ledger.choose_writer(connection, "weekly", chosen._replace(models=("claude-unheard-of",)))
