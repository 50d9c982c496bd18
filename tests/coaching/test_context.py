"""The context of a message: what is in it, what is left out and said to be, and how large it may get."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from include.coaching.context import MOST_ENTRIES, ONE_ENTRY, WHOLE, build, cut, recent
from include.coaching.models import Due, Entry, Insight, Plan, Source
from tests.coaching.generated import population, source

TODAY = date(2026, 3, 4)
PLAN = Plan(None, TODAY, None)
DUE = Due(7, "daily", "morning", "UTC", None)


def entry(days_ago: int, body: str, number: int = 0, by: str = "user") -> Entry:
    day = TODAY - timedelta(days=days_ago)
    at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    return Entry(UUID(int=1000 * (days_ago + 100) + number), day, at, by, body)  # type: ignore[arg-type]


def of(*entries: Entry, insights: tuple[Insight, ...] = ()) -> Source:
    return Source(DUE, entries, insights, ())


def insight(key: str, days_ago: int, text: str = "Your sleep averaged 7 h.") -> Insight:
    kind, metric, direction = key.split(":")
    week_of = TODAY - timedelta(days=days_ago)
    return Insight(key, kind, metric, direction, 0.9, {"this": 420.0}, text, week_of)


def size(context: object) -> int:
    entries, insights = context.entries, context.insights  # type: ignore[attr-defined]
    return sum(len(one.body) for one in entries) + sum(len(one.text) for one in insights)


def test_recent_are_the_users_own_entries_of_today_and_the_14_days_before() -> None:
    kept = [entry(days, "Slept well.") for days in (0, 1, 14)]
    user = of(
        entry(-1, "From tomorrow."),
        *kept,
        entry(15, "Too old."),
        entry(2, " \n "),
        entry(3, "Hi", by="coaching"),
    )
    assert recent(user, PLAN) == tuple(kept)


def test_at_most_twenty_entries_the_newest() -> None:
    many = [entry(0, "A line.", number) for number in range(30)]
    assert recent(of(*many), PLAN) == tuple(many[:MOST_ENTRIES])
    assert build(of(*many), PLAN).used["entries_left_out"]["too_many"] == 10


def test_what_is_screened_is_whole_and_what_is_used_is_cut() -> None:
    body = "word " * 1_000_000
    user = of(entry(0, body), entry(1, "Ran in the park."))
    assert recent(user, PLAN)[0].body == body
    context = build(user, PLAN)
    assert len(context.entries[0].body) <= ONE_ENTRY
    assert context.entries[1].body == "Ran in the park."
    assert context.used["entries_left_out"] == {"cut": 1}


@given(st.lists(st.text(min_size=1, max_size=3_000), max_size=25), st.integers(0, 1_500))
def test_a_context_is_never_larger_than_its_limit(bodies: list[str], characters: int) -> None:
    entries = [entry(number % 15, body, number) for number, body in enumerate(bodies)]
    told = (insight("change:steps:up", 2, "x" * characters), insight("trend:steps:up", 2, "y" * characters))
    context = build(of(*entries, insights=told), PLAN)
    assert size(context) == context.used["characters"] <= WHOLE


@given(st.text(max_size=400), st.integers(0, 300))
def test_a_cut_text_is_a_beginning_that_ends_at_a_word(text: str, most: int) -> None:
    kept, whole = cut(text, most), text.strip()
    assert whole.startswith(kept)
    assert len(kept) <= most
    words = whole.split()
    short = words and max(map(len, words)) < 50
    if short and len(whole) > most and kept:
        assert kept.split() == words[: len(kept.split())]


def test_a_script_without_spaces_is_cut_too() -> None:
    assert cut("昨夜はよく眠れなかった。" * 500, 1_500) == ("昨夜はよく眠れなかった。" * 500)[:1_500]


def test_insights_are_those_of_three_weeks_newest_first_and_none_twice() -> None:
    old, newer, newest = (insight("change:steps:up", days) for days in (22, 9, 2))
    other = insight("trend:hrv:up", 9)
    coming = insight("lag:hrv:up", -5)
    context = build(of(insights=(old, newer, other, newest, coming)), PLAN)
    assert context.insights == (newest, other)
    assert context.used["insights"] == ["change:steps:up", "trend:hrv:up"]
    assert context.used["insights_left_out"] == {"future": 1, "newer_one": 1, "old": 1}


def test_nothing_known_is_a_context_too() -> None:
    context = build(of(), PLAN)
    assert (context.entries, context.insights, context.days_silent) == ((), (), None)
    assert context.weekday == "Wednesday"


def test_days_silent_count_from_the_users_newest_entry_that_is_past() -> None:
    assert (
        build(of(entry(-2, "Later."), entry(5, "Then."), entry(1, "Ours.", by="coaching")), PLAN).days_silent
        == 5
    )


def test_the_record_of_what_was_used_is_json_and_holds_no_text() -> None:
    for made in population()[:120]:
        record = json.dumps(made.context.used)
        assert json.loads(record) == made.context.used
        for one in made.context.entries:
            assert str(one.entry_id) in record
            assert one.body not in record


def test_the_same_source_gives_the_same_context() -> None:
    for number in range(20):
        user, plan, _ = source(number)
        shuffled = list(user.insights)
        random.Random(number).shuffle(shuffled)
        assert build(user, plan) == build(user, plan)
