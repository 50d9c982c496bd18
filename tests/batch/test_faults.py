"""Bad input and faults: a clear reason, nothing lost, and the rows of an undisturbed run."""

import json
import multiprocessing
import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from include.batch import outcomes, publication, runs, stages
from include.batch.job import Failure, ShardResult
from include.core.db import connect
from include.intelligence import job as intelligence
from include.local import postgres, processes
from tests.batch.rows import published, query
from tests.batch.walk import NOW, QUICK, finish, open_run, run_week, stage

WEEK = "2025-12-22"
ABSURD = ["'NaN'", "'Infinity'", "'-Infinity'", "-5000", "1e30"]


@pytest.mark.parametrize("value", ABSURD)
def test_one_users_absurd_values_are_cleaned_with_the_reason(people: str, value: str) -> None:
    user = query(
        people,
        "SELECT user_id FROM app.daily_health WHERE day = '2025-12-18' AND steps > 0 "
        "AND sleep_minutes > 0 LIMIT 1",
    )[0][0]
    run_week(people, WEEK, job=QUICK)
    before = published(people)
    query(
        people, f"UPDATE app.daily_health SET steps = {value} WHERE user_id = {user} AND day >= '2025-12-15'"
    )
    summary = run_week(people, WEEK, job=QUICK)
    after = published(people)
    assert _stats_of_others(after, user) == _stats_of_others(before, user)  # percentiles may move by one user
    assert user in {row[0] for row in after["briefs"]}
    assert summary["problem"] is None
    (kept,) = query(
        people, "SELECT check_name, severity, reason FROM ops.quarantine WHERE user_id = %s", user
    )
    assert kept[:2] == ("clean:steps", "cleaned")
    assert "days" in kept[2]


def _stats_of_others(rows: dict[str, list[tuple[Any, ...]]], user: int) -> list[tuple[Any, ...]]:
    return [(row[0], row[2], json.loads(row[4])["week_stats"]) for row in rows["briefs"] if row[0] != user]


def test_a_user_whose_facts_break_a_rule_is_quarantined_and_the_others_published(
    people: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_week(people, WEEK, job=QUICK)
    before = published(people)
    _break_facts_of(monkeypatch, 17)
    summary = run_week(people, WEEK, job=QUICK)
    assert [r for r in before["briefs"] if r[0] != 17] == published(people)["briefs"]
    assert summary["outcomes"]["pending"] == 1
    assert query(people, "SELECT user_id, last_error, retry_count FROM ops.job_retry_queue") == [
        (17, "facts failed: ZeroDivisionError; no brief was made", 0)
    ]


def _break_facts_of(monkeypatch: pytest.MonkeyPatch, user_id: int) -> None:
    sound = intelligence.compute_facts

    def broken(block: intelligence.Block, cohorts: intelligence.Cohorts) -> object:
        if user_id in block.user_ids:
            raise ZeroDivisionError("a rule broke")
        return sound(block, cohorts)

    monkeypatch.setattr(intelligence, "compute_facts", broken)


def test_a_user_who_fails_again_and_again_ends_dead_with_a_fallback_and_can_be_replayed(
    people: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        _break_facts_of(patched, 17)
        run_week(people, WEEK, job=QUICK)
        waits = []
        for attempt in range(1, 4):
            (due,) = query(people, "SELECT next_retry_at FROM ops.job_retry_queue")[0]
            waits.append(due)
            assert _retry(people, due.replace(tzinfo=UTC)) == {"due": 1, "recovered": 0, **_dead(attempt)}
            _adds_up(people)
        hours = [round((b - a).total_seconds() / 3600) for a, b in zip([NOW, *waits], waits, strict=False)]
        assert hours == [2, 4, 6]
    assert query(people, "SELECT status, retry_count FROM ops.job_retry_queue") == [("dead", 3)]
    ((outcome, writer, brief),) = query(
        people, "SELECT outcome, writer, brief FROM warehouse.weekly_health_briefs WHERE user_id = 17"
    )
    assert (outcome, writer) == ("partial", "fallback")
    assert brief["week_stats"]
    _replay_heals(people)


def _dead(attempt: int) -> dict[str, int]:
    return {"dead": 1 if attempt == 3 else 0}


def _replay_heals(url: str) -> None:
    from include.batch import retries

    with connect(url) as connection:
        assert retries.replay(connection, NOW) == 1
    assert _retry(url, NOW) == {"due": 1, "recovered": 1, "dead": 0}
    assert query(url, "SELECT count(*) FROM ops.job_retry_queue") == [(0,)]
    assert query(url, "SELECT writer FROM warehouse.weekly_health_briefs WHERE user_id = 17") == [
        ("template",)
    ]
    _adds_up(url)


def _retry(url: str, now: datetime) -> dict[str, int]:
    from include.batch.job import RunRequest

    run = open_run(url, WEEK, request=RunRequest(scope="retry"), now=now, job=QUICK)
    with connect(url) as connection:
        counts = stages.retry(connection, QUICK, run, now)
    with connect(url) as connection:
        stages.close(connection, QUICK, run, now)
    return counts


def _adds_up(url: str) -> dict[str, int]:
    with connect(url) as connection:
        return outcomes.check_sum(connection, QUICK, WEEK)


def test_a_recovered_user_has_the_rows_of_an_undisturbed_run(
    people: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_week(people, WEEK, job=QUICK)
    undisturbed = published(people)
    query(people, "TRUNCATE ops.notification_outbox")
    with monkeypatch.context() as patched:
        _break_facts_of(patched, 17)
        run_week(people, WEEK, job=QUICK)
    assert published(people) != undisturbed
    _retry(people, NOW.replace(hour=20))
    assert published(people) == undisturbed


def test_a_run_that_fails_for_too_many_publishes_the_good_and_says_so(
    people: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = intelligence.make

    def half(connection: object, run: object, users: list[int]) -> object:
        made = sound(connection, run, [u for u in users if u % 2])  # type: ignore[arg-type]
        made.failures.extend(Failure(u, "writing failed: ValueError") for u in users if not u % 2)
        return made

    monkeypatch.setattr(intelligence, "make", half)
    summary = run_week(people, WEEK, job=QUICK)
    assert "in the retry queue" in summary["problem"]
    assert {row[0] % 2 for row in published(people)["briefs"]} == {1}
    assert query(people, "SELECT status FROM ops.job_execution_log") == [("failed",)]
    assert sum(_adds_up(people).values()) == summary["processed"]


def test_the_same_week_twice_at_once_is_written_by_one_run_only(people: str) -> None:
    first = open_run(people, WEEK, job=QUICK)
    refused = stage(people, first, QUICK)
    with pytest.raises(runs.LeaseHeld, match=f"weekly_intelligence {WEEK} is being written by test:"):
        open_run(people, WEEK, job=QUICK)
    other_week = open_run(people, "2025-12-15", job=QUICK)  # different weeks may run side by side
    finish(people, other_week, stage(people, other_week, QUICK), job=QUICK)
    finish(people, first, refused, job=QUICK)
    assert run_week(people, WEEK, job=QUICK)["problem"] is None, "the lease was given back"


def test_a_dead_run_loses_its_lease_and_its_late_tasks_publish_nothing(people: str) -> None:
    dead = open_run(people, WEEK, job=QUICK)
    refused = stage(people, dead, QUICK)
    query(people, "UPDATE ops.job_leases SET expires_at = now() - interval '1 second'")
    alive = open_run(people, WEEK, job=QUICK)
    finish_alive = stage(people, alive, QUICK)
    with pytest.raises((runs.LeaseHeld, stages.NotStaged)):
        finish(people, dead, refused, job=QUICK)
    assert not published(people)["briefs"]
    assert finish(people, alive, finish_alive, job=QUICK)["problem"] is None


def test_publishing_interrupted_shows_all_or_nothing(people: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run_week(people, WEEK, job=QUICK)
    before = published(people)
    query(people, "UPDATE app.daily_health SET steps = steps + 100 WHERE day = '2025-12-18'")
    run = open_run(people, WEEK, job=QUICK)
    refused = stage(people, run, QUICK)
    sound = publication._swap_table

    def interrupted(connection: object, job: object, table: str, of: runs.Run) -> None:
        sound(connection, job, table, of)  # type: ignore[arg-type]
        raise ConnectionError("killed between two tables")

    with monkeypatch.context() as patched:
        patched.setattr(publication, "_swap_table", interrupted)
        with pytest.raises(ConnectionError):
            finish(people, run, refused, job=QUICK)
    assert published(people) == before
    summary = finish(people, run, [], job=QUICK)
    after = published(people)
    assert summary["problem"] is None
    assert after["briefs"] != before["briefs"]
    run_week(people, WEEK, job=QUICK)
    assert published(people) == after


def test_published_twice_because_the_answer_was_lost(people: str) -> None:
    run = open_run(people, WEEK, job=QUICK)
    refused = stage(people, run, QUICK)
    request = runs.request_of(run)
    for users in refused:
        with connect(people) as connection:
            stages.repair(connection, QUICK, run, users)
    with connect(people) as connection:
        stages.build_indexes(connection, QUICK, run, request)
    counts = []
    for _ in range(2):
        with connect(people) as connection:
            counts.append(stages.publish(connection, QUICK, run, request, NOW))
    assert counts[0] == counts[1] == len(published(people)["briefs"])


def test_readers_never_wait_for_a_publication_and_a_stubborn_reader_is_waited_for(people: str) -> None:
    run_week(people, WEEK, job=QUICK)
    run = open_run(people, WEEK, job=QUICK)
    refused = stage(people, run, QUICK)
    with psycopg.connect(people) as reader, multiprocessing.get_context("spawn").Pool(1) as pool:
        reader.execute("SELECT count(*) FROM warehouse.weekly_health_briefs")  # its lock stays until it ends
        publishing = pool.apply_async(finish, (people, run, refused), {"job": QUICK})
        _wait_for_lock(people)
        with psycopg.connect(people, options="-c statement_timeout=2000") as other:
            for _ in range(20):
                assert other.execute("SELECT count(*) FROM warehouse.weekly_health_briefs").fetchone()
                other.commit()
        assert not publishing.ready()
        reader.commit()
        assert publishing.get(timeout=60)["problem"] is None


def _wait_for_lock(url: str) -> None:
    for _ in range(600):
        if query(
            url,
            "SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())",
        ):
            return
        time.sleep(0.01)
    raise AssertionError("the publication never asked for its lock")


def _process_until_killed(url: str, run: runs.Run, shard: list[int], staged: object) -> None:
    """A shard's task that is killed after its rows were sent and before they are committed."""
    from include.batch.job import Shard

    with connect(url) as connection:
        stages.process(connection, QUICK, run, Shard(*shard))
        staged.set()  # type: ignore[attr-defined]
        time.sleep(60)


def test_kill_minus_nine_in_the_middle_of_a_shard(people: str) -> None:
    run_week(people, WEEK, job=QUICK, shard_size=60)
    undisturbed = published(people)
    run = open_run(people, WEEK, job=QUICK, request=runs.RunRequest(shard_size=60))
    with connect(people) as connection:
        shards = stages.plan(connection, QUICK, run, runs.request_of(run))
    with connect(people) as connection:
        QUICK.prepare(connection, run)
    context = multiprocessing.get_context("spawn")
    staged = context.Event()
    victim = context.Process(target=_process_until_killed, args=(people, run, list(shards[0]), staged))
    victim.start()
    assert staged.wait(60), "the shard was not staged in time"
    os.kill(victim.pid or 0, signal.SIGKILL)
    victim.join()
    for shard in shards:
        with connect(people) as connection:
            stages.process(connection, QUICK, run, shard)
    with connect(people) as connection:
        refused = stages.check(connection, QUICK, run)
    assert finish(people, run, refused, job=QUICK)["problem"] is None
    assert published(people) == undisturbed


def test_a_shard_that_never_ran_is_made_by_the_repair(people: str) -> None:
    run_week(people, WEEK, job=QUICK, shard_size=60)
    undisturbed = published(people)
    run = open_run(people, WEEK, job=QUICK, request=runs.RunRequest(shard_size=60))
    with connect(people) as connection:
        shards = stages.plan(connection, QUICK, run, runs.request_of(run))
        QUICK.prepare(connection, run)
    for shard in shards[1:]:
        with connect(people) as connection:
            stages.process(connection, QUICK, run, shard)
    with connect(people) as connection:
        refused = stages.check(connection, QUICK, run)
    assert sum(map(len, refused)) == 60
    finish(people, run, refused, job=QUICK)
    assert published(people) == undisturbed


def _kill_all_of(home: Path) -> None:
    record = processes.recorded(home, "postgres")
    assert record is not None
    killed = processes.members(record)
    for process in killed:
        process.kill()
    psutil.wait_procs(killed)


@pytest.mark.parametrize("crashed", [False, True], ids=["restarted", "crashed"])
def test_postgresql_away_in_the_middle_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, crashed: bool
) -> None:
    from include.core.migrate import migrate
    from include.local import population
    from tests.batch.conftest import LAST_WEEK

    home, port = tmp_path_factory.mktemp("restart"), processes.free_port()
    for folder in (home, *home.parents[:3]):
        folder.chmod(0o755)
    try:
        url = postgres.ensure_database(postgres.start(home, port, tuning={}), "almanac")
        migrate(url)
        with connect(url) as connection:
            population.generate(connection, users=60, weeks=14, seed=3, week_of=LAST_WEEK)
        run_week(url, WEEK, job=QUICK)
        undisturbed = published(url)
        run = open_run(url, WEEK, job=QUICK)
        refused = stage(url, run, QUICK)
        if crashed:
            _kill_all_of(home)
        processes.stop(home, "postgres", bound_s=20)
        with pytest.raises(psycopg.OperationalError):
            finish(url, run, refused, job=QUICK)
        postgres.start(home, port, tuning={})
        assert finish(url, run, refused, job=QUICK)["problem"] is None
        assert published(url) == undisturbed
    finally:
        processes.stop(home, "postgres", bound_s=20)


def test_a_lost_user_is_never_passed_over(people: str) -> None:
    run_week(people, WEEK, job=QUICK)
    query(people, "DELETE FROM warehouse.weekly_health_briefs WHERE user_id = 5")
    with pytest.raises(outcomes.OutcomesDoNotAddUp, match="eligible"):
        _adds_up(people)


def test_components_that_fail_make_the_brief_partial_and_too_many_no_brief(
    people: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.intelligence import brief

    def fails(facts: object) -> object:
        raise KeyError("a part broke")

    one = tuple((name, fails if name == "timeline" else build) for name, build in brief.PARTS)
    monkeypatch.setattr(brief, "PARTS", one)
    run_week(people, WEEK, job=QUICK)
    found = query(
        people, "SELECT DISTINCT outcome, components_ok FROM warehouse.weekly_health_briefs ORDER BY 1"
    )
    assert ("partial", 6) in found
    assert ("complete", 7) not in found
    two = tuple((name, fails if name in ("timeline", "patterns") else build) for name, build in brief.PARTS)
    monkeypatch.setattr(brief, "PARTS", two)
    summary = run_week(people, WEEK, job=QUICK)
    assert summary["outcomes"] == {"pending": summary["processed"]}


def test_a_job_that_names_failures_but_stages_rows_is_caught(people: str) -> None:
    broken = replace(QUICK, process=lambda *_: ShardResult(0, []))
    summary = run_week(people, WEEK, job=broken)
    assert summary["successful"] == 0
    assert summary["outcomes"] == {"pending": summary["processed"]}


def test_a_published_run_that_is_cleared_gives_the_same_rows(people: str) -> None:
    shown = []
    for _ in range(3):
        run = open_run(people, WEEK, job_id="weekly_intelligence:cleared", job=QUICK)
        assert finish(people, run, stage(people, run, QUICK), job=QUICK)["problem"] is None
        shown.append(published(people))
    assert shown[0] == shown[1] == shown[2]
    assert query(people, "SELECT count(*) FROM ops.job_execution_log") == [(1,)]
