"""A week's fold: what counts as what, whose week it is, and that late and repeated runs come to the same."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from include.batch import runs
from include.batch.job import RunRequest
from include.core.db import Connection
from include.jobs import load_refresh
from tests.engagement.readers import ANN, BEN, NEWER, OLDER, event, one, preferences, record, view

PERIOD, NEXT = "2016-05-09", "2016-05-16"
MONDAY = datetime(2016, 5, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def arrive(connection: Connection, at: datetime, *events: dict[str, Any], user: int = ANN) -> None:
    """Record events as if they had come in at a moment, and happened then unless they say otherwise."""
    record(connection, *({"occurred_at": at.isoformat(), **sent} for sent in events), user=user)
    names = [sent["event_id"] for sent in events]
    connection.execute(
        "UPDATE app.engagement_events SET received_at = %s WHERE event_id = ANY (%s)", (at, names)
    )


def fold(connection: Connection, period: str = PERIOD) -> dict[str, Any]:
    name = "engagement_analytics"
    run = runs.open_run(connection, name, period, f"test:{period}:{datetime.now(UTC)}", RunRequest(), MONDAY)
    counted = load_refresh(name)(connection, run)
    runs.close_run(connection, run, now=MONDAY, processed=0, successful=0, error=None, outcomes={})
    runs.release_lease(connection, run)
    return counted


def rows(connection: Connection) -> dict[tuple[int, str], dict[str, Any]]:
    """Everything but when and by whom it was made."""
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        found = cursor.execute("SELECT * FROM warehouse.intelligence_analytics").fetchall()
    for row in found:
        del row["run_id"], row["created_at"]
    return {(row.pop("user_id"), f"{row.pop('week_of')}"): row for row in found}


NOTHING = {
    "brief_view_time": 0.0, "brief_scroll_depth": None, "patterns_clicked": 0, "recommendations_actioned": 0,
    "velocity_interactions": 0, "total_page_time": 0.0, "engaged": False, "meaningful": False,
}  # fmt: skip


def test_each_event_counts_as_what_it_is(connection: Connection) -> None:
    arrive(
        connection, MONDAY + DAY,
        view(engagement_time=2.5, scroll_depth=0.4), view(engagement_time=4.25, scroll_depth=0.75),
        event(component="patterns", action="view", engagement_time=10, brief_week=NEWER),
        event(component="patterns", action="expand", brief_week=NEWER),
        event(component="patterns", action="action_taken", brief_week=NEWER),
        event(component="recommendations", action="view", brief_week=NEWER),
        event(component="recommendations", action="action_taken", brief_week=NEWER),
        event(component="velocity", action="expand", brief_week=NEWER),
        event(component="leaderboard", action="view", engagement_time=500, brief_week=NEWER),
    )  # fmt: skip
    assert fold(connection) == {"events": 8, "readings": 1, "averages": 1}
    assert rows(connection) == {
        (ANN, NEWER): {
            "brief_view_time": 6.75, "brief_scroll_depth": 0.75, "patterns_clicked": 2,
            "recommendations_actioned": 1, "velocity_interactions": 1, "total_page_time": 16.75,
            "engaged": True, "meaningful": True,
        }
    }  # fmt: skip


@pytest.mark.parametrize(("seconds", "engaged"), [(3, False), (3.001, True)])
def test_more_than_three_seconds_is_engaged(connection: Connection, seconds: float, engaged: bool) -> None:
    arrive(connection, MONDAY, view(engagement_time=seconds))
    fold(connection)
    assert rows(connection)[ANN, NEWER]["engaged"] is engaged


@pytest.mark.parametrize(("depth", "meaningful"), [(0.5, False), (0.51, True)])
def test_more_than_half_the_page_is_meaningful(
    connection: Connection, depth: float, meaningful: bool
) -> None:
    arrive(connection, MONDAY, view(scroll_depth=depth))
    fold(connection)
    assert rows(connection)[ANN, NEWER]["meaningful"] is meaningful


def test_an_event_that_names_no_brief_belongs_to_the_monday_before_it(connection: Connection) -> None:
    page = {"component": "intelligence", "action": "view", "engagement_time": 1}
    arrive(connection, MONDAY, event(**page))
    arrive(connection, MONDAY + 7 * DAY - timedelta(seconds=1), event(**page))
    arrive(connection, MONDAY + 7 * DAY, event(**page))
    fold(connection)
    assert rows(connection) == {(ANN, NEWER): {**NOTHING, "total_page_time": 2.0}}


def test_a_late_event_completes_its_own_week_and_touches_no_other(connection: Connection) -> None:
    arrive(connection, MONDAY + DAY, view(engagement_time=5))
    arrive(connection, MONDAY + DAY, view(engagement_time=7), user=BEN)
    fold(connection)
    before = rows(connection)
    arrive(connection, MONDAY + 8 * DAY, view(OLDER, engagement_time=2), view(NEWER, engagement_time=1))
    assert fold(connection, NEXT)["readings"] == 2
    after = rows(connection)
    assert after[ANN, NEWER]["brief_view_time"] == 6
    assert after[ANN, OLDER]["brief_view_time"] == 2
    assert after[BEN, NEWER] == before[BEN, NEWER]


def test_a_run_again_changes_nothing_whichever_week_it_is_for(connection: Connection) -> None:
    arrive(connection, MONDAY + DAY, view(engagement_time=0.1), view(engagement_time=0.2))
    arrive(connection, MONDAY + 8 * DAY, view(engagement_time=0.3), view(OLDER))
    fold(connection)
    fold(connection, NEXT)
    once = rows(connection)
    for period in (PERIOD, NEXT, PERIOD):
        counted = fold(connection, period)
        assert (counted["readings"], counted["averages"]) == (0, 0)
    assert rows(connection) == once


def test_the_average_is_over_briefs_that_were_shown(connection: Connection) -> None:
    arrive(connection, MONDAY + DAY, view(OLDER, engagement_time=4), view(NEWER, engagement_time=9))
    arrive(connection, MONDAY + DAY, event(component="velocity", action="view"), user=BEN)
    fold(connection)
    assert preferences(connection)["avg_engagement_time"] == 6.5
    assert preferences(connection, BEN)["avg_engagement_time"] is None
    assert one(connection, "SELECT count(*) FROM app.user_preferences_history") == 0


def test_a_week_without_events_is_no_error(connection: Connection) -> None:
    assert fold(connection) == {"events": 0, "readings": 0, "averages": 0}
