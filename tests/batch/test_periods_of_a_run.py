"""Scheduled, manual, re-run and back-filled: the same week gives the same rows."""

from datetime import UTC, datetime

import pytest

from include.batch.shards import NothingToDo, UnknownUsers
from include.core.periods import BadPeriod
from tests.batch.rows import published, query
from tests.batch.walk import QUICK, finish, open_run, run_week, stage

WEEK = "2025-12-22"
EARLIER = ["2025-12-01", "2025-12-08", "2025-12-15"]


def test_a_rerun_replaces_exactly_its_week_with_the_same_rows(people: str) -> None:
    for week in (*EARLIER, WEEK):
        run_week(people, week, job=QUICK)
    before = published(people)
    run_week(people, "2025-12-08", job=QUICK)
    assert published(people) == before
    assert len(before["briefs"]) > 500


def test_a_backfill_newest_first_gives_the_rows_of_weekly_runs(people: str, postgres_server: str) -> None:
    for week in EARLIER:
        run_week(people, week, job=QUICK)
    forwards = published(people)
    query(
        people, "TRUNCATE warehouse.weekly_health_briefs, warehouse.health_insights, ops.notification_outbox"
    )
    for week in reversed(EARLIER):
        run_week(people, week, job=QUICK)
    assert published(people) == forwards


def test_the_number_of_shards_changes_no_digit(people: str) -> None:
    run_week(people, WEEK, job=QUICK, shard_size=7)
    many = published(people)
    run_week(people, WEEK, job=QUICK)
    assert published(people) == many


def test_one_user_and_one_shard_can_be_made_again(people: str) -> None:
    run_week(people, WEEK, job=QUICK, shard_size=50)
    before = published(people)
    again = run_week(people, WEEK, job=QUICK, scope="shards", shards=(1,), shard_size=50)
    assert again["processed"] == 50
    again = run_week(people, WEEK, job=QUICK, scope="users", users=("gen-000007",))
    assert again["processed"] == 1
    assert published(people) == before


def test_a_day_that_came_late_moves_only_its_user(people: str) -> None:
    run_week(people, WEEK, job=QUICK)
    before = dict(enumerate(published(people)["briefs"]))
    (user,) = query(
        people, "SELECT user_id FROM app.daily_health WHERE day = '2025-12-18' AND steps > 0 LIMIT 1"
    )[0]
    query(
        people,
        "UPDATE app.daily_health SET steps = steps + 5000 WHERE day = '2025-12-18' AND user_id = %s",
        user,
    )
    run_week(
        people,
        WEEK,
        job=QUICK,
        scope="users",
        users=(query(people, "SELECT external_id FROM app.users WHERE user_id = %s", user)[0][0],),
    )
    after = dict(enumerate(published(people)["briefs"]))
    assert {before[i][0] for i in before if before[i] != after[i]} == {user}


def test_users_in_the_west_are_made_by_the_second_wave(people: str) -> None:
    query(people, "UPDATE app.users SET time_zone = 'America/Los_Angeles' WHERE user_id %% 3 = 0")
    query(people, "UPDATE app.users SET time_zone = 'Asia/Tokyo' WHERE user_id %% 3 = 1")
    query(people, "UPDATE app.users SET time_zone = 'Nowhere/Land' WHERE user_id %% 3 = 2")
    at_two = datetime(2025, 12, 22, 2, tzinfo=UTC)
    first = run_week(people, WEEK, job=QUICK, now=at_two)
    done = {row[0] for row in published(people)["briefs"]}
    assert done
    assert not [user for user in done if user % 3 == 0], "a truncated Sunday was delivered"
    second = run_week(people, WEEK, job=QUICK, now=at_two.replace(hour=12, minute=30), scope="missing")
    both = published(people)
    assert {row[0] for row in both["briefs"]} - done == {r[0] for r in both["briefs"] if r[0] % 3 == 0}
    assert sum(second["outcomes"].values()) == first["processed"] + second["processed"] == len(both["briefs"])
    run_week(people, WEEK, job=QUICK)  # much later: everybody in one wave
    assert published(people) == both


def test_a_second_wave_with_nobody_left_changes_nothing(people: str) -> None:
    run_week(people, WEEK, job=QUICK)
    before = published(people)
    summary = run_week(people, WEEK, job=QUICK, scope="missing")
    assert summary["processed"] == 0
    assert summary["problem"] is None
    assert published(people) == before


def test_preferences_count_as_they_stood_on_the_monday(people: str) -> None:
    user = query(people, "SELECT min(user_id) FROM app.daily_health WHERE day = '2025-12-20' AND steps > 0")[
        0
    ][0]
    query(people, "TRUNCATE app.user_preferences")
    query(
        people,
        "INSERT INTO app.user_preferences (user_id, intelligence_generation_enabled, updated_at) "
        "VALUES (%s, false, '2025-12-10')",
        user,
    )
    query(
        people,
        "UPDATE app.user_preferences SET intelligence_generation_enabled = true WHERE user_id = %s",
        user,
    )
    for week in ("2025-12-08", "2025-12-15"):
        run_week(people, week, job=QUICK)
    weeks = query(people, "SELECT week_of::text FROM warehouse.weekly_health_briefs WHERE user_id = %s", user)
    assert weeks == [("2025-12-08",)], "off from the 10th on; switching it on later changes no past week"


def test_every_second_monday_and_the_first_of_the_month(people: str) -> None:
    query(people, "TRUNCATE app.user_preferences")
    query(
        people,
        "INSERT INTO app.user_preferences (user_id, intelligence_generation_frequency, updated_at) "
        "SELECT user_id, CASE WHEN user_id <= 100 THEN 'biweekly' ELSE 'monthly' END, '2020-01-01' FROM app.users",
    )
    for week in ("2025-12-01", "2025-12-08"):
        run_week(people, week, job=QUICK)
    made = query(people, "SELECT week_of::text, user_id FROM warehouse.weekly_health_briefs")
    halves = [{u for w, u in made if w == week and u <= 100} for week in ("2025-12-01", "2025-12-08")]
    assert not halves[0] & halves[1]
    assert {u % 2 for u in halves[0]} != {u % 2 for u in halves[1]}
    assert [sum(u > 100 for w, u in made if w == week) > 0 for week in ("2025-12-01", "2025-12-08")] == [
        True,
        False,
    ]


def test_the_notice_goes_out_once_and_only_where_wanted(people: str) -> None:
    run_week(people, WEEK, job=QUICK)
    before = published(people)["outbox"]
    run_week(people, WEEK, job=QUICK)
    assert published(people)["outbox"] == before
    refused = {
        u
        for (u,) in query(
            people,
            "SELECT user_id FROM app.user_preferences WHERE updated_at <= %s::date AND "
            "(NOT weekly_brief_enabled OR NOT intelligence_notification_enabled "
            "OR weekly_brief_frequency = 'never')",
            WEEK,
        )
    }
    assert refused
    assert not refused & {row[0] for row in before}
    assert {row[0] for row in published(people)["briefs"]} & refused, "the page still has it"


def test_a_key_that_is_no_monday_names_the_mondays_beside_it(people: str) -> None:
    with pytest.raises(BadPeriod, match="Wednesday.*2025-12-22.*2025-12-29"):
        stage(people, open_run(people, "2025-12-24"))


def test_a_week_without_data_names_the_weeks_with(people: str) -> None:
    with pytest.raises(NothingToDo, match=r"2019-03-04; the data goes from 2025-.* to 2025-12-28"):
        stage(people, open_run(people, "2019-03-04"))


def test_a_week_that_is_not_over_for_anybody_says_so(people: str) -> None:
    early = datetime(2025, 12, 21, 9, 59, tzinfo=UTC)
    with pytest.raises(NothingToDo, match=r"not over for anybody yet. Choose an earlier Monday"):
        stage(people, open_run(people, WEEK, now=early))


def test_where_everybody_lives_in_the_west_the_first_wave_has_nobody_and_is_no_error(people: str) -> None:
    query(people, "UPDATE app.users SET time_zone = 'America/Los_Angeles'")
    first = run_week(people, WEEK, job=QUICK, now=datetime(2025, 12, 22, 2, tzinfo=UTC))
    assert (first["processed"], first["problem"]) == (0, None)


def test_an_empty_population_says_how_to_get_one(warehouse: str) -> None:
    with pytest.raises(NothingToDo, match="almanac load"):
        stage(warehouse, open_run(warehouse, WEEK))


def test_unknown_users_are_refused_before_anything_is_done(people: str) -> None:
    with pytest.raises(UnknownUsers, match="1 of 2"):
        run_week(people, WEEK, scope="users", users=("gen-000001", "somebody"))
    assert not published(people)["briefs"]


def test_a_shard_that_is_not_there_says_which_are(people: str) -> None:
    with pytest.raises(NothingToDo, match="shards 0 to"):
        run_week(people, WEEK, scope="shards", shards=(99,), shard_size=50)


def test_approval_after_days_still_publishes(people: str) -> None:
    run = open_run(people, WEEK, job=QUICK)
    refused = stage(people, run, QUICK)
    query(people, "UPDATE ops.job_leases SET expires_at = now() - interval '3 days'")
    assert finish(people, run, refused, job=QUICK)["problem"] is None
