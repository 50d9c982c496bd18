"""Generated coaching: determinism, what the batches rely on, and what is planted in it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import psycopg
import pytest

from include.coaching.models import MessageType
from include.coaching.rules.windows import WINDOWS, in_window, local
from include.core.db import Connection
from include.local.generated_coaching import CoachedBlock, coaching_span, simulate_coaching
from include.local.population import generate
from include.local.simulation.coached import ANSWERED, DISMISSED, OPTED_OUT, VIEWED
from include.local.simulation.days import Days, simulate_days
from include.local.simulation.journals import CRISIS_AT, CRISIS_EVERY, MOST_ENTRIES, SILENT, in_crisis
from include.local.simulation.people import BLOCK, TIME_ZONES, Population, draw_people
from include.local.simulation.phrases import phrases

MONDAY = date(2026, 11, 9)  # the four weeks before: clocks go back in Europe on 10-25, in America on 11-01
END = datetime(2026, 11, 9, tzinfo=UTC)
TABLES = {
    "app.coaching_config": "enable_coaching_messages, frequency, time_preference",
    "app.journal_entries": "entry_id, written_at, local_day, source, body, coaching_message_id",
    "app.engagement_events": "event_id, action, coaching_message_id, occurred_at, received_at",
    "warehouse.coaching_messages": "tick, message_id, message_type, subject, message_content,"
    " effectiveness_rating, was_sent, failure_reason, journal_entry_id, scheduled_for, local_day",
    "warehouse.coaching_schedule": "enabled, next_due_at, last_message_day, outcome",
}


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


@pytest.fixture(scope="module")
def block() -> tuple[CoachedBlock, Days]:
    """A thousand people with their days."""
    population = Population(BLOCK, 8, 5, MONDAY)
    people = draw_people(5, 0)
    days = simulate_days(people, 5, population.days)
    return simulate_coaching(people, coaching_span(population), population, days), days


def everything(connection: Connection, users: int = 10**6) -> dict[str, list[tuple[object, ...]]]:
    """The rows of the first users, each led by the user's place."""
    (first,) = connection.execute("SELECT min(user_id) FROM app.users").fetchone() or (0,)
    return {
        table: connection.execute(
            f"SELECT user_id - {first}, {columns} FROM {table} WHERE user_id - {first} < {users} ORDER BY 1, 2, 3"
        ).fetchall()
        for table, columns in TABLES.items()
    }


def made(connection: Connection, users: int, seed: int = 7, weeks: int = 5, journals: bool = True) -> None:
    generate(connection, users=users, weeks=weeks, seed=seed, week_of=MONDAY, journals=journals)


# ------------------------------------------------------------------ in the warehouse


def test_same_seed_same_rows_and_a_small_population_begins_a_large_one(connection: Connection) -> None:
    made(connection, 60)
    small = everything(connection)
    assert all(small.values())
    made(connection, BLOCK + 60)
    assert everything(connection, users=60) == small
    made(connection, 60, seed=8)
    assert all(rows != small[table] for table, rows in everything(connection).items())


def test_people_and_their_days_are_the_same_with_and_without(connection: Connection) -> None:
    known = (
        "SELECT * FROM app.users ORDER BY user_id",
        "SELECT user_id, day, steps, sleep_minutes, mood FROM app.daily_health ORDER BY 1, 2",
        "SELECT user_id, weekly_brief_frequency FROM app.user_preferences ORDER BY 1",
    )
    made(connection, 40, journals=False)
    before = [connection.execute(query).fetchall() for query in known]
    assert not any(everything(connection).values())
    made(connection, 40)
    assert [connection.execute(query).fetchall() for query in known] == before


def test_another_population_replaces_all_of_it_and_nothing_of_others(connection: Connection) -> None:
    connection.execute("INSERT INTO app.users (external_id) VALUES ('someone')")
    connection.execute("INSERT INTO app.coaching_config (user_id) VALUES (1)")
    connection.execute(
        "INSERT INTO app.journal_entries (user_id, entry_id, written_at, local_day, body)"
        " VALUES (1, gen_random_uuid(), now(), now(), 'mine')"
    )
    made(connection, 60)
    connection.execute(
        "INSERT INTO warehouse.coaching_safety SELECT user_id, tick, 'entry', 'x', local_day, '1', '1', 1, now()"
        " FROM warehouse.coaching_messages LIMIT 5"
    )
    made(connection, 20, seed=9, journals=False)
    left = everything(connection)
    others = {"app.coaching_config", "app.journal_entries", "warehouse.coaching_schedule"}
    assert {table: {row[0] for row in rows} for table, rows in left.items() if rows} == {
        table: {0} for table in others
    }
    assert connection.execute("SELECT count(*) FROM warehouse.coaching_safety").fetchone() == (0,)


def test_a_role_whose_triggers_fire_gets_the_same_schedule(connection: Connection) -> None:
    made(connection, 30)
    expected = everything(connection)
    made(connection, 1, journals=False)
    role = "plain_writer_of_coaching"
    connection.execute(f"CREATE ROLE {role} BYPASSRLS")
    for schema in ("app", "warehouse"):
        connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}")
        connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}")
        connection.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA {schema} TO {role}")
    connection.execute(f"SET LOCAL ROLE {role}")
    made(connection, 30)
    connection.execute("RESET ROLE")
    assert everything(connection) == expected
    connection.execute(f"DROP OWNED BY {role}")
    connection.execute(f"DROP ROLE {role}")


def test_messages_hold_to_the_rules_of_the_batch(connection: Connection) -> None:
    made(connection, 400)
    found = connection.execute(
        "SELECT tick, scheduled_for, send_before, local_day, user_timezone, user_time_preference,"
        " effectiveness_rating, was_sent, enable_coaching_messages"
        " FROM warehouse.coaching_messages JOIN app.coaching_config USING (user_id)"
    ).fetchall()
    assert len(found) > 400
    for tick, scheduled, send_before, day, zone, preference, rating, was_sent, enabled in found:
        assert enabled and tick < END
        assert in_window(tick, preference, zone) and tick < send_before
        assert local(scheduled, zone).hour == WINDOWS[preference].target
        assert local(tick, zone).date() == day
        assert was_sent == (rating >= 6)
    (unlinked,) = connection.execute(
        "SELECT count(*) FROM warehouse.coaching_messages AS message"
        " FULL JOIN app.journal_entries AS entry ON entry.coaching_message_id = message.message_id"
        "  AND entry.entry_id = message.journal_entry_id AND entry.body = message.message_content"
        " WHERE (message.was_sent AND entry.entry_id IS NULL)"
        "  OR (entry.source = 'coaching' AND message.message_id IS NULL)"
    ).fetchone() or (None,)
    assert unlinked == 0


def test_the_schedule_goes_on_from_the_last_message(connection: Connection) -> None:
    made(connection, 400)
    found = connection.execute(
        "SELECT next_due_at, last_message_day, frequency, time_preference, time_zone, enabled,"
        " (SELECT max(local_day) FROM warehouse.coaching_messages AS sent WHERE sent.user_id = plan.user_id)"
        " FROM warehouse.coaching_schedule AS plan JOIN app.coaching_config USING (user_id)"
        " JOIN app.users USING (user_id)"
    ).fetchall()
    new = sum(enabled and due is None for due, _, _, _, _, enabled, _ in found)
    assert 0.1 < new / len(found) < 0.4
    apart = {"daily": 1, "multipleTimesPerWeek": 2, "onceAWeek": 7}
    for due, last, frequency, preference, zone, enabled, newest in found:
        assert last == newest and (due is None) == (last is None)
        assert enabled or due is None
        if due is not None:
            assert due + timedelta(hours=1) >= END
            wall = local(due, zone)
            assert (wall.hour, wall.date() - last) == (
                WINDOWS[preference].target,
                timedelta(days=apart[frequency]),
            )


def test_entries_lie_in_the_writers_days(connection: Connection) -> None:
    made(connection, 300)
    found = connection.execute(
        "SELECT written_at, local_day, time_zone, created_at, source"
        " FROM app.journal_entries JOIN app.users USING (user_id)"
    ).fetchall()
    for written_at, day, zone, created_at, source in found:
        assert created_at - timedelta(days=1) < written_at < END
        assert local(written_at, zone).date() == day
        assert source == "coaching" or written_at > END - timedelta(days=30)
    assert (
        connection.execute(
            "SELECT count(*) FROM app.engagement_events AS event JOIN warehouse.coaching_messages AS message"
            " ON message.message_id = event.coaching_message_id AND message.user_id = event.user_id"
            " WHERE message.was_sent AND event.occurred_at > message.tick AND event.received_at >= event.occurred_at"
            f" AND event.received_at < '{END}'"
        ).fetchone()
        == connection.execute("SELECT count(*) FROM app.engagement_events").fetchone()
    )


@pytest.mark.parametrize("weeks", [1, 3])
def test_a_short_history_and_learners_only_are_coached_as_well(connection: Connection, weeks: int) -> None:
    generate(
        connection,
        users=50,
        weeks=weeks,
        seed=2,
        week_of=MONDAY,
        attempts_per_user=5,
        learning_only=True,
        journals=True,
    )
    oldest = connection.execute("SELECT min(local_day) FROM app.journal_entries").fetchone()
    assert oldest is not None and oldest[0] >= MONDAY - timedelta(weeks=weeks)


# ------------------------------------------------------------------ what is planted


def test_people_write_unequally_and_some_not_at_all(block: tuple[CoachedBlock, Days]) -> None:
    counts = np.bincount(block[0].entries.user, minlength=BLOCK)
    assert counts.max() == MOST_ENTRIES
    assert 3 < counts.mean() < 5
    assert SILENT * 0.6 < np.mean(counts == 0) < 0.16  # those who stopped using the app among them
    assert np.sort(counts)[-BLOCK // 5 :].sum() > 0.35 * counts.sum()
    bodies = block[0].entries.bodies
    assert len(set(bodies)) > 0.85 * len(bodies)
    assert not any("{" in body or "  " in body for body in bodies)
    assert max(map(len, bodies)) > 2_000


def test_settings_have_every_case_in_their_shares(block: tuple[CoachedBlock, Days]) -> None:
    coached = block[0].coached
    assert np.mean(~coached.enabled) == pytest.approx(OPTED_OUT, abs=0.03)
    pairs = set(zip(coached.frequency.tolist(), coached.preference.tolist(), strict=True))
    assert len(pairs) == 9
    sent = [kind.value for kind in MessageType]
    assert set(block[0].attempts.kind.tolist()) == set(range(len(sent)))


def test_short_nights_are_written_of_as_short(block: tuple[CoachedBlock, Days]) -> None:
    written, days = block
    first = days.values["sleep_minutes"].shape[1]
    begins = (MONDAY - timedelta(days=first) - date(2000, 1, 1)).days
    bank = phrases().themes["sleep"]
    nights: dict[str, list[float]] = {"good": [], "bad": []}
    for user, day, body in zip(
        written.entries.user, written.entries.day, written.entries.bodies, strict=True
    ):
        if days.present["sleep_minutes"][user, day - begins]:
            for tone, sentences in (("good", bank.good), ("bad", bank.bad)):
                if any(sentence in body for sentence in sentences if "{" not in sentence):
                    nights[tone].append(float(days.values["sleep_minutes"][user, day - begins]))
    assert min(map(len, nights.values())) > 20
    assert max(nights["bad"]) < min(nights["good"])


def test_goals_are_set_and_come_back_to(block: tuple[CoachedBlock, Days]) -> None:
    bodies = block[0].entries.bodies
    set_out = sum("I want to" in body or "My plan is to" in body for body in bodies)
    told = sum("Kept my promise" in body or "Still have not managed" in body for body in bodies)
    assert set_out > 0.05 * len(bodies)
    assert told > 0.02 * len(bodies)


def test_one_in_some_hundred_hints_at_a_crisis_in_the_newest_entry(block: tuple[CoachedBlock, Days]) -> None:
    entries, people = block[0].entries, block[0].people
    hints = phrases().crisis
    hinting = {
        int(user)
        for user, body in zip(entries.user, entries.bodies, strict=True)
        if any(hint in body for hint in hints)
    }
    assert hinting == set(np.flatnonzero(in_crisis(people)).tolist())
    assert [number % CRISIS_EVERY for number in hinting] == [CRISIS_AT] * len(hinting)
    newest = {user: entries.day[entries.user == user].max() for user in hinting}
    assert min(newest.values()) > (MONDAY - date(2000, 1, 1)).days - 10


def test_languages_are_those_of_where_people_live(block: tuple[CoachedBlock, Days]) -> None:
    spoken = phrases().spoken
    assert set(spoken) <= set(TIME_ZONES)
    entries, people = block[0].entries, block[0].people
    in_kana = {
        people.time_zones[user]
        for user, body in zip(entries.user, entries.bodies, strict=True)
        if any("\u3040" <= letter <= "\u30ff" for letter in body)
    }
    assert in_kana == {"Asia/Tokyo"}


def test_better_rated_messages_are_answered_more_and_dismissed_less() -> None:
    population = Population(4 * BLOCK, 4, 11, MONDAY)
    span = coaching_span(population)
    followed: dict[int, list[float]] = {VIEWED: [], ANSWERED: [], DISMISSED: []}
    blocks = [simulate_coaching(people, span, population, None) for people, _ in population.blocks()]
    ratings = range(6, 11)
    for action, shares in followed.items():
        for rating in ratings:
            hits = total = 0
            for one in blocks:
                chosen = one.attempts.sent & (one.attempts.rating == rating)
                total += int(chosen.sum())
                hits += int(chosen[one.events.message[one.events.action == action]].sum())
            shares.append(hits / total)
    for action in (VIEWED, ANSWERED):
        assert followed[action] == sorted(followed[action])
    assert followed[DISMISSED][0] > 1.5 * followed[DISMISSED][-1]
    assert followed[ANSWERED][-1] - followed[ANSWERED][0] > 0.2
