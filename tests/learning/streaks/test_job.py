"""Streaks in the warehouse: settled once at midnight, mended by what comes late, never put back."""

from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from include.batch import publication, runs, stages, staging, verification
from include.core.db import Connection, connect
from include.learning.streaks.job import JOB
from tests.batch.rows import query
from tests.batch.walk import finish, open_run, stage
from tests.learning.learners import Event, arrive, fill, moment, tick

BERLIN = 60  # November 2015


def daily(user: int, *days: int, hour: int = 12, offset: int = 0, **more: Any) -> list[Event]:
    """An answer a day in November 2015, at a UTC hour."""
    return [
        Event(user, datetime(2015, 11, day, hour, tzinfo=moment("2015-11-01").tzinfo), offset, **more)
        for day in days
    ]


def streak(url: str, user: int = 1) -> tuple[Any, ...] | None:
    """(streak, longest, first day, last day) of November 2015, in days of the month."""
    rows = query(
        url,
        "SELECT streak, longest, started_on, last_active_day FROM warehouse.learner_streaks WHERE user_id = %s",
        user,
    )
    return (*rows[0][:2], *(day and day.day for day in rows[0][2:])) if rows else None


def in_app(url: str, user: int = 1) -> tuple[int, date | None]:
    return query(url, "SELECT study_streak, last_activity_date FROM app.users WHERE user_id = %s", user)[0]  # type: ignore[return-value]


def test_a_tick_settles_whose_midnight_it_is_and_nobody_else(warehouse: str) -> None:
    fill(
        warehouse,
        {1: "Europe/Berlin", 2: "UTC", 3: "Asia/Kolkata", 4: "Mars/Olympus", 5: "Europe/Berlin"},
        [*daily(1, 3, 4), *daily(2, 3, 4), *daily(3, 3, 4), *daily(4, 4)],
    )
    summary = tick(warehouse, JOB, "2015-11-04T23:00")
    assert (summary["processed"], summary["problem"]) == (1, None)
    assert streak(warehouse, 1) == (2, 2, 3, 4)
    assert in_app(warehouse, 1) == (2, date(2015, 11, 4))
    assert [streak(warehouse, user) for user in (2, 3, 4, 5)] == [None] * 4  # 5 never answered anything
    tick(warehouse, JOB, "2015-11-05T00:00")
    assert (streak(warehouse, 2), streak(warehouse, 4)) == ((2, 2, 3, 4), (1, 1, 4, 4))
    tick(warehouse, JOB, "2015-11-04T19:00")  # 00:30 in Kolkata
    assert streak(warehouse, 3) == (2, 2, 3, 4)


def test_an_hour_that_is_nobodys_midnight_is_no_error(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, daily(1, 4))
    assert tick(warehouse, JOB, "2015-11-04T13:00")["problem"] is None
    assert streak(warehouse) is None


def test_a_streak_grows_breaks_and_begins_again(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, daily(1, 2, 3, 6))
    found = []
    for day in range(3, 8):
        tick(warehouse, JOB, f"2015-11-{day:02}T00:00")
        found.append((*streak(warehouse)[:2], in_app(warehouse)[0]))  # type: ignore[index]
    assert found == [(1, 1, 1), (2, 2, 2), (0, 2, 0), (0, 2, 0), (1, 2, 1)]


def test_skips_and_answers_of_impossible_clocks_are_no_answers(warehouse: str) -> None:
    ahead = Event(1, moment("2015-11-04T12:00"), after=timedelta(minutes=-6))
    older = Event(1, datetime(1970, 1, 1, tzinfo=ahead.at.tzinfo), after=timedelta(days=16000))
    fill(warehouse, {1: "UTC"}, [*daily(1, 3), *daily(1, 4, skipped=True), ahead, older])
    tick(warehouse, JOB, "2015-11-05T00:00")
    assert streak(warehouse) == (0, 1, None, 3)


def test_an_answer_of_a_day_to_come_waits_for_it(warehouse: str) -> None:
    """The device is in Tokyo, the profile in UTC: at its midnight the learner has had nine hours of the next day."""
    fill(warehouse, {1: "UTC"}, daily(1, 3, 4, hour=20, offset=540))
    tick(warehouse, JOB, "2015-11-05T00:00")
    assert streak(warehouse) == (1, 1, 4, 4)
    tick(warehouse, JOB, "2015-11-06T00:00")
    assert streak(warehouse) == (2, 2, 4, 5)


@pytest.mark.parametrize(("late", "mended"), [(4, (5, 5, 2, 6)), (1, (2, 3, 5, 6))])
def test_what_was_answered_offline_mends_the_streak_at_the_next_settlement(
    warehouse: str, late: int, mended: tuple[int, ...]
) -> None:
    fill(warehouse, {1: "UTC"}, daily(1, 2, 3, 5))
    for day in (3, 4, 5, 6):
        tick(warehouse, JOB, f"2015-11-{day:02}T00:00")
    assert streak(warehouse) == (1, 2, 5, 5)
    arrive(warehouse, *daily(1, 6), *daily(1, late, after=timedelta(days=6 - late)))
    tick(warehouse, JOB, "2015-11-07T00:00")
    assert streak(warehouse) == mended
    assert in_app(warehouse) == (mended[0], date(2015, 11, 6))


def test_a_file_of_old_answers_that_is_loaded_late_counts(warehouse: str) -> None:
    """The source says that they were received at once; that they came here later is what matters."""
    fill(warehouse, {1: "UTC"}, daily(1, 2, 3))
    for day in (3, 4, 5):
        tick(warehouse, JOB, f"2015-11-{day:02}T00:00")
    arrive(warehouse, *daily(1, 4, 5, stored_at=moment("2015-11-05T06:00")))
    tick(warehouse, JOB, "2015-11-06T00:00")
    assert streak(warehouse) == (4, 4, 2, 5)


def test_a_settlement_that_was_missed_is_made_up_by_the_next(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, daily(1, 1, 2, 3, 4, 5))
    tick(warehouse, JOB, "2015-11-02T00:00")
    tick(warehouse, JOB, "2015-11-06T00:00")
    assert streak(warehouse) == (5, 5, 1, 5)


def test_a_traveller_keeps_the_streak_across_the_date_line_both_ways(warehouse: str) -> None:
    fill(
        warehouse,
        {1: "Pacific/Honolulu", 2: "Pacific/Auckland"},
        [
            *daily(1, 3, 4, hour=20, offset=-600),  # at home on the 3rd and 4th, then over the line
            Event(1, moment("2015-11-05T20:00"), 780),  # the 6th in Auckland: the 5th lasted an hour
            *daily(2, 3, 4, hour=2, offset=780),  # at home on the 3rd and 4th
            Event(2, moment("2015-11-04T22:00"), -600),  # the 4th once more, in Honolulu
            Event(2, moment("2015-11-05T22:00"), -600),  # the 5th
        ],
    )
    tick(warehouse, JOB, "2015-11-05T10:00")
    assert streak(warehouse, 1) == (2, 2, 3, 4)
    assert streak(warehouse, 2) is None
    query(warehouse, "UPDATE app.users SET time_zone = 'Pacific/Auckland' WHERE user_id = 1")
    query(warehouse, "UPDATE app.users SET time_zone = 'Pacific/Honolulu' WHERE user_id = 2")
    tick(warehouse, JOB, "2015-11-06T11:00")
    assert streak(warehouse, 1) == (3, 3, 3, 6)
    tick(warehouse, JOB, "2015-11-06T10:00")
    assert streak(warehouse, 2) == (3, 3, 3, 5)


def test_a_silent_learner_without_a_streak_is_left_alone(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, daily(1, 2))
    runs = [tick(warehouse, JOB, f"2015-11-{day:02}T00:00")["processed"] for day in (3, 4, 5, 6, 7)]
    assert runs == [1, 1, 0, 0, 0]  # counted, broken, and then nothing to say


def test_a_tick_run_twice_gives_the_same(warehouse: str) -> None:
    fill(warehouse, {1: "UTC", 2: "UTC"}, [*daily(1, 3, 4), *daily(2, 4)])
    tick(warehouse, JOB, "2015-11-05T00:00")
    before = streak(warehouse, 1), streak(warehouse, 2)
    tick(warehouse, JOB, "2015-11-05T00:00")
    assert (streak(warehouse, 1), streak(warehouse, 2)) == before


def test_an_older_tick_run_again_puts_nothing_back(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, daily(1, 3, 4))
    tick(warehouse, JOB, "2015-11-05T00:00")
    assert tick(warehouse, JOB, "2015-11-04T00:00")["processed"] == 0
    assert streak(warehouse) == (2, 2, 3, 4)


def test_of_two_ticks_at_once_the_newer_stays(warehouse: str) -> None:
    """The older one has staged its streaks when the newer one publishes."""
    fill(warehouse, {1: "UTC", 2: "UTC"}, [*daily(1, 3, 4), *daily(2, 3)])
    older = open_run(warehouse, "2015-11-04T00:00", job=JOB, now=moment("2015-11-04T00:00"))
    refused = stage(warehouse, older, JOB)
    tick(warehouse, JOB, "2015-11-05T00:00")
    after = streak(warehouse, 1), in_app(warehouse, 1), streak(warehouse, 2)
    finish(warehouse, older, refused, job=JOB)
    assert (streak(warehouse, 1), in_app(warehouse, 1), streak(warehouse, 2)) == after
    assert after[0] == (2, 2, 3, 4)
    assert query(warehouse, "SELECT * FROM ops.job_retry_queue") == []


def _publish_at_once(connection: Connection, run: runs.Run) -> None:
    connection.execute("SET lock_timeout = '50ms'")
    stages.publish(connection, JOB, run, runs.request_of(run), moment("2015-11-05T00:00"))


def test_two_publications_wait_for_each_other(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, daily(1, 3, 4))
    run = open_run(warehouse, "2015-11-05T00:00", job=JOB, now=moment("2015-11-05T00:00"))
    refused = stage(warehouse, run, JOB)
    with psycopg.connect(warehouse) as other:
        other.execute("LOCK TABLE warehouse.learner_streaks IN SHARE ROW EXCLUSIVE MODE")
        with pytest.raises(psycopg.errors.LockNotAvailable), connect(warehouse) as connection:
            _publish_at_once(connection, run)
        assert query(warehouse, "SELECT count(*) FROM warehouse.learner_streaks") == [(0,)]  # readers go on
    finish(warehouse, run, refused, job=JOB)
    assert streak(warehouse) == (2, 2, 3, 4)


def test_killed_between_staging_and_publication_nothing_is_seen_and_the_rerun_gives_all(
    warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(warehouse, {1: "UTC"}, daily(1, 3, 4))
    run = open_run(warehouse, "2015-11-05T00:00", job=JOB, now=moment("2015-11-05T00:00"))
    refused = stage(warehouse, run, JOB)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publication, "_merge", killed)  # after the app's own copy was written
        with pytest.raises(KeyboardInterrupt):
            finish(warehouse, run, refused, job=JOB)
    assert (streak(warehouse), in_app(warehouse)) == (None, (0, None))
    finish(warehouse, run, refused, job=JOB)
    assert (streak(warehouse), in_app(warehouse)) == ((2, 2, 3, 4), (2, date(2015, 11, 4)))


def test_a_learner_whose_row_breaks_a_rule_is_not_published(warehouse: str) -> None:
    fill(warehouse, {1: "UTC", 2: "UTC"}, [*daily(1, 3, 4), *daily(2, 4)])
    run = open_run(warehouse, "2015-11-05T00:00", job=JOB, now=moment("2015-11-05T00:00"))
    stage(warehouse, run, JOB)
    with connect(warehouse) as connection:
        connection.execute(
            sql.SQL("UPDATE {} SET started_on = last_active_day WHERE user_id = 1").format(
                staging.staged(JOB.tables[0], run)
            )
        )
        refused = stages.check(connection, JOB, run)
    assert refused == [[1]]
    finish(warehouse, run, refused, job=JOB)  # made again, on its own merits
    assert streak(warehouse, 1) == (2, 2, 3, 4)
    (kept,) = query(warehouse, "SELECT user_id, check_name FROM ops.quarantine")
    assert kept == (1, "streak_fits_its_days")


def test_the_roll_out_flag_is_followed(warehouse: str) -> None:
    fill(warehouse, {1: "UTC", 2: "UTC"}, [*daily(1, 4), *daily(2, 4)])
    query(
        warehouse,
        "UPDATE ops.feature_flags SET state = 'listed', listed = '{2}' WHERE flag = 'learner_streaks'",
    )
    tick(warehouse, JOB, "2015-11-05T00:00")
    assert (streak(warehouse, 1), streak(warehouse, 2)) == (None, (1, 1, 4, 4))


# ---------------------------------------------------------------- the nudge of the evening


def nudges(url: str) -> list[tuple[Any, ...]]:
    return query(
        url,
        "SELECT user_id, period, payload FROM ops.notification_outbox WHERE kind = 'streak_nudge' ORDER BY id",
    )


def with_streak(url: str, *more: Event, zone: str = "UTC") -> None:
    """A streak of the 3rd and 4th, settled at the midnight after."""
    fill(url, {1: zone}, [*daily(1, 3, 4), *more])
    tick(url, JOB, "2015-11-05T00:00")


def test_who_would_lose_a_streak_at_midnight_is_told_in_the_evening(warehouse: str) -> None:
    with_streak(warehouse)
    for hour in (18, 19, 20, 21, 22):
        tick(warehouse, JOB, f"2015-11-05T{hour}:00")
    assert nudges(warehouse) == [(1, "2015-11-05", {"streak": 2})]


NOT_TOLD = {
    "answered today": "",
    "has no app": "UPDATE app.users SET has_app_installed = false",
    "a streak of one day": "UPDATE warehouse.learner_streaks SET streak = 1",
    "lost it the day before": "UPDATE warehouse.learner_streaks SET settled_day = '2015-11-03'",
    "switched off": "UPDATE ops.feature_flags SET state = 'off' WHERE flag = 'learner_streaks'",
    "not listed": "UPDATE ops.feature_flags SET state = 'listed', listed = '{2}' WHERE flag = 'learner_streaks'",
    "flew east, and has had less than half of the day": "UPDATE warehouse.learner_streaks SET last_offset = -721",
}


@pytest.mark.parametrize("why", NOT_TOLD)
def test_nobody_else_is_told(warehouse: str, why: str) -> None:
    with_streak(warehouse, *(daily(1, 5) if why == "answered today" else ()))
    if NOT_TOLD[why]:
        query(warehouse, NOT_TOLD[why])
    tick(warehouse, JOB, "2015-11-05T20:00")
    assert nudges(warehouse) == []


def test_a_skip_or_an_answer_of_an_impossible_clock_saves_no_streak(warehouse: str) -> None:
    ahead = Event(1, moment("2015-11-05T12:00"), after=timedelta(minutes=-6))
    with_streak(warehouse, *daily(1, 5, skipped=True), ahead)
    tick(warehouse, JOB, "2015-11-05T20:00")
    assert len(nudges(warehouse)) == 1


def test_exactly_one_nudge_a_local_day_whatever_runs_again(warehouse: str) -> None:
    with_streak(warehouse)
    for _ in range(2):
        tick(warehouse, JOB, "2015-11-05T20:00")
    query(warehouse, "UPDATE app.users SET time_zone = 'America/New_York'")  # where it will be 20:00 again
    tick(warehouse, JOB, "2015-11-06T01:00")
    assert [row[1] for row in nudges(warehouse)] == ["2015-11-05"]


def test_a_tick_that_runs_after_the_evening_tells_nobody(warehouse: str) -> None:
    with_streak(warehouse)
    tick(warehouse, JOB, "2015-11-05T20:00", late=timedelta(hours=4))
    assert nudges(warehouse) == []


def test_half_hour_zones_are_told_by_the_first_tick_after_eight_in_the_evening(warehouse: str) -> None:
    fill(warehouse, {1: "Asia/Kolkata"}, daily(1, 3, 4, offset=330))
    tick(warehouse, JOB, "2015-11-04T19:00")
    tick(warehouse, JOB, "2015-11-05T14:00")  # 19:30
    assert nudges(warehouse) == []
    tick(warehouse, JOB, "2015-11-05T15:00")  # 20:30
    assert nudges(warehouse) == [(1, "2015-11-05", {"streak": 2})]


def test_a_learner_of_whom_nothing_could_be_made_is_tried_again_later(warehouse: str) -> None:
    """The retry has a table of members of its own, and asks the clocks of the tick again."""
    fill(warehouse, {1: "UTC"}, daily(1, 3, 4))
    run = open_run(warehouse, "2015-11-05T00:00", job=JOB, now=moment("2015-11-05T00:00"))
    stage(warehouse, run, JOB)
    with connect(warehouse) as connection:
        verification.remove_users(connection, JOB, run, [1])
    finish(warehouse, run, [], job=JOB)
    assert query(warehouse, "SELECT user_id, status FROM ops.job_retry_queue") == [(1, "pending")]
    again = open_run(warehouse, "2015-11-05T00:00", job=JOB, now=moment("2015-11-05T03:00"))
    query(warehouse, "UPDATE ops.job_retry_queue SET next_retry_at = '2015-11-05T02:00Z'")
    with connect(warehouse) as connection:
        assert stages.retry(connection, JOB, again, moment("2015-11-05T03:00"))["recovered"] == 1
    assert streak(warehouse) == (2, 2, 3, 4)
    assert query(warehouse, "SELECT * FROM ops.job_retry_queue") == []
