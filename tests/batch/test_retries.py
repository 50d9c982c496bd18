"""retry_failed_users as Airflow runs it, task by task in this process, and its steps by themselves."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from redis import Redis

from include.batch import retries, runs, stages
from include.core import cache_keys
from include.core.periods import Week
from include.intelligence import job as intelligence
from tests.airflow_home import use_temporary_airflow
from tests.batch.rows import query
from tests.batch.walk import QUICK, open_run, run_week
from tests.mail import Mailbox, mail_connection, text_of

use_temporary_airflow()

WEEK = "2025-12-22"
FAILED = 17
BRIEF = cache_keys.brief(FAILED, Week.parse(WEEK).week_of)
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def mailbox(mail_server: Mailbox) -> Mailbox:
    mail_server.rest()
    return mail_server


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """A rule that breaks for one user; called, it is mended."""
    sound = intelligence.compute_facts

    def broken(block: intelligence.Block, cohorts: intelligence.Cohorts) -> object:
        if FAILED in block.user_ids:
            raise ZeroDivisionError("a rule broke")
        return sound(block, cohorts)

    with monkeypatch.context() as patched:
        patched.setattr(intelligence, "compute_facts", broken)
        yield patched.undo


@pytest.fixture
def waiting(people: str, breaks: Callable[[], None]) -> str:
    """A published week whose one failed user is due; whether the rule holds by now is the test's to say."""
    run_week(people, WEEK, job=QUICK)
    query(people, "UPDATE ops.job_retry_queue SET next_retry_at = now() - interval '1 hour'")
    query(people, "UPDATE app.users SET last_active_at = now() WHERE user_id = %s", FAILED)
    return people


@pytest.fixture
def due(waiting: str, breaks: Callable[[], None]) -> str:
    """The same, the rule mended."""
    breaks()
    return waiting


@pytest.fixture
def connected(
    people: str, redis_url: str, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """Airflow's connections lead to the servers of the tests."""
    monkeypatch.setenv("AIRFLOW_CONN_ALMANAC_WAREHOUSE", people.replace("postgresql", "postgres", 1))
    monkeypatch.setenv("AIRFLOW_CONN_ALMANAC_REDIS", redis_url)
    monkeypatch.setenv("AIRFLOW_CONN_ALMANAC_SMTP", json.dumps(mail_connection(mailbox)))
    return monkeypatch


@pytest.fixture(scope="module")
def parsed() -> Any:
    """The DAG, its tasks tried once, and an Airflow to run it in."""
    from airflow.utils.db import initdb

    from include.orchestration.dag_docs import DAGS, load_dags

    initdb()
    (loaded,) = load_dags(DAGS / "retry_failed_users.py")
    loaded.deadline = None  # dag.test (3.3) cannot end a run that has one; the scheduler can
    for task in loaded.tasks:
        task.retries = 0
    return loaded


@pytest.fixture
def dag(parsed: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The same, with mails not yet written: a notifier is filled in once, as a task's process lives for one."""
    last = parsed.get_task("report_failures")
    monkeypatch.setattr(last, "on_failure_callback", deepcopy(last.on_failure_callback))
    return parsed


def run_of(dag: Any) -> tuple[str, dict[str, str]]:
    """How the run ended, and each of its tasks by its short name."""
    ended = dag.test(logical_date=datetime.now(UTC))
    tasks = {ti.task_id.rpartition(".")[2]: str(ti.state) for ti in ended.get_task_instances()}
    return str(ended.state), tasks


def log_of_retries(url: str) -> list[tuple[Any, ...]]:
    return query(
        url,
        "SELECT status, users_processed, users_successful, error_message FROM ops.job_execution_log "
        "WHERE job_id LIKE 'retry:%%' ORDER BY id",
    )


def queue(url: str) -> list[tuple[Any, ...]]:
    return query(url, "SELECT user_id, status FROM ops.job_retry_queue")


def writer_of(url: str) -> list[tuple[Any, ...]]:
    return query(url, "SELECT writer FROM warehouse.weekly_health_briefs WHERE user_id = %s", FAILED)


def leases(url: str) -> list[tuple[Any, ...]]:
    return query(url, "SELECT period FROM ops.job_leases")


def test_who_succeeds_is_published_and_read_anew(
    due: str, connected: pytest.MonkeyPatch, dag: Any, redis_url: str, mailbox: Mailbox
) -> None:
    with Redis.from_url(redis_url) as cache:
        cache.set(BRIEF, "old")
        cache.set(cache_keys.latest_week(FAILED), "old")
        assert run_of(dag)[0] == "success"
        assert cache.get(BRIEF) not in (None, b"old")
        assert cache.get(cache_keys.latest_week(FAILED)) is None
    assert (writer_of(due), queue(due), leases(due)) == ([("template",)], [], [])
    assert log_of_retries(due) == [("completed", 1, 1, None)]
    assert mailbox.rest() == []


def test_without_redis_the_result_stands_and_the_run_is_closed(
    due: str, connected: pytest.MonkeyPatch, dag: Any, redis_url: str, mailbox: Mailbox
) -> None:
    """As in a batch: warm_cache says so, and what Redis kept meanwhile lasts no longer than it would have."""
    connected.setenv("AIRFLOW_CONN_ALMANAC_REDIS", NOBODY)
    with Redis.from_url(redis_url) as cache:
        cache.set(BRIEF, "old", ex=cache_keys.BRIEF.kept)
        state, tasks = run_of(dag)
        assert (state, tasks["warm_cache"], tasks["close_run"]) == ("success", "failed", "success")
        assert cache.get(BRIEF) == b"old"
        assert 0 < cache.ttl(BRIEF) <= cache_keys.BRIEF.kept
    assert (writer_of(due), queue(due), leases(due)) == ([("template",)], [], [])
    assert log_of_retries(due) == [("completed", 1, 1, None)]
    assert mailbox.rest() == []


def test_a_retry_that_fails_is_closed_told_and_made_again_next_time(
    due: str, connected: pytest.MonkeyPatch, dag: Any, mailbox: Mailbox
) -> None:
    def fails(*_: object) -> None:
        raise psycopg.errors.DiskFull("no space left")

    with connected.context() as patched:
        patched.setattr(stages, "retry", fails)
        state, tasks = run_of(dag)
    assert (state, tasks["close_run"], tasks["report_failures"]) == ("failed", "success", "failed")
    (mail,) = mailbox.rest()
    assert "retry_failed_users failed" in mail["Subject"]
    assert "retry_period.retry_users_0" in text_of(mail)
    assert (writer_of(due), queue(due), leases(due)) == ([], [(FAILED, "pending")], [])
    ((status, _, successful, message),) = log_of_retries(due)
    assert (status, successful) == ("failed", 0)
    assert "nothing was published" in message
    assert run_of(dag)[0] == "success"
    assert (writer_of(due), queue(due)) == ([("template",)], [])


def test_a_failure_before_any_period_is_told_too(
    due: str, connected: pytest.MonkeyPatch, dag: Any, mailbox: Mailbox
) -> None:
    def fails(*_: object) -> None:
        raise psycopg.errors.UndefinedTable("no queue")

    connected.setattr(retries, "due", fails)
    assert run_of(dag)[0] == "failed"
    (mail,) = mailbox.rest()
    assert "list_due_periods" in text_of(mail)


def test_who_gives_up_is_told_of_and_has_a_fallback(
    waiting: str, connected: pytest.MonkeyPatch, dag: Any, mailbox: Mailbox
) -> None:
    query(waiting, "UPDATE ops.job_retry_queue SET retry_count = 2")
    state, tasks = run_of(dag)
    assert (state, tasks["warm_cache"], tasks["close_run"]) == ("failed", "success", "success")
    (mail,) = mailbox.rest()
    assert "1 users gave up" in text_of(mail)
    assert "Failed:" not in text_of(mail)
    assert (writer_of(waiting), queue(waiting)) == ([("fallback",)], [(FAILED, "dead")])


def test_a_period_that_another_run_holds_is_left_and_nobody_is_told(
    due: str, connected: pytest.MonkeyPatch, dag: Any, mailbox: Mailbox
) -> None:
    open_run(due, WEEK, job=QUICK)
    state, tasks = run_of(dag)
    assert (state, tasks["open_run"], tasks["close_run"]) == ("success", "skipped", "skipped")
    assert (queue(due), log_of_retries(due)) == ([(FAILED, "pending")], [])
    assert mailbox.rest() == []


def test_nobody_due_is_no_failure(people: str, connected: pytest.MonkeyPatch, dag: Any) -> None:
    assert run_of(dag)[0] == "success"
    assert log_of_retries(people) == []


@pytest.fixture
def context(connected: pytest.MonkeyPatch) -> Any:
    """What the steps use of a task's context."""
    return {
        "run_id": "manual",
        "task": SimpleNamespace(task_id="retry_users", execution_timeout=None),
    }


def test_an_attempt_whose_answer_was_lost_is_not_made_twice(due: str, context: Any, redis_url: str) -> None:
    from include.orchestration import retry_steps

    run_id = retry_steps.open_run({"job_name": QUICK.name, "period": WEEK}, context)
    counts = [retry_steps.retry_users(run_id, context) for _ in range(2)]
    assert counts[0] == counts[1] == {"due": 1, "recovered": 1, "dead": 0}
    with Redis.from_url(redis_url) as cache:
        cache.set(BRIEF, "old")
        retry_steps.warm(run_id, context)
        assert cache.get(BRIEF) not in (None, b"old")
    assert retry_steps.close(run_id, context)["problem"] is None
    assert log_of_retries(due) == [("completed", 1, 1, None)]


def test_users_that_another_run_made_meanwhile_are_no_failure(due: str, context: Any) -> None:
    from include.orchestration import retry_steps

    run_week(due, WEEK, job=QUICK)
    run_id = retry_steps.open_run({"job_name": QUICK.name, "period": WEEK}, context)
    assert retry_steps.retry_users(run_id, context) == {"due": 0, "recovered": 0, "dead": 0}
    assert retry_steps.close(run_id, context)["problem"] is None
    assert log_of_retries(due) == [("completed", 0, 0, None)]


def test_who_lost_the_lease_leaves_the_other_runs_staging(due: str, context: Any) -> None:
    from include.orchestration import retry_steps

    run_id = retry_steps.open_run({"job_name": QUICK.name, "period": WEEK}, context)
    query(due, "UPDATE ops.job_leases SET expires_at = now() - interval '1 second'")
    other = open_run(due, WEEK, job=QUICK)
    with psycopg.connect(due) as connection:
        stages.plan(connection, QUICK, other, runs.request_of(other))
    with pytest.raises(runs.LeaseHeld):
        retry_steps.retry_users(run_id, context)
    with psycopg.connect(due) as connection:
        assert stages.staging.exists(connection, QUICK, other)
