"""The operator's commands on a warehouse with two real runs: one like any other, one whose steps came in
thousands, which the gate stopped and somebody approved."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from psycopg import sql
from redis import Redis

from include.batch import runs, stages
from include.batch.job import RunRequest
from include.core import monitor
from include.core.db import connect
from include.intelligence.job import JOB
from include.local import importers, population
from tests.batch import walk
from tests.conftest import copy_of
from tests.local.answers import Command, ask, change, good, line, refused

FIRST, SECOND = "2025-12-29", "2026-01-05"
REAL_WEEK = "2016-05-02"


@pytest.fixture(scope="module")
def filled(postgres_server: str, warehouse_template: str) -> Iterator[str]:
    """URL of a warehouse with 60 generated users and two published weeks; gen-000007 has an absurd day."""
    with copy_of(postgres_server, warehouse_template) as url:
        with connect(url) as connection:
            population.generate(connection, users=60, weeks=14, seed=3, week_of=date.fromisoformat(SECOND))
        change(url, "UPDATE app.daily_health SET steps = -5 WHERE day = '2025-12-24' AND user_id = "
               "(SELECT user_id FROM app.users WHERE external_id = 'gen-000007')")  # fmt: skip
        publish(url, FIRST)
        change(url, "UPDATE app.daily_health SET steps = steps / 1000 WHERE day >= '2025-12-29'")
        publish(url, SECOND)
        yield url


def publish(url: str, week: str) -> None:
    """A run of a week up to its end, without the run's expectations (slow to import, not looked at here)."""
    request = RunRequest()
    now = datetime.now(UTC)
    run = walk.open_run(url, week, job_id=f"weekly_intelligence:test__{week}", request=request, now=now)
    walk.stage(url, run)
    with connect(url) as connection:
        stages.build_indexes(connection, JOB, run, request)
    with connect(url) as connection:
        stages.publish(connection, JOB, run, request, now)
    with connect(url) as connection:
        stages.close(connection, JOB, run, now + timedelta(seconds=8))


# ------------------------------------------------------------------------------------------- explain


def test_explain_shows_the_days_the_source_holds(almanac: Command, filled: str) -> None:
    found = json.loads(good(almanac(filled, "explain", "gen-000007", "--week", FIRST, "--json")))
    rows = ask(filled, "SELECT day::text, steps FROM app.daily_health JOIN app.users USING (user_id) "
               "WHERE external_id = 'gen-000007' AND day BETWEEN '2025-11-24' AND '2025-12-28'")  # fmt: skip
    days = dict(rows)
    week = {str(date(2025, 12, 22) + timedelta(days=n)): None for n in range(7)}
    told = found["metrics"]["steps"]
    assert told["days"] == week | {d: v for d, v in days.items() if d in week and v is not None and v >= 0}
    assert told["taken_out"] == ["2025-12-24"] and told["days"]["2025-12-24"] is None
    baseline = [v for d, v in days.items() if d < "2025-12-22" and v is not None]
    assert told["baseline_days"] == len(baseline)
    assert told["baseline_mean"] == pytest.approx(sum(baseline) / len(baseline), abs=0.005)
    assert told["in_the_brief"]["baseline"] == told["baseline_mean"]


def test_explain_names_run_code_writer_import_and_what_was_cleaned(almanac: Command, filled: str) -> None:
    found = json.loads(good(almanac(filled, "explain", "gen-000007", "--week", FIRST, "--json")))
    origin = found["provenance"]
    assert origin["job_id"] == f"weekly_intelligence:test__{FIRST}"
    assert origin["code_version"] == runs.code_version() and origin["writer"] == "template"
    assert origin["import_source"] == "generated" and "users=60" in origin["import_file"]
    assert origin["imported_at"] and origin["prompt_version"]
    record = next(one for one in found["records"] if one["check_name"] == "clean:steps")
    assert (record["severity"], record["reason"]) == ("cleaned", "1 days negative")
    ranks = [one["rank"] for one in found["insights"]]
    assert ranks == list(range(1, len(ranks) + 1)) and len(ranks) >= 3
    assert all(one["evidence"] and one["text"] for one in found["insights"])


def test_explain_reads_well(almanac: Command, filled: str) -> None:
    output = good(almanac(filled, "explain", "gen-000007", "--week", FIRST))
    assert "The source still gives the same facts." in output
    assert "✗" in line(output, "steps (steps)")
    assert "1 days negative" in output and "generated users=60" in output


def test_the_facts_of_everybody_agree_until_the_source_changes(almanac: Command, filled: str) -> None:
    users = [row[0] for row in ask(filled, "SELECT external_id FROM app.users ORDER BY 1 LIMIT 8")]
    for user in users:
        found = json.loads(good(almanac(filled, "explain", user, "--week", SECOND, "--json")))
        assert found["facts"]["agree"], (user, found["facts"])
    edit = ("UPDATE app.daily_health SET steps = steps + %(more)s WHERE day = '2026-01-01' AND user_id = "
            "(SELECT user_id FROM app.users WHERE external_id = %(user)s) AND steps IS NOT NULL")  # fmt: skip
    change(filled, edit, more=4000, user=users[0])
    output = good(almanac(filled, "explain", users[0], "--week", SECOND))
    assert "The source has changed since, without an import" in output
    assert f"almanac run weekly_intelligence --week {SECOND} --users {users[0]}" in output
    assert json.loads(good(almanac(filled, "explain", users[0], "--week", FIRST, "--json")))["facts"]["agree"]
    change(filled, edit, more=-4000, user=users[0])


def test_a_newer_import_and_a_source_that_is_gone_are_told_apart(almanac: Command, filled: str) -> None:
    of_user = "user_id = (SELECT user_id FROM app.users WHERE external_id = 'gen-000011')"
    change(filled, f"UPDATE app.daily_health SET calories = 9000, import_id = 99 WHERE {of_user}")
    assert "import 99 is newer" in good(almanac(filled, "explain", "gen-000011", "--week", FIRST))
    change(filled, f"DELETE FROM app.daily_health WHERE {of_user}")
    output = good(almanac(filled, "explain", "gen-000011"))
    assert f"week of {SECOND}" in output  # without --week the newest
    assert "holds no day of these thirteen weeks any more" in output


def test_a_fallback_brief_is_explained_by_its_own_rules(almanac: Command, filled: str) -> None:
    now = datetime.now(UTC)
    run = walk.open_run(filled, SECOND, job_id="fallback", request=RunRequest(scope="users"), now=now)
    user_id = ask(filled, "SELECT user_id FROM app.users WHERE external_id = 'gen-000020'")[0][0]
    with connect(filled) as connection:
        stages.staging.create(connection, JOB, run)
        connection.execute(
            sql.SQL("INSERT INTO {} VALUES (%s, true)").format(stages.staging.members(run)), (user_id,)
        )
        JOB.fallback(connection, run, [user_id])
        stages.publish(connection, JOB, run, RunRequest(scope="users"), now)
    with connect(filled) as connection:
        runs.release_lease(connection, run)
    found = json.loads(good(almanac(filled, "explain", "gen-000020", "--week", SECOND, "--json")))
    assert found["outcome"] == "partial" and found["provenance"]["writer"] == "fallback"
    assert found["facts"]["agree"] and found["insights"] == []


def test_explain_says_what_to_ask_for_instead(almanac: Command, filled: str) -> None:
    assert "There is, for example: " in refused(almanac(filled, "explain", "nobody"))
    nearest = refused(almanac(filled, "explain", "gen-000007", "--week", "2025-01-06"))
    assert FIRST in nearest and SECOND in nearest
    result = almanac(filled, "explain", "gen-000007", "--week", "2025-12-30")
    assert result.exit_code == 1 and "is a Tuesday" in str(result.exception)


def test_explain_a_user_who_waits_in_the_queue(almanac: Command, filled: str) -> None:
    queue(filled, "gen-000030", "2025-12-22", retry_count=1)
    message = refused(almanac(filled, "explain", "gen-000030", "--week", "2025-12-22"))
    assert "pending in the retry queue after 1 of 3 attempts (no result was made)" in message
    change(filled, "DELETE FROM ops.job_retry_queue")


def test_a_real_person_explained(almanac: Command, warehouse: str, real_data: Path) -> None:
    with connect(warehouse) as connection:
        importers.load(connection, "fitabase", real_data / "fitbit_fitabase")
    publish(warehouse, REAL_WEEK)
    found = json.loads(good(almanac(warehouse, "explain", "1503960366", "--week", REAL_WEEK, "--json")))
    assert sum(found["metrics"]["steps"]["days"].values()) == 96_854
    nights = [v for v in found["metrics"]["sleep_minutes"]["days"].values() if v is not None]
    assert len(nights) == 6 and sum(nights) / 6 == pytest.approx(333.67, abs=0.005)
    assert found["facts"]["agree"] and found["provenance"]["import_source"] == "fitabase"


# ------------------------------------------------------------------------------------ runs and diff


def test_runs_lists_both_with_their_ids(almanac: Command, filled: str) -> None:
    output = good(almanac(filled, "runs", "--job", JOB.name))
    for week in (FIRST, SECOND):
        number, job_id = line(output, f"test__{week}").split()
        assert job_id == f"weekly_intelligence:test__{week}"
        assert line(output, week, "completed", "8.0 s").split()[0] == number
    assert "No run of weekly_leaderboard yet" in refused(
        almanac(filled, "runs", "--job", "weekly_leaderboard")
    )


@pytest.mark.parametrize("columns", [80, 100])
def test_runs_fit_a_terminal_and_keep_their_ids_whole(
    almanac: Command, filled: str, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    job_id = "weekly_intelligence:manual__2026-01-05T04:36:12.839373+00:00__TfS95HXA"
    change(filled, "INSERT INTO ops.job_execution_log (job_name, job_id, period, status, started_at, "
           "completed_at, duration_seconds, users_processed, users_failed, metadata) VALUES "
           "('weekly_intelligence', %(job_id)s, '2026-01-05', 'completed', now(), now(), 7100, 500000, "
           "12345, '{\"request\": {\"scope\": \"missing\"}}')", job_id=job_id)  # fmt: skip
    output = good(almanac(filled, "runs", columns=columns))
    assert job_id in line(output, "manual__")
    assert all(word in line(output, "500,000") for word in ("missing", "completed", "118.3 min", "12,345"))
    assert max(map(len, output.splitlines())) <= 80
    change(filled, "DELETE FROM ops.job_execution_log WHERE job_id = %(job_id)s", job_id=job_id)


def test_diff_marks_what_the_gate_would_stop(almanac: Command, filled: str) -> None:
    one, two = (f"weekly_intelligence:test__{week}" for week in (FIRST, SECOND))
    output = good(almanac(filled, "diff", one, two))
    steps = line(output, "would stop: mean")
    assert steps.split()[0] == "steps" and "-99.9%" in steps
    assert "The gate would stop run" in output and "steps: mean was" in output
    means = ask(filled, "SELECT sum(total) / sum(with_value) FROM ops.fact_profiles WHERE metric = 'steps' "
                "AND period = %(period)s", period=FIRST)  # fmt: skip
    assert f"{means[0][0]:,.4g}" in steps
    assert runs.code_version() in line(output, "code")


def test_diff_takes_ids_and_finds_no_move_between_a_run_and_itself(almanac: Command, filled: str) -> None:
    found = ask(filled, "SELECT id FROM ops.job_execution_log WHERE period = %(p)s ORDER BY id", p=FIRST)
    key = str(found[0][0])
    output = good(almanac(filled, "diff", key, key))
    assert "would stop" not in output.replace("would stop run", "") and "+0.0%" in output
    assert f"Nothing here would stop run {key} after {key}." in output


def test_diff_of_runs_that_cannot_be_compared(almanac: Command, filled: str) -> None:
    assert "`almanac runs` lists more" in refused(almanac(filled, "diff", "1", "no-such-run"))
    change(filled, "INSERT INTO ops.job_execution_log (job_name, job_id, period, status) VALUES "
           "('weekly_leaderboard', 'other', '2026-01-05', 'completed'), "
           "('weekly_intelligence', 'retry', '2026-01-05', 'completed')")  # fmt: skip
    one = f"weekly_intelligence:test__{FIRST}"
    assert "name two of one job" in refused(almanac(filled, "diff", one, "other"))
    assert "kept no profile" in refused(almanac(filled, "diff", one, "retry"))
    change(filled, "DELETE FROM ops.job_execution_log WHERE job_id IN ('other', 'retry')")


# -------------------------------------------------------------------------- queue and dead letters


def queue(
    url: str, user: str, period: str, *, retry_count: int = 0, status: str = "pending", hours: int = 2
) -> None:
    change(
        url,
        "INSERT INTO ops.job_retry_queue "
        "(job_name, period, user_id, status, retry_count, last_error, next_retry_at, died_at) "
        "SELECT 'weekly_intelligence', %(period)s, user_id, %(status)s, %(count)s, 'no result was made', "
        "now() + %(hours)s * interval '1 hour', CASE WHEN %(status)s = 'dead' THEN now() END "
        "FROM app.users WHERE external_id = %(user)s",
        user=user, period=period, status=status, count=retry_count, hours=hours,
    )  # fmt: skip


def test_retries_are_grouped_by_reason_and_name_nobody(almanac: Command, filled: str) -> None:
    assert "Nobody waits" in good(almanac(filled, "retries"))
    queue(filled, "gen-000001", FIRST, hours=-1)
    queue(filled, "gen-000002", FIRST, hours=2)
    queue(filled, "gen-000003", FIRST, retry_count=2)
    queue(filled, "gen-000004", FIRST, retry_count=3, status="dead")
    output = good(almanac(filled, "retries"))
    assert re.search(r"\b2 +1 +\S+ \S+ +0 of 3 +no result was made", line(output, "0 of 3"))
    assert re.search(r"\b1 +0 +\S+ \S+ +2 of 3", line(output, "2 of 3"))
    assert "3 users wait, 1 of them are due" in output and "gen-" not in output
    assert "Nobody waits" in good(almanac(filled, "retries", "--job", "weekly_leaderboard"))
    change(filled, "DELETE FROM ops.job_retry_queue")


def test_dead_letters_are_listed_and_replayed(almanac: Command, filled: str) -> None:
    assert "No dead letters" in good(almanac(filled, "dead-letters", "--replay"))
    queue(filled, "gen-000004", FIRST, retry_count=3, status="dead")
    queue(filled, "gen-000005", FIRST, retry_count=3, status="dead")
    output = good(almanac(filled, "dead-letters"))
    assert re.search(r"\b2 +\S+ \S+ +3 +no result was made", line(output, FIRST)) and "gen-" not in output
    assert "gen-000004" in good(almanac(filled, "dead-letters", "--users"))
    assert "leave --job out" in refused(almanac(filled, "dead-letters", "--replay", "--job", JOB.name))
    assert "2 users are due again" in good(almanac(filled, "dead-letters", "--replay"))
    due = ask(filled, "SELECT status, retry_count, next_retry_at <= now() FROM ops.job_retry_queue")
    assert due == [("pending", 0, True)] * 2
    change(filled, "DELETE FROM ops.job_retry_queue")


# --------------------------------------------------------------------------------- flag and health


def test_flag_shows_and_sets_and_keeps_what_is_not_named(almanac: Command, filled: str) -> None:
    assert "on for all users" in good(almanac(filled, "flag", JOB.name))
    assert "on for 30 % of the users" in good(almanac(filled, "flag", JOB.name, "percent", "--percent", "30"))
    output = good(almanac(filled, "flag", JOB.name, "listed", "--users", "gen-000001, gen-000002"))
    assert "on for 2 listed users" in output and "gen-000001, gen-000002" in output
    assert "off, for nobody" in good(almanac(filled, "flag", JOB.name, "off"))
    assert "on for 30 %" in good(almanac(filled, "flag", JOB.name, "percent"))
    assert "on for 2 listed users" in good(almanac(filled, "flag", JOB.name, "listed"))
    assert "on for all users" in good(almanac(filled, "flag", JOB.name, "all"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no_such_job"], "weekly_intelligence, weekly_leaderboard"),
        ([JOB.name, "half"], "use one of off, listed, percent, all"),
        ([JOB.name, "listed", "--users", "gen-000001,stranger"], "No such user: stranger"),
        ([JOB.name, "listed", "--users", " , "], "Nobody is listed"),
        ([JOB.name, "--percent", "10"], "go with a state"),
    ],
)
def test_flag_refuses_and_changes_nothing(
    almanac: Command, filled: str, arguments: list[str], message: str
) -> None:
    before = ask(filled, "SELECT * FROM ops.feature_flags")
    assert message in refused(almanac(filled, "flag", *arguments))
    assert ask(filled, "SELECT * FROM ops.feature_flags") == before


def test_health_of_a_warehouse_whose_runs_went_well(almanac: Command, filled: str) -> None:
    output = good(almanac(filled, "health"))
    assert "weekly_intelligence is healthy" in output
    assert "cache_hit_rate" not in output  # nobody has read yet
    assert "generation_time" not in output  # 60 users are too few to time
    assert "met" in line(output, "success_rate", "100 %")


def test_health_says_what_to_do_and_exits_1(almanac: Command, warehouse: str) -> None:
    result = almanac(warehouse, "health")
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert "never" in line(result.output, "last_run", "not met")
    assert "almanac run weekly_intelligence --week <Monday>" in result.output
    assert "weekly_intelligence is unhealthy" in result.output
    assert "weekly_intelligence, weekly_leaderboard" in refused(
        almanac(warehouse, "health", "--job", "nightly")
    )


def test_health_reads_the_cache_and_survives_its_absence(
    almanac: Command, filled: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Redis.from_url(redis_url) as client:
        client.hset(monitor.reads_key(time.time()), mapping={"hits": 100, "misses": 0})
        assert "100 %" in line(good(almanac(filled, "health")), "cache_hit_rate")
        client.hset(monitor.reads_key(time.time()), "misses", 100)
    result = almanac(filled, "health")
    assert result.exit_code == 1 and "50 %" in line(result.output, "cache_hit_rate", "not met")
    monkeypatch.setattr("include.local.stack.urls", lambda _: Nowhere(filled))
    result = almanac(filled, "health")
    assert result.exit_code == 1 and "Redis does not answer at redis://127.0.0.1:1/0" in result.output


class Nowhere:
    """The warehouse, and a Redis at a port that nobody listens on."""

    redis = "redis://:secret@127.0.0.1:1/0"

    def __init__(self, warehouse: str) -> None:
        self.warehouse = warehouse


def test_no_warehouse_is_a_clear_message(almanac: Command) -> None:
    for command in (
        ["health"],
        ["runs"],
        ["retries"],
        ["dead-letters"],
        ["flag", JOB.name],
        ["explain", "x"],
    ):
        assert "does not answer" in refused(almanac("postgresql://127.0.0.1:1/none", *command))
