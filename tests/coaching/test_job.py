"""A tick of coaching over the real database."""

from datetime import timedelta

from include.batch.flags import set_flag
from include.coaching.rules.resources import resources_for
from include.core.db import connect
from tests.coaching.people import Person, fill, moment, rows, run_tick, write

TICK = "2026-03-04T08:00"


def outcomes(url: str) -> dict[int, str]:
    return dict(rows(url, "SELECT user_id, outcome FROM warehouse.coaching_schedule"))


def test_a_due_user_gets_a_message_an_entry_and_a_notice_each_linked_to_the_other(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))])
    summary = run_tick(warehouse, TICK)
    assert summary["problem"] is None
    found = rows(
        warehouse,
        """SELECT sent.message_id, entry.coaching_message_id, sent.journal_entry_id, entry.entry_id,
                  entry.body = sent.message_content, entry.source, outbox.payload ->> 'message_id',
                  outbox.payload ->> 'text' = sent.push_notification_text, sent.effectiveness_rating
           FROM warehouse.coaching_messages AS sent
           JOIN app.journal_entries AS entry ON entry.coaching_message_id = sent.message_id
           JOIN ops.notification_outbox AS outbox ON outbox.user_id = sent.user_id
           WHERE sent.was_sent AND outbox.kind = 'coaching_message'""",
    )
    assert len(found) == 1
    message, linked, entry, its_id, same_text, source, told, same_push, rating = found[0]
    assert (message, entry) == (linked, its_id)
    assert same_text and same_push and source == "coaching" and told == str(message) and rating >= 6


def test_the_next_message_is_due_at_the_target_hour_of_the_next_local_day(warehouse: str) -> None:
    fill(
        warehouse, [Person(1, "America/New_York", due=moment("2026-03-07T13:40"))]
    )  # clocks change on the 8th
    run_tick(warehouse, "2026-03-07T14:00")
    assert rows(warehouse, "SELECT next_due_at FROM warehouse.coaching_schedule") == [
        (moment("2026-03-08T12:00"),)
    ]


def test_who_has_no_due_time_is_planned_who_is_outside_the_window_waits_and_who_opted_out_is_left_alone(
    warehouse: str,
) -> None:
    fill(
        warehouse,
        [
            Person(1),
            Person(2, preference="evening", due=moment(TICK)),
            Person(3, enabled=False, due=moment(TICK)),
            Person(4, due=moment(TICK) + timedelta(minutes=1)),
        ],
    )
    run_tick(warehouse, TICK)
    assert outcomes(warehouse) == {1: "bootstrapped", 2: "outside_window", 3: None, 4: None}
    due = dict(rows(warehouse, "SELECT user_id, next_due_at FROM warehouse.coaching_schedule"))
    assert moment("2026-03-04T09:00") <= due[1] <= moment("2026-03-04T15:00")
    assert due[2] == moment("2026-03-04T19:00")
    assert rows(warehouse, "SELECT 1 FROM warehouse.coaching_messages") == []


def test_the_log_row_counts_due_bootstrapped_jobs_and_errors(warehouse: str) -> None:
    fill(
        warehouse, [Person(1), Person(2, due=moment(TICK)), Person(3, preference="evening", due=moment(TICK))]
    )
    run_tick(warehouse, TICK)
    noted = rows(warehouse, "SELECT metadata FROM ops.job_execution_log")[0][0]
    told = {name: noted[name] for name in ("usersDue", "usersBootstrapped", "jobsCreated", "errors")}
    assert told == {"usersDue": 2, "usersBootstrapped": 1, "jobsCreated": 1, "errors": 0}


def test_a_tick_with_nobody_due_does_nothing_and_is_no_error(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK) + timedelta(hours=1))])
    assert run_tick(warehouse, TICK)["problem"] is None
    assert outcomes(warehouse) == {1: None}


def test_the_same_tick_twice_sends_once(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))])
    run_tick(warehouse, TICK)
    run_tick(warehouse, TICK)
    assert rows(warehouse, "SELECT count(*) FROM warehouse.coaching_messages WHERE was_sent") == [(1,)]
    assert rows(warehouse, "SELECT count(*) FROM ops.notification_outbox") == [(1,)]


def test_a_hint_of_crisis_shows_resources_and_sends_no_coaching(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK)), Person(2, due=moment(TICK))])
    entry = write(warehouse, 1, "I want to kill myself.", moment(TICK) - timedelta(hours=3))
    run_tick(warehouse, TICK)
    assert outcomes(warehouse) == {1: "safety", 2: "sent"}
    held = rows(warehouse, "SELECT user_id, place, shown FROM warehouse.coaching_safety")
    assert [(user, place) for user, place, _ in held] == [(1, f"entry:{entry}")]
    assert [shown for _, _, shown in held] == [resources_for("UTC")]
    assert rows(warehouse, "SELECT user_id, kind FROM ops.notification_outbox ORDER BY 1") == [
        (1, "support_resources"),
        (2, "coaching_message"),
    ]
    assert rows(warehouse, "SELECT count(*) FROM warehouse.coaching_messages WHERE user_id = 1") == [(0,)]


def test_settings_act_on_the_schedule_at_once_and_the_same_settings_again_do_not(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK))])
    plan = "SELECT enabled, next_due_at FROM warehouse.coaching_schedule"
    with connect(warehouse) as connection:
        connection.execute("UPDATE app.coaching_config SET frequency = 'daily'")
    assert rows(warehouse, plan) == [(True, moment(TICK))]
    with connect(warehouse) as connection:
        connection.execute("UPDATE app.coaching_config SET frequency = 'onceAWeek'")
    assert rows(warehouse, plan) == [(True, None)]
    with connect(warehouse) as connection:
        connection.execute("UPDATE app.coaching_config SET enable_coaching_messages = false")
    assert rows(warehouse, plan) == [(False, None)]


def test_outside_the_roll_out_nobody_is_coached_and_each_is_looked_at_once_a_day(warehouse: str) -> None:
    fill(warehouse, [Person(1, due=moment(TICK)), Person(2, due=moment(TICK)), Person(3)])
    with connect(warehouse) as connection:
        set_flag(connection, "hourly_coaching", "listed", 0, ["u1"])
    run_tick(warehouse, TICK)
    assert outcomes(warehouse) == {1: "sent", 2: None, 3: None}
    due = dict(rows(warehouse, "SELECT user_id, next_due_at FROM warehouse.coaching_schedule"))
    assert (due[2], due[3]) == (moment(TICK) + timedelta(days=1), None)
