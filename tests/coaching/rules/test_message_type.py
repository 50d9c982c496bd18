"""Which message is chosen: by which facts, and without repeating itself."""

from collections import Counter
from datetime import timedelta

import pytest

from include.coaching.context import Context, build
from include.coaching.models import Action, Due, Earlier, Insight, MessageType, Plan, Source
from include.coaching.prose import write
from include.coaching.rules.message_type import SUBJECTS_APART, TYPES_APART, Choice, choose
from include.coaching.rules.simulated import simulate
from tests.coaching.generated import Made, population
from tests.coaching.rules.test_themes import TODAY, journal

PLAN = Plan(None, TODAY, None)
DUE = Due(7, "daily", "morning", "UTC", None)
QUIET = "The rain went on and we stayed in."
SLEEP = {"this": 420.0, "baseline": 380.0, "change": 40.0}
LAG = {"other": "sleep_minutes", "after_high": 9_000.0, "after_low": 7_000.0}


def insight(key: str, confidence: float = 0.9, **evidence: object) -> Insight:
    kind, metric, direction = key.split(":")
    return Insight(key, kind, metric, direction, confidence, evidence, "", TODAY - timedelta(days=2))


def context(
    *bodies: str, insights: tuple[Insight, ...] = (), earlier: tuple[Earlier, ...] = (), days: int = 0
) -> Context:
    """Entries newest first, the newest so many days ago."""
    plan = PLAN._replace(local_day=TODAY + timedelta(days=days))
    return build(Source(DUE, journal(*bodies), insights, earlier), plan)


def chosen(*bodies: str, insights: tuple[Insight, ...] = (), days: int = 0) -> tuple[str, str]:
    choice = choose(context(*bodies, insights=insights, days=days))
    return str(choice.message_type), choice.reason


@pytest.mark.parametrize(
    ("bodies", "insights", "days", "expected"),
    [
        ((), (), 0, ("check_in", "never_wrote")),
        ((QUIET,), (), 6, ("check_in", "long_silence")),
        (("My grandmother died and I miss her.", "I am happy."), (), 0, ("check_in", "loss")),
        (("I felt sad and alone today.",), (), 0, ("check_in", "hard_day")),
        (("I have a fever and I stayed at home.",), (), 0, ("check_in", "unwell")),
        (("The headache is gone at last, and I slept.",), (), 0, ("encouragement", "bright_day")),
        ((QUIET, "Managed to call the bank at last."), (), 0, ("encouragement", "plan_kept")),
        (("Wrote to Lisbon, a long letter to my aunt.", "I want to write to my aunt in Lisbon."), (), 0,
         ("encouragement", "intention_taken_up")),
        (("I am happy with how the day went.",), (), 0, ("encouragement", "bright_day")),
        ((QUIET, QUIET, "I want to call my old teacher."), (), 0, ("reminder", "intention_open")),
        ((QUIET, QUIET, "I promised myself to call my teacher."), (), 0, ("reminder", "promise_open")),
        ((QUIET, QUIET, "I want to get more sleep."), (insight("change:sleep_minutes:up", **SLEEP),), 0,
         ("alignment_reflection", "intention_and_numbers")),
        ((QUIET, "Still have not managed to call the bank."), (), 0, ("alignment_reflection", "plan_missed")),
        ((), (insight("change:sleep_minutes:up", **SLEEP),), 0, ("personal_insight", "strong_insight")),
        ((), (insight("lag:steps:up", **LAG),), 0, ("relevant_lesson", "lagged_relation")),
        ((QUIET, "We made a big salad for lunch.", "We had supper in the garden."), (), 0,
         ("challenge", "steady_theme")),
        ((QUIET, "Why do I always leave things so late?"), (), 0, ("general_reflection", "own_question")),
        ((QUIET,), (), 0, ("general_reflection", "prompt")),
    ],
)  # fmt: skip
def test_table(
    bodies: tuple[str, ...], insights: tuple[Insight, ...], days: int, expected: tuple[str, str]
) -> None:
    assert chosen(*bodies, insights=insights, days=days) == expected


@pytest.mark.parametrize(
    "one",
    [
        insight("lab:lab:up", test="ferritin", value=9.0),
        insight("change:weight:up", this=80.0, baseline=75.0, change=5.0),
        insight("change:glucose:up", this=140.0, baseline=99.0, change=41.0),
        insight("change:steps:up", this=8_010.0, baseline=8_000.0, change=10.0),
        insight("change:steps:up"),
        insight("unheard:steps:up", this=1.0),
        insight("lag:steps:up", **LAG | {"other": "weight"}),
    ],
)
def test_what_can_harm_says_nothing_or_is_not_understood_is_left_to_the_brief(one: Insight) -> None:
    assert choose(context(insights=(one,))).subject != f"insight:{one.key}"


def test_who_writes_in_another_language_is_asked_and_hears_from_us_once_a_week() -> None:
    bodies = ("Hoy dormí muy poco y estuve cansado todo el día.", "今週は早く寝るようにしたい。")
    known = context(*bodies)
    choice = choose(known)
    assert (choice.message_type, choice.reason) == (MessageType.CHECK_IN, "plain")
    assert simulate(known, choice, write(known, choice, 1)).action is Action.SEND


def test_a_bad_day_gets_no_challenge_whatever_came_before() -> None:
    bodies = (
        "I felt sad and alone today.",
        "Dinner with my friends.",
        "Lunch with my friends in the garden.",
    )
    for made in _chain(context(*bodies), 12):
        assert made.message_type is not MessageType.CHALLENGE


def test_writing_on_a_hard_day_is_said_of_hard_days_only() -> None:
    for made in population():
        if made.choice.reason.startswith(("wrote_anyway", "hard_day")):
            assert made.context.themes.moods[0][1] < 0


def test_avoided_types_are_taken_only_where_nothing_else_fits() -> None:
    known = context("I felt sad and alone today.")
    assert choose(known, frozenset({"check_in"})).message_type is not MessageType.CHECK_IN
    everything = choose(known, frozenset(MessageType))
    assert everything.reason.endswith("_again")


def _chain(known: Context, length: int) -> list[Choice]:
    """Choices one after another, each knowing those before."""
    found: list[Choice] = []
    for _ in range(length):
        before = tuple(
            Earlier(one.message_type, one.subject, TODAY, True, False, False) for one in reversed(found)
        )
        found.append(choose(known._replace(earlier=before)))
    return found


def test_nothing_known_still_gives_no_type_twice_within_four() -> None:
    for length in (10, 11):
        types = [choice.message_type for choice in _chain(context(QUIET), length)]
        assert all(
            len(set(types[start : start + TYPES_APART + 1])) == TYPES_APART + 1 for start in range(length - 3)
        )


def repeats(made: Made) -> bool:
    earlier, choice = made.context.earlier, made.choice
    return choice.message_type in {one.message_type for one in earlier[:TYPES_APART]} or choice.subject in {
        one.subject for one in earlier[:SUBJECTS_APART] if one.subject
    }


def test_no_type_and_no_subject_comes_again_soon_unless_the_reason_says_so() -> None:
    made = population()
    assert all(repeats(one) == one.choice.reason.endswith("_again") for one in made)
    assert sum(map(repeats, made)) < 0.01 * len(made)


def test_each_type_has_its_share() -> None:
    counts = Counter(made.choice.message_type for made in population())
    shares = {str(name): counts[name] / counts.total() for name in MessageType}
    print(", ".join(f"{name} {100 * share:.1f} %" for name, share in shares.items()))
    assert min(shares.values()) >= 0.02
    assert max(shares.values()) <= 0.45
