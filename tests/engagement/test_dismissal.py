"""From the event to the next brief: a dismissed insight is not repeated the next week."""

from datetime import UTC, date, datetime, timedelta

import psycopg

from include.core.db import Connection, connect
from include.local import population
from tests.batch.walk import QUICK, run_week
from tests.engagement.readers import event, record

WEEK, NEXT = date(2025, 12, 22), date(2025, 12, 29)
NOW = datetime(2026, 1, 5, 14, tzinfo=UTC)


def told(connection: Connection, week: date) -> dict[int, set[str]]:
    """The keys of every user's insights of a week."""
    query = (
        "SELECT user_id, array_agg(insight_key) FROM warehouse.health_insights WHERE week_of = %s GROUP BY 1"
    )
    return {user: set(keys) for user, keys in connection.execute(query, (week,))}


def test_a_dismissed_insight_is_not_repeated_the_next_week(warehouse: str) -> None:
    with connect(warehouse) as connection:
        population.generate(connection, users=30, weeks=8, seed=5, week_of=NEXT)
    for week in (WEEK, NEXT):
        run_week(warehouse, f"{week}", job=QUICK, now=NOW)
    with psycopg.connect(warehouse) as connection:
        first, second = told(connection, WEEK), told(connection, NEXT)
        repeated = {
            user: min(keys & second[user]) for user, keys in first.items() if keys & second.get(user, set())
        }
        assert len(repeated) >= 5, "too few insights come again by themselves for this test to say anything"
        dismisser, *others = sorted(repeated)
        gone = repeated[dismisser]
        sent = event(component="insights", action="dismiss", insight_key=gone, brief_week=f"{WEEK}")
        assert record(connection, sent, user=dismisser)["accepted"]
        # The moment of a dismissal is that of its arrival, which is today: put it into the week of the brief.
        moment = datetime(WEEK.year, WEEK.month, WEEK.day, 12, tzinfo=UTC) + timedelta(days=1)
        connection.execute("UPDATE app.insight_dismissals SET dismissed_at = %s", (moment,))
    run_week(warehouse, f"{NEXT}", job=QUICK, now=NOW)
    with psycopg.connect(warehouse) as connection:
        again = told(connection, NEXT)
        assert gone not in again[dismisser]
        assert len(again[dismisser]) >= 3
        assert {user: again[user] for user in others} == {user: second[user] for user in others}
        assert told(connection, WEEK) == first
