"""`almanac estimate` and `almanac costs` of a job whose texts are conversations."""

from datetime import UTC, datetime

import pytest
from rich.console import Console

from include.coaching.job import JOB
from include.core.db import connect
from include.core.periods import Hour
from include.llm import accounts
from include.local.commands import estimate
from include.local.commands.costs import costs_page
from include.local.processes import StackError
from tests.coaching.people import Person, fill, moment
from tests.coaching.talks import SETTINGS, TICK, ask, end, send, write

NOW = datetime(2026, 3, 4, 8, 30, tzinfo=UTC)


def page(url: str) -> tuple[estimate.Draft, str]:
    console = Console(width=140, record=True, file=None, quiet=True)
    hour = Hour.parse(TICK)
    with connect(url) as connection:
        found = estimate.draft(connection, JOB.name, hour, SETTINGS, NOW, 20_000)
        usual = accounts.usual_usage(connection, estimate.PROMPTS[JOB.name])
    priced = [estimate.price(model, found, usual) for model in SETTINGS.models]
    with console.capture() as said:
        console.quiet = False
        console.print(estimate.estimate_page(hour, SETTINGS, found, priced, None))
    return found, said.get()


def test_two_calls_a_user_are_estimated_and_none_for_what_is_written(warehouse: str, provider: str) -> None:
    fill(warehouse, [Person(number, due=moment(TICK)) for number in range(1, 5)])
    fill(warehouse, [Person(9, due=moment(TICK))], ("I want to kill myself.",))
    fill(warehouse, [Person(10, preference="evening", due=moment(TICK))])
    found, said = page(warehouse)
    assert (found.eligible, found.with_enough_data) == (6, 4), (
        "neither whom the screen holds back nor who waits"
    )
    assert found.to_write == 2 * found.texts
    assert f"{JOB.name} {TICK}" in said
    asked = ask(warehouse)
    write(asked, provider)
    end(asked)
    assert page(warehouse)[0].to_write == 0


def test_costs_of_a_tick_can_be_read(warehouse: str, provider: str) -> None:
    fill(warehouse, [Person(number, due=moment(TICK)) for number in range(1, 4)])
    asked = ask(warehouse)
    write(asked, provider)
    send(asked)
    console = Console(width=160)
    with connect(warehouse) as connection, console.capture() as said:
        found = accounts.spending_runs(connection, None)
        console.print(costs_page(connection, found, found[:1]))
    assert "coaching-1/simulation-1" in said.get()
    assert TICK in said.get()


def test_an_hour_is_asked_for_where_it_is_missing() -> None:
    with pytest.raises(StackError, match="--hour"):
        estimate._period(JOB.name, "2026-03-02", None)
    with pytest.raises(StackError, match="--week"):
        estimate._period("weekly_intelligence", None, TICK)
