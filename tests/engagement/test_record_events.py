"""Events are taken once, whole, in any order, and for the acting user only."""

from datetime import date, timedelta
from itertools import pairwise, permutations
from threading import Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue

from include.core.db import Connection
from tests.api.readers import publish
from tests.coaching.calibration.messages import send
from tests.engagement.readers import (
    BEN,
    NEWER,
    OLDER,
    event,
    one,
    preferences,
    record,
    state,
    view,
    writing,
)

SOFT, HARD, AGAIN = "brief_soft_dismissed", "brief_permanently_disabled", "brief_re_enabled"
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ids(*events: dict[str, Any]) -> list[str]:
    return [one["event_id"] for one in events]


def stored(connection: Connection, user: int = 1) -> int:
    return int(one(connection, "SELECT count(*) FROM app.engagement_events WHERE user_id = %s", user))


# ------------------------------------------------------------------ each once


def test_a_resent_event_is_known_and_changes_nothing(connection: Connection) -> None:
    first, second, third = view(), event(event=SOFT, brief_week=NEWER), view(engagement_time=5)
    assert record(connection, first, second, first) == {
        "accepted": ids(first, second), "known": [], "refused": [],
    }  # fmt: skip
    once = (state(connection), preferences(connection))
    assert record(connection, second, first) == {"accepted": [], "known": ids(second, first), "refused": []}
    assert (state(connection), preferences(connection)) == once
    answer = record(connection, first, third)
    assert (answer["accepted"], answer["known"]) == (ids(third), ids(first))
    assert stored(connection) == 3


def test_the_same_id_is_another_users_own_event(connection: Connection) -> None:
    shared = view()
    for user in (1, BEN):
        assert record(connection, shared, user=user)["accepted"] == ids(shared)
    assert state(connection, user=BEN)["impressions"] == 1


def test_an_id_is_the_same_in_capitals(connection: Connection) -> None:
    sent = view()
    record(connection, sent)
    shouted = {**sent, "event_id": sent["event_id"].upper()}
    assert record(connection, shouted)["known"] == ids(shouted)


@QUICK
@given(
    order=st.permutations(range(7)),
    cuts=st.sets(st.integers(1, 6)),
)
def test_no_order_and_no_grouping_of_events_makes_a_difference(
    connection: Connection, order: list[int], cuts: set[int]
) -> None:
    def at(hour: int) -> str:
        return f"2016-05-03T{hour:02}:00:00Z"

    events = [
        view(occurred_at=at(8)), view(occurred_at=at(9), engagement_time=4.5, scroll_depth=1),
        view(OLDER, occurred_at=at(7)), event(event=SOFT, brief_week=NEWER, occurred_at=at(10)),
        event(event=HARD, brief_week=OLDER, occurred_at=at(11)), event(event=AGAIN, occurred_at=at(12)),
        event(component="insights", action="dismiss", insight_key="a:b:up", occurred_at=at(13)),
    ]  # fmt: skip
    edges = [0, *sorted(cuts), len(events)]
    with connection.transaction(force_rollback=True):
        for start, end in pairwise(edges):
            record(connection, *(events[place] for place in order[start:end]))
        both = [state(connection, week) for week in (OLDER, NEWER)]
        chosen = preferences(connection)
        dismissed = one(connection, "SELECT insight_key FROM app.insight_dismissals")
    assert [(one["impressions"], one["engagement_time"]) for one in both] == [(1, 0), (1, 4.5)]
    assert [one["first_shown_at"].hour for one in both] == [7, 8]
    assert [one["dismissed_at"].hour for one in both] == [11, 10]
    assert chosen["weekly_brief_enabled"]
    assert chosen["total_briefs_dismissed"] == 2
    assert chosen["last_brief_dismissed_at"].hour == 11
    assert dismissed == "a:b:up"


def test_two_devices_at_once_are_both_counted(briefed: str) -> None:
    """The second waits for the first, and then counts its event, too."""

    def second() -> None:
        with psycopg.connect(briefed, application_name="second device") as other:
            record(other, view())

    waiting = (
        "SELECT FROM pg_stat_activity WHERE application_name = 'second device' AND wait_event_type = 'Lock'"
    )
    with psycopg.connect(briefed) as first, psycopg.connect(briefed, autocommit=True) as watcher:
        record(first, view())
        thread = Thread(target=second)
        thread.start()
        while thread.is_alive() and watcher.execute(waiting).fetchone() is None:
            pass
        first.commit()
        thread.join()
        assert state(first)["impressions"] == 2


# ------------------------------------------------------------------ what follows


def test_visible_at_all_is_an_impression_and_time_adds_up(connection: Connection) -> None:
    assert state(connection)["overlay_due"]
    record(connection, view())
    assert not state(connection)["overlay_due"]
    record(connection, view(engagement_time=2.5), view(), view(engagement_time=4))
    found = state(connection)
    assert (found["impressions"], found["engagement_time"]) == (2, 6.5)


def test_a_look_that_only_reports_its_time_is_one_impression(connection: Connection) -> None:
    record(connection, view(engagement_time=2.5))
    assert state(connection)["impressions"] == 1


def test_a_soft_dismissal_is_of_its_week_only(connection: Connection) -> None:
    record(connection, event(event=SOFT, brief_week=OLDER))
    assert state(connection, OLDER)["dismissed_at"] is not None
    assert state(connection, NEWER)["dismissed_at"] is None
    assert state(connection, NEWER)["overlay_due"]
    assert preferences(connection)["weekly_brief_enabled"]
    assert preferences(connection)["total_briefs_dismissed"] == 1


def test_a_brief_that_is_dismissed_twice_is_one_dismissed_brief(connection: Connection) -> None:
    record(connection, event(event=SOFT, brief_week=NEWER))
    record(connection, event(event=HARD, brief_week=NEWER))
    record(connection, event(component="weekly_brief", action="dismiss", brief_week=NEWER))
    assert preferences(connection)["total_briefs_dismissed"] == 1


def test_dismissed_for_good_is_still_generated_and_comes_back_by_an_explicit_event(
    connection: Connection,
) -> None:
    record(connection, event(event=HARD, brief_week=OLDER))
    off = preferences(connection)
    assert not off["weekly_brief_enabled"]
    assert off["intelligence_generation_enabled"]
    assert not state(connection, NEWER)["overlay_due"]
    record(connection, view(NEWER))  # a look at the page alone changes nothing
    assert not preferences(connection)["weekly_brief_enabled"]
    a_while_ago = "UPDATE app.engagement_events SET occurred_at = occurred_at - interval '1 minute'"
    connection.execute(a_while_ago)  # within a transaction no time passes
    record(connection, event(event=AGAIN, reason="visited_page"))
    on = preferences(connection)
    assert (on["weekly_brief_enabled"], on["re_enabled_reason"]) == (True, "visited_page")


@pytest.mark.parametrize("order", permutations([(HARD, 8), (AGAIN, 9), (HARD, 10)]))
def test_of_off_and_on_the_latest_on_the_clock_holds(
    connection: Connection, order: tuple[tuple[str, int], ...]
) -> None:
    for name, hour in order:
        record(connection, event(event=name, brief_week=NEWER, occurred_at=f"2016-05-03T{hour:02}:00:00Z"))
    assert not preferences(connection)["weekly_brief_enabled"]


def test_history_is_kept_of_decisions_and_not_of_counts(connection: Connection) -> None:
    history = "SELECT count(*) FROM app.user_preferences_history"
    record(connection, event(event=SOFT, brief_week=OLDER))
    record(connection, event(event=SOFT, brief_week=NEWER))
    assert one(connection, history) == 0
    record(connection, event(event=HARD, brief_week=NEWER))
    assert one(connection, history) == 1


def test_a_week_without_a_brief_has_no_state(connection: Connection) -> None:
    assert record(connection, view("2016-05-09"))["refused"] == []
    assert one(connection, "SELECT count(*) FROM app.notification_state") == 0


def test_an_id_stays_when_the_brief_is_made_anew(connection: Connection) -> None:
    before = state(connection)["brief_id"]
    record(connection, view())
    connection.execute("UPDATE warehouse.weekly_health_briefs SET run_id = 2, generated_at = now()")
    assert state(connection)["brief_id"] == before
    assert one(connection, "SELECT brief_id FROM app.notification_state") == before


@pytest.mark.parametrize(
    ("frequency", "weeks"),
    [("weekly", 4), ("biweekly", 2), ("monthly", 1), ("never", 0)],
)
def test_the_overlay_comes_as_often_as_was_chosen(connection: Connection, frequency: str, weeks: int) -> None:
    for day in (9, 16, 23):
        publish(connection, BEN, date(2016, 5, day), "{}")
    connection.execute(
        "INSERT INTO app.user_preferences (user_id, weekly_brief_frequency) VALUES (2, %s)", (frequency,)
    )
    due = [state(connection, f"2016-05-{day:02}", BEN)["overlay_due"] for day in (2, 9, 16, 23)]
    assert sum(due) == weeks
    assert not any(this and following for this, following in pairwise(due)) or weeks == 4


# ------------------------------------------------------------------ what is not taken

REFUSED = [
    ({"event_id": None}, "event_id"),
    ({"event_id": 7}, "event_id"),
    ({"event_id": "7"}, "event_id"),
    ({"event": "brief_bought"}, "event"),
    ({"component": None}, "component"),
    ({"component": "x" * 65}, "component"),
    ({"component": "Weekly Brief"}, "component"),
    ({"action": "buy"}, "action"),
    ({"insight_key": ""}, "insight_key"),
    ({"insight_key": "k" * 201}, "insight_key"),
    ({"engagement_time": -1}, "engagement_time"),
    ({"engagement_time": 86401}, "engagement_time"),
    ({"engagement_time": 1e300}, "engagement_time"),
    ({"engagement_time": "5"}, "engagement_time"),
    ({"scroll_depth": 1.01}, "scroll_depth"),
    ({"scroll_depth": [0.5]}, "scroll_depth"),
    ({"brief_week": None}, "brief_week"),
    ({"brief_week": "2016-05-03"}, "Monday"),
    ({"brief_week": "2016-02-31"}, "not a date"),
    ({"brief_week": "yesterday"}, "brief_week"),
    ({"event": SOFT, "brief_week": None}, "brief_week"),
    ({"event": HARD, "brief_week": None}, "brief_week"),
    ({"user_segment": "whale"}, "user_segment"),
    ({"occurred_at": "now"}, "occurred_at"),
    ({"occurred_at": "2016-05-02T08:30:00"}, "offset"),
    ({"occurred_at": "2016-05-02T25:30:00Z"}, "not a moment"),
    ({"coaching_message_id": str(uuid4())}, "no message of yours"),
    ({"reason": "r" * 201}, "reason"),
]


@pytest.mark.parametrize(("changes", "named"), REFUSED)
def test_a_bad_event_is_refused_with_its_reason_and_the_good_beside_it_is_taken(
    connection: Connection, changes: dict[str, Any], named: str
) -> None:
    bad, good = {**view(), **changes}, view()
    answer = record(connection, bad, good)
    assert answer["accepted"] == ids(good)
    (refused,) = answer["refused"]
    assert refused["index"] == 0
    assert named in refused["reason"]
    assert stored(connection) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.integers()
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["event_id", "event", "component", "action", "brief_week", "occurred_at", "scroll_depth"]),
        inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@QUICK
@given(events=st.lists(JSON, min_size=1, max_size=6))
def test_whatever_is_sent_every_event_is_answered(connection: Connection, events: list[Any]) -> None:
    with connection.transaction(force_rollback=True):
        answer = record(connection, *events, view())
    assert len(answer["refused"]) == len(events)
    assert len(answer["accepted"]) == 1


@pytest.mark.parametrize("events", ["[]", "{}", "null", "[" + "{}," * 100 + "{}]"])
def test_none_or_more_than_a_hundred_are_not_taken_at_all(connection: Connection, events: str) -> None:
    with pytest.raises(InvalidParameterValue, match="1 to 100"), writing(connection, 1):
        connection.execute("SELECT app.record_events(%s::jsonb)", (events,))


def test_nobody_acts_for_nobody(connection: Connection) -> None:
    connection.execute("SET ROLE almanac_app_writer")
    with pytest.raises(InsufficientPrivilege, match=r"almanac\.user_id"):
        connection.execute("SELECT app.record_events('[{}]')")


def test_a_failure_on_the_way_leaves_nothing_half_done(connection: Connection) -> None:
    """The event is stored and its week counted when what follows fails: then none of it stays."""
    connection.execute("ALTER TABLE app.insight_dismissals ADD CHECK (insight_key <> 'poison')")
    poison = event(component="insights", action="dismiss", insight_key="poison")
    with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
        record(connection, view(), poison)
    assert stored(connection) == 0
    assert state(connection)["impressions"] == 0


def test_a_clock_that_runs_ahead_is_taken_back_to_the_arrival(connection: Connection) -> None:
    record(connection, view(occurred_at="2999-01-01T00:00:00+02:00"))
    assert one(connection, "SELECT occurred_at = received_at FROM app.engagement_events")


def test_an_event_about_a_message_is_of_whom_it_was_sent_to(connection: Connection) -> None:
    tick = one(connection, "SELECT now()") - timedelta(hours=1)
    own, others = (send(connection, user, tick, 8) for user in (1, BEN))
    unsent = send(connection, 1, tick - timedelta(days=1), 3, sent=False)

    def about(message: object) -> dict[str, Any]:
        return event(component="coaching_message", action="view", coaching_message_id=str(message))

    answer = record(connection, about(own), about(others), about(unsent))
    assert len(answer["accepted"]) == 1
    assert [refused["index"] for refused in answer["refused"]] == [1, 2]


def test_nobody_elses_rows_move(connection: Connection) -> None:
    before = (state(connection, user=BEN), preferences(connection, BEN))
    record(connection, view(), event(event=HARD, brief_week=NEWER))
    assert (state(connection, user=BEN), preferences(connection, BEN)) == before
