"""A message and its simulation by a model, over the real SDK: written, judged, revised once, paid once."""

import asyncio
import json
from typing import Any

import anthropic
import psycopg
import pytest

from include.coaching.conversation import WRITING, follow, requests_for
from include.coaching.models import Action
from include.coaching.prompting import PROMPT_VERSION, document, prompt
from include.llm import ledger, messages, prices
from include.llm.client import facts_key
from include.llm.models import Request
from include.local import fake_provider
from tests.coaching.generated import messages as generated
from tests.coaching.people import Person, fill, moment, rows
from tests.coaching.talks import HAIKU, SETTINGS, SONNET, TICK, ask, end, kept, send, write

SIMULATION = f"{PROMPT_VERSION}/simulation-1"
GOOD = {"message": "You ran although the night was poor, and that counts. What helped you out of the door?",
        "push_notification_text": "A short note is waiting for you."}  # fmt: skip


def judged(rating: int, action: str = "SEND_MESSAGE") -> dict[str, Any]:
    return {
        "effectiveness_rating": rating,
        "recommended_action": action,
        "reason": "Begin with what went well.",
    }


def bill(provider: str) -> dict[str, Any]:
    return dict(fake_provider.control(provider, "bill"))


def order(provider: str, **faults: Any) -> None:
    fake_provider.control(provider, "faults", faults)


def people(url: str, count: int) -> None:
    """Users who are due, each with a journal of their own."""
    for number in range(1, count + 1):
        entries = (
            f"Walked {number + 20} minutes to the office, and that helped.",
            "Dinner with my sister. Slept badly.",
        )
        fill(url, [Person(number, due=moment(TICK))], entries)


# ------------------------------------------------------------------ what follows from what


@pytest.fixture(scope="module")
def opening() -> Request:
    made = next(generated(1, days=1))
    ((request, variant),) = requests_for(SETTINGS, [(made.context, made.choice)])
    assert variant is None
    assert json.loads(request.facts) == json.loads(json.dumps(document(made.context, made.choice)))
    return request


def after(request: Request, answer: dict[str, Any]) -> Request:
    found = follow(request, answer, "")
    assert found is not None
    return found


def test_a_message_is_followed_by_its_simulation(opening: Request) -> None:
    asked = after(opening, GOOD)
    assert asked.prompt_version == SIMULATION
    told = json.loads(asked.facts)
    assert told["message"] == GOOD
    assert told["facts"] == json.loads(opening.facts)["facts"]
    assert asked.facts_key == facts_key(asked.facts, prompt(SIMULATION))
    assert asked.user_id == opening.user_id


@pytest.mark.parametrize(
    ("answer", "revised"),
    [
        (judged(6), False),
        (judged(10), False),
        (judged(5), True),
        (judged(9, "REVISE_MESSAGE"), True),
        (judged(2, "REVISE_MESSAGE"), True),
        (judged(2, "SKIP_MESSAGE"), False),
    ],
)
def test_what_is_not_worth_sending_is_revised_once(opening: Request, answer: Any, revised: bool) -> None:
    simulation = after(opening, GOOD)
    then = follow(simulation, answer, "")
    assert (then is not None) is revised
    if then:
        assert then.prompt_version == PROMPT_VERSION
        told = json.loads(then.facts)
        assert told["refused"] == GOOD
        assert told["critique"]["reason"] == answer["reason"]
        last = after(then, GOOD)
        assert json.loads(last.facts)["attempt"] == 2
        assert follow(last, judged(1, "REVISE_MESSAGE"), "") is None


def test_the_variant_of_an_experiment_writes_the_revision_too(opening: Request) -> None:
    experiment = {"name": "tone", "variants": {"a": "coaching-1"}}
    made = next(generated(1, days=1))
    ((request, variant),) = requests_for(
        SETTINGS._replace(experiment=experiment), [(made.context, made.choice)]
    )
    assert (variant, request.facts_key) == ("a", opening.facts_key)
    assert after(after(request, GOOD), judged(3)).prompt_version == "coaching-1"


def test_what_a_stand_in_wrote_is_never_taken_for_another_providers(opening: Request) -> None:
    other, ours = follow(opening, GOOD, "fake"), follow(opening, GOOD, "")
    assert other and ours and other.facts_key != ours.facts_key


# ------------------------------------------------------------------ whole conversations


def test_everybody_due_gets_what_a_model_wrote_and_judged(warehouse: str, provider: str) -> None:
    people(warehouse, 25)
    asked = ask(warehouse)
    sent = write(asked, provider)
    assert send(asked)["problem"] is None
    found = kept(warehouse)
    assert {user for user, *_ in found} == set(range(1, 26))
    assert {(writer, simulator) for _, _, writer, _, simulator, *_ in found} == {(SONNET, SONNET)}
    assert {reason for _, _, _, reason, *_ in found} == {None}
    revised = {user for user, attempt, *_ in found if attempt == 2}
    assert 0 < len(revised) < 25, "some are revised"
    assert len(sent) == 2 * len(found) == bill(provider)["requests"]
    assert sum(row[-1] for row in found) == pytest.approx(bill(provider)["usd"], abs=1e-5)
    assert all(len(push) <= 120 and cost > 0 for *_, push, cost in found)
    assert rows(warehouse, "SELECT count(*) FROM app.journal_entries WHERE source = 'coaching'")[0][0] >= 15


def test_the_tick_again_costs_nothing_and_says_the_same(warehouse: str, provider: str) -> None:
    people(warehouse, 8)
    first = ask(warehouse)
    write(first, provider)
    paid = bill(provider)
    end(first)
    again = ask(warehouse)
    assert write(again, provider) == []
    assert bill(provider) == paid
    send(again)
    assert {writer for _, _, writer, *_ in kept(warehouse)} == {SONNET}


def test_killed_between_message_and_simulation_both_are_paid_once(warehouse: str, provider: str) -> None:
    people(warehouse, 6)
    asked = ask(warehouse)
    fake_provider.control(provider, "settings", {"latency": 0.05})

    async def die() -> None:
        with psycopg.connect(warehouse, autocommit=True) as connection:
            async with anthropic.AsyncAnthropic(api_key="k", base_url=provider) as sdk:
                settings = SETTINGS._replace(in_flight=2)
                work = asyncio.create_task(
                    messages.write_all(connection, asked.run.run_id, WRITING, settings, sdk)
                )
                while not _waiting_simulations(warehouse):
                    await asyncio.sleep(0.005)
                work.cancel()

    asyncio.run(die())
    before = bill(provider)["requests"]
    write(asked, provider)
    assert bill(provider)["paid_twice"] == 0
    assert before < bill(provider)["requests"]
    send(asked)
    found = kept(warehouse)
    assert {user for user, *_ in found} == set(range(1, 7))
    assert {writer for _, _, writer, *_ in found} <= {SONNET, HAIKU}, "a lost call goes to the next model"


def _waiting_simulations(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM llm.requests WHERE prompt_version = %s AND status = 'pending'",
            (SIMULATION,),
        ).fetchone()
    return bool(row and row[0])


def test_when_the_money_ends_in_the_middle_template_and_rules_go_on(warehouse: str, provider: str) -> None:
    people(warehouse, 20)
    cap = 1.6 * prices.most(SONNET, 6_000, 600, batch=False)
    asked = ask(warehouse, settings=SETTINGS._replace(models=(SONNET,), run_cap_usd=cap, in_flight=2))
    write(asked, provider)
    assert 0 < bill(provider)["usd"] <= cap
    assert send(asked)["problem"] is None
    found = kept(warehouse)
    assert {user for user, *_ in found} == set(range(1, 21))
    assert {writer for _, _, writer, *_ in found} == {SONNET, "template"}
    assert {reason for _, _, writer, reason, *_ in found if writer == "template"} <= {"budget", None}
    assert "rules" in {simulator for _, _, _, _, simulator, *_ in found}


@pytest.mark.parametrize(
    "nonsense",
    [
        '{"effectiveness_rating": 99, "recommended_action": "SEND_MESSAGE", "reason": "It is very good."}',
        '{"effectiveness_rating": 7, "recommended_action": "PUBLISH", "reason": "It is very good."}',
        '{"effectiveness_rating": "great", "recommended_action": "SEND_MESSAGE", "reason": "It is good."}',
        '{"effectiveness_rating": 8, "recommended_action": "SEND_MESSAGE", "reason": "See https://a.example"}',
        "I would send it.",
        "",
        "[]",
    ],
)
def test_where_a_simulation_is_nonsense_the_rules_simulate(
    warehouse: str, provider: str, nonsense: str
) -> None:
    people(warehouse, 2)
    order(provider, says={"text": nonsense, "asked": "effectiveness_rating"})
    asked = ask(warehouse)
    write(asked, provider)
    assert send(asked)["problem"] is None
    found = kept(warehouse)
    assert {user for user, *_ in found} == {1, 2}
    assert {simulator for _, _, _, _, simulator, *_ in found} == {"rules"}
    assert {writer for _, attempt, writer, *_ in found if attempt == 1} == {SONNET}
    assert all(1 <= rating <= 10 for _, _, _, _, _, rating, *_ in found)


def test_a_false_message_is_asked_for_again_then_of_the_next_model_then_the_template_writes(
    warehouse: str, provider: str
) -> None:
    people(warehouse, 3)
    order(provider, ungrounded={"asked": "message"}, stubborn={"asked": "message", "model": SONNET})
    asked = ask(warehouse)
    write(asked, provider)
    send(asked)
    found = kept(warehouse)
    assert {(writer, reason) for _, _, writer, reason, *_ in found} == {(HAIKU, "ungrounded")}


@pytest.mark.parametrize("fault", ["overloaded", "refusal", "authentication"])
def test_without_a_model_the_template_writes_and_says_why(warehouse: str, provider: str, fault: str) -> None:
    people(warehouse, 3)
    order(provider, **{fault: {}})
    asked = ask(warehouse)
    write(asked, provider)
    assert send(asked)["problem"] is None
    found = kept(warehouse)
    assert {user for user, *_ in found} == {1, 2, 3}
    assert {(writer, simulator) for _, _, writer, _, simulator, *_ in found} == {("template", "rules")}
    assert all(reason for _, attempt, _, reason, *_ in found if attempt == 1)


def test_a_skipped_message_is_a_success_without_one(warehouse: str, provider: str) -> None:
    people(warehouse, 2)
    skip = json.dumps(judged(2, "SKIP_MESSAGE"))
    order(provider, says={"text": skip, "asked": "effectiveness_rating"})
    asked = ask(warehouse)
    write(asked, provider)
    send(asked)
    assert rows(warehouse, "SELECT DISTINCT outcome FROM warehouse.coaching_schedule") == [("skipped",)]
    assert {failure for *_, failure, _, _, _ in kept(warehouse)} == {"skipped"}
    assert Action("SKIP_MESSAGE") is Action.SKIP


def test_a_user_whose_entry_is_held_back_is_not_spoken_of_to_a_model(warehouse: str, provider: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))], ("I want to kill myself.", "Quiet day in the garden."))
    fill(warehouse, [Person(2, due=moment(TICK))], ("Ran in the park with Clara.",))
    asked = ask(warehouse)
    sent = json.dumps(write(asked, provider))
    assert "park" in sent
    assert "garden" not in sent and "kill" not in sent


def test_what_the_ledger_knows_is_asked_for_up_to_the_first_open_step(warehouse: str, provider: str) -> None:
    people(warehouse, 4)
    first = ask(warehouse)
    write(first, provider)
    end(first)
    with psycopg.connect(warehouse, autocommit=True) as connection:
        connection.execute("DELETE FROM llm.answers WHERE prompt_version = %s", (SIMULATION,))
    again = ask(warehouse)
    sent = write(again, provider)
    forms = [set(one["output_config"]["format"]["schema"]["properties"]) for one in sent]
    assert sum("effectiveness_rating" in form for form in forms) >= 4
    assert all("message" not in form for form in forms), "messages, revised ones too, are in the ledger"
    with psycopg.connect(warehouse) as connection:
        assert ledger.pending(connection, again.run.run_id, 10, again.run.started_at) == []
