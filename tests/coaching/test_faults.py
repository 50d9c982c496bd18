"""What goes wrong around a tick: one user's trouble is nobody else's, nothing is sent twice, all have a next time."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from include.coaching import coach
from include.core.db import connect
from tests.batch.walk import finish, open_run, stage
from tests.coaching.people import QUICK, Person, fill, moment, rows, run_tick, write

TICK = "2026-03-04T08:00"
NOW = moment(TICK) + timedelta(minutes=1)
SENT = "SELECT user_id FROM warehouse.coaching_messages WHERE was_sent ORDER BY 1"
NOTICES = "SELECT user_id FROM ops.notification_outbox WHERE kind = 'coaching_message' ORDER BY 1"
ENTRIES = "SELECT user_id FROM app.journal_entries WHERE source = 'coaching' ORDER BY 1"


def everybody_has_a_later_due_time(url: str, tick: str = TICK) -> bool:
    found = rows(url, "SELECT next_due_at FROM warehouse.coaching_schedule WHERE enabled")
    return all(due is not None and due > moment(tick) for (due,) in found)


def change(url: str, query: str, *values: Any) -> None:
    with connect(url) as connection:
        connection.execute(query, values or None)


@pytest.mark.parametrize("zone", ["Middle-Earth/Shire", "", "America", "../../etc/passwd"])
def test_a_time_zone_that_nobody_knows_counts_as_utc(warehouse: str, zone: str) -> None:
    fill(warehouse, [Person(1, zone, due=moment(TICK)), Person(2, due=moment(TICK))])
    assert run_tick(warehouse, TICK)["problem"] is None
    assert rows(warehouse, SENT) == [(1,), (2,)]
    assert everybody_has_a_later_due_time(warehouse)


@pytest.mark.parametrize(
    "text",
    [
        "昨日はよく眠れなかったが、朝の散歩は気持ちよかった。" * 3,
        "Вчера был тяжёлый день, но вечером стало легче.",
        "مشيت اليوم في الحديقة وشعرت بالراحة.",
        "🙂🏃‍♀️🌧️ " * 40,
        "a\tb\\N\n\\.\r\nc {name} %s {{x}}",
        "   \n\t ",
    ],
    ids=["japanese", "russian", "arabic", "emoji", "control characters", "blank"],
)
def test_whatever_somebody_writes_they_and_the_others_are_served(warehouse: str, text: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))], entries=())
    fill(warehouse, [Person(2, due=moment(TICK))])
    write(warehouse, 1, text, moment(TICK) - timedelta(days=1))
    assert run_tick(warehouse, TICK)["problem"] is None
    outcomes = dict(rows(warehouse, "SELECT user_id, outcome FROM warehouse.coaching_schedule"))
    assert outcomes[1] in ("sent", "skipped", "failed")
    assert outcomes[2] == "sent"
    assert everybody_has_a_later_due_time(warehouse)


def test_an_entry_of_five_megabytes_is_screened_whole_and_used_in_part(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK)), Person(2, due=moment(TICK))], entries=())
    long = "The day went on and on, and I walked by the river. " * 100_000
    write(warehouse, 1, long, moment(TICK) - timedelta(days=1))
    write(warehouse, 2, long + "I want to kill myself.", moment(TICK) - timedelta(days=1))
    run_tick(warehouse, TICK)
    outcomes = dict(rows(warehouse, "SELECT user_id, outcome FROM warehouse.coaching_schedule"))
    assert outcomes[1] in ("sent", "skipped", "failed")
    assert outcomes[2] == "safety"
    used = rows(warehouse, "SELECT context_used FROM warehouse.coaching_messages WHERE user_id = 1")
    assert all(one["characters"] <= 6_000 for (one,) in used)


def test_a_user_without_any_journal_has_an_outcome_and_a_next_time(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))], entries=())
    assert run_tick(warehouse, TICK)["problem"] is None
    assert rows(warehouse, "SELECT outcome FROM warehouse.coaching_schedule")[0][0] in (
        "sent",
        "skipped",
        "failed",
    )
    assert everybody_has_a_later_due_time(warehouse)


def test_rules_that_break_for_one_user_fail_that_user_alone(
    warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(warehouse, [Person(1, due=moment(TICK)), Person(2, due=moment(TICK))])
    usual = coach.words

    def breaks_for_one(source: Any, plan: Any) -> coach.Words:
        if source.due.user_id == 1:
            raise ValueError("what this person wrote")
        return usual(source, plan)

    monkeypatch.setattr(coach, "words", breaks_for_one)
    run_tick(warehouse, TICK)
    state = "SELECT user_id, outcome, failures, next_due_at FROM warehouse.coaching_schedule ORDER BY 1"
    first, second = rows(warehouse, state)
    assert first == (1, "failed", 1, moment("2026-03-04T10:00"))
    assert second[1] == "sent"
    kept = rows(warehouse, "SELECT metadata::text, error_message FROM ops.job_execution_log")
    assert "what this person wrote" not in str(kept)


def test_failures_in_a_row_wait_two_then_four_hours_and_the_third_try_of_a_day_is_the_last(
    warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(warehouse, [Person(1, due=moment("2026-03-04T12:00"), preference="afternoon")])
    monkeypatch.setattr(coach, "words", lambda *_: (_ for _ in ()).throw(ValueError))
    due = []
    for tick in ("2026-03-04T12:00", "2026-03-04T14:00"):
        run_tick(warehouse, tick)
        due += rows(warehouse, "SELECT next_due_at, tries FROM warehouse.coaching_schedule")
    assert due == [(moment("2026-03-04T14:00"), 1), (moment("2026-03-04T18:00"), 2)]
    change(warehouse, "UPDATE warehouse.coaching_schedule SET next_due_at = '2026-03-04T16:00Z'")
    run_tick(warehouse, "2026-03-04T16:00")
    assert rows(warehouse, "SELECT next_due_at, tries FROM warehouse.coaching_schedule") == [
        (moment("2026-03-05T14:00"), 3)
    ]


def test_killed_between_message_and_journal_entry_nothing_is_half_there_and_nothing_is_sent_twice(
    warehouse: str,
) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))])
    change(
        warehouse,
        """CREATE FUNCTION app.die() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$""",
    )
    change(
        warehouse,
        "CREATE TRIGGER die BEFORE INSERT ON app.journal_entries FOR EACH ROW EXECUTE FUNCTION app.die()",
    )
    with pytest.raises(psycopg.OperationalError):
        run_tick(warehouse, TICK)
    assert rows(warehouse, SENT) == rows(warehouse, NOTICES) == rows(warehouse, ENTRIES) == []
    change(warehouse, "DROP TRIGGER die ON app.journal_entries")
    change(warehouse, "UPDATE ops.job_leases SET expires_at = now() - interval '1 minute'")  # as time does
    run_tick(warehouse, "2026-03-04T09:00")
    assert rows(warehouse, SENT) == rows(warehouse, NOTICES) == rows(warehouse, ENTRIES) == [(1,)]


def test_two_ticks_at_once_share_the_users_and_send_each_one_message(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK)), Person(2, due=moment(TICK))])
    first = open_run(warehouse, TICK, now=NOW, job=QUICK)
    stage(warehouse, first, QUICK)
    assert run_tick(warehouse, "2026-03-04T09:00")["processed"] == 0
    finish(warehouse, first, [], job=QUICK, now=NOW)
    assert rows(warehouse, SENT) == rows(warehouse, NOTICES) == [(1,), (2,)]


def test_a_run_that_lost_its_lease_finds_its_users_gone_and_keeps_what_it_wrote_unsent(
    warehouse: str,
) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))])
    slow = open_run(warehouse, TICK, now=NOW, job=QUICK)
    stage(warehouse, slow, QUICK)
    change(warehouse, "UPDATE ops.job_leases SET expires_at = now() - interval '1 minute'")
    run_tick(warehouse, "2026-03-04T09:00")
    finish(warehouse, slow, [], job=QUICK, now=NOW)
    assert rows(
        warehouse, "SELECT tick, was_sent, failure_reason FROM warehouse.coaching_messages ORDER BY 1"
    ) == [
        (moment(TICK), False, "settings_changed"),
        (moment("2026-03-04T09:00"), True, None),
    ]
    assert rows(warehouse, NOTICES) == rows(warehouse, ENTRIES) == [(1,)]


@pytest.mark.parametrize(
    "query",
    [
        "UPDATE app.coaching_config SET enable_coaching_messages = false",
        "UPDATE app.coaching_config SET time_preference = 'evening'",
        "UPDATE app.users SET time_zone = 'Asia/Tokyo'",
    ],
    ids=["opted out", "another hour", "travelled"],
)
def test_what_changes_between_planning_and_publishing_holds_at_once(warehouse: str, query: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))])
    run = open_run(warehouse, TICK, now=NOW, job=QUICK)
    stage(warehouse, run, QUICK)
    change(warehouse, query)
    closed = finish(warehouse, run, [], job=QUICK, now=NOW)
    assert (closed["processed"], closed["successful"], closed["problem"]) == (0, 0, None)
    assert rows(warehouse, NOTICES) == rows(warehouse, ENTRIES) == []
    assert rows(warehouse, "SELECT DISTINCT failure_reason FROM warehouse.coaching_messages") == [
        ("settings_changed",)
    ]
    run_tick(warehouse, "2026-03-04T09:00")
    assert everybody_has_a_later_due_time(warehouse, "2026-03-04T09:00")
    assert rows(warehouse, NOTICES) == []


def test_a_clock_that_goes_backwards_sends_nothing_again(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))])
    run_tick(warehouse, TICK)
    change(warehouse, "UPDATE warehouse.coaching_schedule SET next_due_at = '2026-03-03T08:00Z'")
    run_tick(warehouse, "2026-03-03T08:00")
    assert rows(warehouse, SENT) == [(1,)]
    assert rows(warehouse, "SELECT outcome, next_due_at FROM warehouse.coaching_schedule") == [
        ("already_today", moment("2026-03-05T08:00"))
    ]


def test_no_personal_text_reaches_the_log_row(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))], entries=["My secret is the green notebook."])
    run_tick(warehouse, TICK)
    assert "notebook" not in str(rows(warehouse, "SELECT metadata::text FROM ops.job_execution_log"))
    assert "notebook" not in str(
        rows(warehouse, "SELECT context_used::text FROM warehouse.coaching_messages")
    )


def test_a_draft_that_the_screen_holds_back_is_not_kept_and_resources_are_shown(
    warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))])
    monkeypatch.setattr(
        coach.prose, "write", lambda *_: coach.Draft("I want to kill myself.", "A note for you")
    )
    run_tick(warehouse, TICK)
    kept = "SELECT message_content, was_sent, failure_reason FROM warehouse.coaching_messages"
    assert rows(warehouse, kept) == [("(held back by the screen)", False, "safety")]
    assert rows(warehouse, "SELECT place FROM warehouse.coaching_safety") == [("message:1",)]
    assert rows(warehouse, "SELECT kind FROM ops.notification_outbox") == [("support_resources",)]
