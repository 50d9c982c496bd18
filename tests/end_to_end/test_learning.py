"""The learning batches and a tick of coaching through Airflow's real scheduler, side by side, as the demo runs them."""

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest
from redis import Redis

from include.core.boards import WEEKLY, pointer
from include.core.db import connect
from include.local import coaching_demo, learning_demo, stack
from include.local.commands.briefs import issue_token
from include.local.learning_demo import Planned
from include.local.population import generate
from tests.end_to_end.conftest import Almanac

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

WEEK_OF = date(2016, 5, 2)  # the people's last day is the Sunday before
LEARNERS = 150


class Learned(NamedTuple):
    """A stack in which every learning DAG has run, and for which periods."""

    almanac: Almanac
    periods: dict[str, Any]


@pytest.fixture(scope="module")
def learned(almanac: Almanac) -> Learned:
    with connect(almanac.warehouse) as connection:
        generate(
            connection, users=LEARNERS, weeks=9, seed=4, week_of=WEEK_OF, attempts_per_user=60, journals=True
        )
        for table in ("daily_health", "lab_results"):  # learners only: the other batch has people of its own
            connection.execute(
                f"DELETE FROM app.{table} USING app.users WHERE "
                f"users.user_id = {table}.user_id AND external_id LIKE 'gen-%%'"
            )
    found = learning_demo.what_there_is(almanac.settings)
    tick = coaching_demo.busiest_tick(almanac.settings)
    assert tick is not None
    coached = Planned(coaching_demo.DAG, tick)
    learning_demo.run_all(almanac.settings, found, [coached])  # a failed run is an error here
    ran = [coached, *(one for step in learning_demo.planned(found) for one in step)]
    return Learned(almanac, {one.dag_id: one.period for one in ran})


def rows(learned: Learned, query: str, *values: Any) -> list[Any]:
    with psycopg.connect(learned.almanac.warehouse) as connection:
        return connection.execute(query, values).fetchall()


def test_boards_are_published_shown_in_redis_and_read(learned: Learned) -> None:
    week = learned.periods["weekly_leaderboard"].first
    boards = rows(learned, "SELECT board, state, learners > 0 FROM warehouse.leaderboards ORDER BY board")
    assert boards == [("monthly", "final", True), ("weekly", "final", True)]
    with Redis.from_url(stack.urls(learned.almanac.settings).redis) as redis:
        shown = redis.get(pointer(WEEKLY, week))
        assert shown is not None
        assert redis.get(pointer(WEEKLY, None)) == shown
    ((first,),) = rows(
        learned,
        "SELECT external_id FROM serving.leaderboard_rows_v1 WHERE board = 'weekly' AND position = 1",
    )
    token = issue_token(learned.almanac.settings, first, datetime.now(UTC))
    url = f"{learned.almanac.api}/api/v1/leaderboard/my-rank"
    told = httpx.get(url, headers={"Authorization": f"Bearer {token}"}).json()
    assert (told["period"], told["user_rank"]["rank"]) == (week.isoformat(), 1)


def test_every_run_is_logged_as_completed(learned: Learned) -> None:
    """Beside them there may be a scheduled run of the hour in which the tests ran."""
    found = set(rows(learned, "SELECT job_name, period, status FROM ops.job_execution_log"))
    assert {(name, period.key, "completed") for name, period in learned.periods.items()} <= found


def test_streaks_stand_with_the_user_too(learned: Learned) -> None:
    ((settled, agreeing, longest),) = rows(
        learned,
        "SELECT count(*), count(*) FILTER (WHERE streak = study_streak AND "
        "last_active_day IS NOT DISTINCT FROM last_activity_date), max(longest) "
        "FROM warehouse.learner_streaks JOIN app.users USING (user_id)",
    )
    assert settled == agreeing > 0
    assert longest > 1


def test_reports_questions_and_reminders_are_there(learned: Learned) -> None:
    ((reports, charts),) = rows(
        learned,
        "SELECT count(*), count(*) FILTER (WHERE chart LIKE '%%<svg%%') FROM warehouse.monthly_learner_reports",
    )
    assert reports == charts > 0
    ((questions,),) = rows(learned, "SELECT count(*) FROM warehouse.question_health WHERE health IS NOT NULL")
    assert questions > 0
    ((cards,),) = rows(learned, "SELECT count(*) FROM warehouse.review_schedule")
    assert cards > 0


def test_a_tick_of_coaching_writes_to_whom_it_is_time_and_plans_everybody(learned: Learned) -> None:
    tick = learned.periods["hourly_coaching"].first
    ((sent, linked, told),) = rows(
        learned,
        "SELECT count(*), count(entry.entry_id), count(outbox.id) FROM warehouse.coaching_messages AS made "
        "LEFT JOIN app.journal_entries AS entry ON entry.coaching_message_id = made.message_id "
        "LEFT JOIN ops.notification_outbox AS outbox ON outbox.kind = 'coaching_message' "
        "AND outbox.user_id = made.user_id AND outbox.period = made.local_day::text "
        "WHERE made.tick = %s AND made.was_sent",
        tick,
    )
    assert sent == linked == told > 0
    ((late,),) = rows(
        learned,
        "SELECT count(*) FROM warehouse.coaching_schedule WHERE enabled AND (next_due_at IS NULL OR next_due_at <= %s)",
        tick,
    )
    assert late == 0


def test_airflow_shows_the_batches_health_to_whom_it_knows(learned: Learned) -> None:
    known = learned.almanac.airflow._client.get("/almanac/health")
    assert "hourly_coaching" in known.text
    assert httpx.get(known.url).status_code == 401
