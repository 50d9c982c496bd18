"""A week's calibration: what counts as opened, answered and dismissed, and whose."""

from datetime import UTC, datetime, timedelta

import pytest

from include.batch import runs
from include.batch.job import Run, RunRequest
from include.coaching.calibration import job
from include.coaching.calibration.models import Taken
from include.coaching.calibration.repo import newest_week, read_weeks
from include.core.db import Connection, connect
from include.core.periods import Week
from include.jobs import load_refresh
from tests.coaching.calibration.messages import act, add_user, send

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # of the messages; their week is named 2026-03-09
WEEK = Week.parse("2026-03-09")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def open_run(connection: Connection, key: str = WEEK.key) -> Run:
    return runs.open_run(
        connection, "coaching_calibration", key, f"test:{key}", RunRequest(), MONDAY + 10 * DAY
    )


def test_messages_are_counted_by_rating_and_each_once(warehouse: str) -> None:
    with connect(warehouse) as connection:
        for user in range(1, 6):
            add_user(connection, user)
        sent = {user: send(connection, user, MONDAY + DAY, rating=6 + user % 2) for user in range(1, 6)}
        for user in (1, 2):
            act(connection, user, sent[user], "view", MONDAY + DAY)
            act(connection, user, sent[user], "view", MONDAY + DAY, after=5 * HOUR)
        act(connection, 2, sent[2], "action_taken", MONDAY + DAY)
        act(connection, 3, sent[3], "dismiss", MONDAY + DAY)
        act(connection, 4, sent[4], "expand", MONDAY + DAY)  # neither
        found = job.refresh(connection, open_run(connection))
        assert read_weeks(connection, WEEK, 1) == [Taken(6, 2, 1, 1, 0), Taken(7, 3, 1, 0, 1)]
    totals = {name: found[name] for name in ("messages", "opened", "answered", "dismissed")}
    assert totals == {"messages": 5, "opened": 2, "answered": 1, "dismissed": 1}


@pytest.mark.parametrize(
    ("after", "counts"),
    [(-HOUR, 0), (timedelta(0), 1), (72 * HOUR - timedelta(seconds=1), 1), (72 * HOUR, 0)],
    ids=["before it was sent", "at once", "in 72 hours", "later"],
)
def test_what_follows_within_72_hours_counts(warehouse: str, after: timedelta, counts: int) -> None:
    with connect(warehouse) as connection:
        add_user(connection, 1)
        last = MONDAY + 7 * DAY - HOUR  # its 72 hours reach into the next week
        act(connection, 1, send(connection, 1, last, 8), "action_taken", last, after)
        job.refresh(connection, open_run(connection))
        assert read_weeks(connection, WEEK, 1) == [Taken(8, 1, 0, counts, 0)]


def test_only_the_weeks_own_messages_that_were_sent_and_their_own_users_events_count(warehouse: str) -> None:
    with connect(warehouse) as connection:
        for user in (1, 2):
            add_user(connection, user)
        send(connection, 1, MONDAY - HOUR, 8)
        send(connection, 1, MONDAY + 7 * DAY, 8)
        send(connection, 1, MONDAY + DAY, 5, sent=False)
        mine = send(connection, 1, MONDAY, 9)
        act(connection, 2, mine, "action_taken", MONDAY)
        act(connection, 1, mine, "view", MONDAY, component="weekly_brief")
        job.refresh(connection, open_run(connection))
        assert read_weeks(connection, WEEK, 1) == [Taken(9, 1, 0, 0, 0)]


def test_a_rerun_replaces_its_week_and_no_other_and_weeks_are_read_together(warehouse: str) -> None:
    with connect(warehouse) as connection:
        add_user(connection, 1)
        first = send(connection, 1, MONDAY, 8)
        send(connection, 1, MONDAY + 7 * DAY, 8)
        for key in ("2026-03-09", "2026-03-16"):
            job.refresh(connection, open_run(connection, key))
        act(connection, 1, first, "view", MONDAY)
        job.refresh(connection, open_run(connection))
        assert newest_week(connection) == Week.parse("2026-03-16")
        assert read_weeks(connection, WEEK, 1) == [Taken(8, 1, 1, 0, 0)]
        assert read_weeks(connection, Week.parse("2026-03-16"), 1) == [Taken(8, 1, 0, 0, 0)]
        assert read_weeks(connection, Week.parse("2026-03-16"), 2) == [Taken(8, 2, 1, 0, 0)]


def test_a_week_without_messages_has_no_rows_and_is_no_error(warehouse: str) -> None:
    with connect(warehouse) as connection:
        found = load_refresh("coaching_calibration")(connection, open_run(connection))
        assert newest_week(connection) is None
    assert found == {
        "messages": 0, "opened": 0, "answered": 0, "dismissed": 0, "calibration_error": None, "ranking": None,
    }  # fmt: skip
