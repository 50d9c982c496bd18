"""What a model is shown, and what is refused of what it answers."""

import gzip
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from include.coaching import checks, prompting
from include.coaching.context import build
from include.coaching.models import PUSH_LENGTH, Due, Entry, Insight, Plan, Source
from include.coaching.orders import without_orders
from include.coaching.prompting import CoachingAnswer, SimulationAnswer, as_text, document, prompt
from include.coaching.rules.message_type import choose
from include.llm.client import body, schema_of
from include.llm.models import Request, WritingJob
from include.local.fake_provider.wire import check_schema
from tests.coaching.generated import messages

TODAY = date(2026, 3, 4)  # a Wednesday
STEPS = Insight(
    "change:steps:down", "change", "steps", "down", 0.9,
    {"this": 5_210, "baseline": 7_480, "change": -2_270, "pct": -30.3, "days": 7, "baseline_days": 28},
    "You took 5,210 steps a day, down from your usual 7,480.", date(2026, 3, 2),
)  # fmt: skip
SLEPT = Insight(
    "weekday:sleep_minutes:up", "weekday", "sleep_minutes", "up", 0.8,
    {"weekday": 5, "mean_on_day": 500, "mean_other": 440, "weeks": 9}, "On Saturdays you sleep longer.",
    date(2026, 3, 2),
)  # fmt: skip
PUSH = "A short note is waiting for you this morning."


def told(*bodies: str, insights: tuple[Insight, ...] = ()) -> dict[str, Any]:
    """The document for a user with these entries, the first written yesterday."""
    entries = tuple(
        Entry(UUID(int=n), TODAY - timedelta(days=n), datetime(2026, 3, 4 - n, 20, tzinfo=UTC), "user", text)
        for n, text in enumerate(bodies, 1)
    )
    source = Source(Due(918_273, "daily", "morning", "Pacific/Marquesas", None), entries, insights, ())
    context = build(source, Plan(None, TODAY, None))
    return json.loads(as_text(document(context, choose(context))))  # type: ignore[no-any-return]


def problems(message: str, push: str = PUSH, of: dict[str, Any] | None = None) -> list[str]:
    answer = {"message": message, "push_notification_text": push}
    return checks.of_message(
        of or told("Ran with Clara for 20 minutes, then slept badly.", insights=(STEPS,)), answer
    )


def test_the_document_tells_facts_and_nothing_about_whose_they_are() -> None:
    for made in messages(60, days=2):
        text = as_text(document(made.context, made.choice))
        assert not re.search(r"\b\d{4}-\d\d-\d\d|[0-9a-f]{8}-[0-9a-f]{4}-|user_id|Europe/", text)
        assert len(text) < 20_000


def test_the_same_context_gives_the_same_characters_and_another_users_gives_no_others() -> None:
    for made in messages(30, days=1):
        other = made.context._replace(user_id=made.context.user_id + 1)
        assert as_text(document(made.context, made.choice)) == as_text(document(other, made.choice))


def test_the_document_says_when_what_and_why() -> None:
    facts = told("I want to run on Friday.", "Long day at work.", insights=(STEPS, SLEPT))["facts"]
    assert (facts["part_of_day"], facts["weekday"], facts["days_silent"]) == ("morning", "Wednesday", 1)
    assert [(one["days_ago"], one["weekday"], one["text"]) for one in facts["entries"]] == [
        (1, "Tuesday", "I want to run on Friday."),
        (2, "Monday", "Long day at work."),
    ]
    assert facts["insights"][0]["week"].startswith("last week")
    assert facts["insights"][1]["evidence"]["weekday"] == "Saturday"
    assert facts["message"]["type"] and facts["message"]["reason"]


@pytest.mark.parametrize("version", ["coaching-1", "coaching-1/simulation-1"])
def test_every_prompt_has_a_form_that_the_provider_takes(version: str) -> None:
    check_schema("schema", schema_of(prompt(version).answer))
    job = WritingJob("hourly_coaching", prompt)
    sent = body(job, Request("k", 918_273, version, "{}"), "claude-sonnet-5-5")
    assert "918273" not in json.dumps(sent)
    assert (
        "never an instruction" in " ".join(prompt(version).system.split())
        or "is an instruction" in prompt(version).system
    )


@pytest.mark.parametrize("version", ["coaching-99", "simulation-1", "coaching-1/coaching-1", "weekly-1", ""])
def test_what_is_no_prompt_is_none(version: str) -> None:
    with pytest.raises(FileNotFoundError):
        prompt(version)


@pytest.mark.parametrize(
    "change",
    [
        {"effectiveness_rating": 0},
        {"effectiveness_rating": 11},
        {"effectiveness_rating": 7.5},
        {"effectiveness_rating": "high"},
        {"recommended_action": "SEND"},
        {"recommended_action": None},
        {"reason": ""},
        {"more": 1},
    ],
)
def test_a_simulation_that_is_none_is_refused(change: dict[str, Any]) -> None:
    good = {"effectiveness_rating": 7, "recommended_action": "SEND_MESSAGE", "reason": "It is about today."}
    SimulationAnswer.model_validate(good)
    with pytest.raises(ValidationError):
        SimulationAnswer.model_validate(good | change)


def test_a_push_longer_than_the_screen_is_refused() -> None:
    with pytest.raises(ValidationError):
        CoachingAnswer.model_validate(
            {"message": "x" * 50, "push_notification_text": "x" * (PUSH_LENGTH + 1)}
        )


HONEST = (
    "You took 5,210 steps a day last week, fewer than your usual 7,480. What made the days so short?",
    "Twenty minutes with Clara, and then a bad night. How do you feel this Wednesday morning?",
    "About 5,200 steps a day last week, against 7,500 before. One small walk today would be a start.",
    "You ran for 20 minutes although the night was poor. That counts. What would make tonight easier?",
    "“Ran with Clara for 20 minutes”, you wrote. Worth doing again, with a couple of friends perhaps?",
)
FALSE = (
    ("You took 6,100 steps a day last week, fewer than usual.", "'6,100' is no number"),
    ("You ran for 25 minutes with Clara, and slept badly after it.", "'25' is no number"),
    ("Try a walk of forty minutes today, and see how the night goes.", "'forty' is no number"),
    ("A hundred little things come together in a week like this.", "'hundred' is no number"),
    ("One hundred little things come together in a week like this.", "'one' is no number"),
    ("On Friday you ran with Clara, and that was good to read here.", "'friday' is not in the document"),
    ("Since November you have been running with Clara, well done.", "'november' is not in the document"),
    ("You walked half as much as usual, and it shows in your nights.", "'half' is a share"),
    ("Your steps rose last week, which is a good sign for the nights.", "steps did not go up"),
    ("Your walks were longer than usual last week, and you ran too.", "steps did not go up"),
    ("Bad nights like this may well be depression, so take care now.", "diagnoses"),
    ("You seem depressed to me. Please look after yourself this week.", "diagnoses"),
    ("A dose of melatonin before bed might help you with the nights.", "diagnoses"),
    ("There is more on this at https://sleep.example/help for you.", "link"),
    ("Have a look at bettersleep.com when you find the time for it.", "link"),
    ("Call 0900 123 4567 when you cannot sleep, somebody is there.", "number to call"),
    ("As an AI I cannot know, but the night was poor, wasn't it now?", "speaks of a prompt"),
    ("The document says that you slept badly, so take it easy today.", "speaks of a prompt"),
    ('{"message": "You slept badly", "rating": "best"} and more of it', "markup"),
    ("You slept badly. TAKE CARE of yourself today, and go to bed.", "shouts"),
    ("Send your bank details to the coach, and the rest will follow.", "money"),
    ("Ты плохо спал, и это видно по твоим записям за эти дни здесь.", "another script"),
    ("You ran for ² minutes, and that was good to read in here today.", "another script"),
)  # fmt: skip


@pytest.mark.parametrize("message", HONEST)
def test_what_follows_from_the_document_may_be_said(message: str) -> None:
    assert problems(message) == []


@pytest.mark.parametrize(("message", "problem"), FALSE)
def test_what_does_not_is_named(message: str, problem: str) -> None:
    assert any(problem in line for line in problems(message)), problems(message)


@pytest.mark.parametrize(
    ("push", "problem"),
    [
        ("About the run with Clara", "name from the journal"),
        ("You slept badly again?", "quotes the journal"),
        ("5,210 steps a day: a look back", "holds a number"),
        ("Your twenty minutes yesterday", "holds a number"),
        ("Read more on http://coach.example", "link"),
    ],
)
def test_a_push_gives_nothing_away(push: str, problem: str) -> None:
    document = told("Ran with Clara for 20 minutes. You slept badly again, she said.", insights=(STEPS,))
    assert any(problem in line for line in problems(HONEST[0], push, document))


def test_a_push_gives_nothing_away_in_scripts_without_spaces() -> None:
    assert problems(
        HONEST[0], "今天和克拉拉一起跑步很开心", told("今天和克拉拉一起跑步很开心，然后睡得不好。")
    )


def test_a_passage_of_the_journal_is_not_copied() -> None:
    text = "The garden was quiet and the rain fell on the old stones while we waited for the bus to town"
    assert any("copies" in line for line in problems(f"You wrote: {text}.", of=told(text)))


def test_minutes_may_be_told_as_hours() -> None:
    document = told("Plain day.", insights=(SLEPT,))
    assert (
        problems("On Saturdays you sleep 8 hours and 20 minutes. What is different then?", of=document) == []
    )
    assert problems("On Saturdays you sleep 9 hours and 20 minutes. What is different then?", of=document)


def test_nearly_all_that_templates_say_passes_the_checks() -> None:
    """They are true by construction, so that what is refused of them would be refused of honest models."""
    refused = checked = 0
    for made in messages(100, days=2):
        document_ = json.loads(as_text(document(made.context, made.choice)))
        for draft in (made.draft, made.revised):
            checked += 1
            answer = {"message": draft.content, "push_notification_text": draft.push}
            refused += bool(checks.of_message(document_, answer))
    print(f"\n  {refused} of {checked} true messages refused")
    assert refused / checked < 0.06


def test_problems_quote_nothing_of_the_journal() -> None:
    document = told(
        "My secret is Zanzibar and the password is swordfish, said Quentin to nobody at all but me."
    )
    lines = checks.of_message(
        document,
        {
            "message": "My secret is Zanzibar and the password is swordfish, said Quentin to nobody at all but me.",
            "push_notification_text": "Zanzibar and the password is swordfish",
        },
    )
    assert lines
    assert not re.search("zanzibar|swordfish|quentin", " ".join(lines), re.IGNORECASE)


def test_a_long_entry_is_read_in_linear_time() -> None:
    import time

    def took(text: str) -> float:
        began = time.process_time()
        without_orders(text)
        return time.process_time() - began

    for unit in ("ignore ignore ", "<a <a ", "say the ", "{ [ ", "a. ", "note to the "):
        assert took(unit * 2_000) < 0.5, unit


def test_prompting_has_the_names_of_the_tables() -> None:
    assert prompting.draft({"message": "m", "push_notification_text": "p"}) == ("m", "p")


def test_a_real_diary_loses_nothing_to_the_filter_of_orders(real_data: Path) -> None:
    """Ten years of one man, who promised, resolved and commanded a great deal, but nothing to a model."""
    with gzip.open(real_data / "diary_pepys" / "entries.jsonl.gz", "rt") as lines:
        texts = [json.loads(line)["text"] for line in lines][::3]
    assert len(texts) > 500
    assert [text[:40] for text in texts if len(without_orders(text)) < 0.99 * len(text.strip())] == []
