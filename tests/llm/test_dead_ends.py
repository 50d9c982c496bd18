"""What a model could not write truly is not paid for again; a connection without a key pays nothing."""

from collections.abc import Callable
from typing import Any

import anthropic
import pytest

from include.core.db import Connection
from include.llm import batches, messages
from include.llm.models import WriterSettings
from tests.llm.conftest import LADDER
from tests.llm.notes import JOB

SONNET, HAIKU = LADDER


def test_a_rerun_does_not_pay_to_fail_again(
    ask: Callable[..., list[str]], order: Any, write: Any, stand: Any, bill: Any
) -> None:
    """Both attempts of both models gave false texts; the next run of the same facts asks for nothing."""
    order(ungrounded={}, stubborn={})
    ask(3, run_id=1)
    write(run_id=1)
    before = bill()
    assert before["requests"] == 3 * 4
    ask(3, run_id=2)
    assert stand(run_id=2) == {("fallen", 2, "ungrounded"): 3}
    assert write(run_id=2) == []
    assert bill() == before


def test_a_rerun_begins_at_the_rung_that_is_not_known_to_fail(
    ask: Callable[..., list[str]], order: Any, write: Any, stand: Any, connection: Connection
) -> None:
    order(ungrounded={"model": SONNET}, stubborn={"model": SONNET})
    ask(2, run_id=1)
    write(run_id=1)
    connection.execute("DELETE FROM llm.answers")
    ask(2, run_id=2)
    assert stand(run_id=2) == {("pending", 1, "ungrounded"): 2}


@pytest.mark.parametrize("writer", ["messages", "batches"])
def test_without_a_key_everybody_falls_to_the_template_and_nothing_is_spent(
    ask: Callable[..., list[str]],
    connection: Connection,
    provider: str,
    stand: Any,
    writer: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import asyncio
    from datetime import UTC, datetime

    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    settings = WriterSettings(writer, LADDER)  # type: ignore[arg-type]
    ask(5)
    if writer == "messages":
        sdk = anthropic.AsyncAnthropic(base_url=provider)
        asyncio.run(messages.write_all(connection, 1, JOB, settings, sdk))
    else:
        one = anthropic.Anthropic(base_url=provider)
        step = batches.advance(connection, 1, JOB, settings, one, now=datetime.now(UTC))
        assert step.done
    assert {(status, reason) for status, _, reason in stand(run_id=1)} == {("fallen", "denied")}
    spent = connection.execute("SELECT DISTINCT reserved_usd + spent_usd FROM llm.budgets").fetchall()
    assert [float(row[0]) for row in spent] == [0.0]
