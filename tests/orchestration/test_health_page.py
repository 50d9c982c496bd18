"""The page 'Batch health': what it tells, and to whom."""

from datetime import UTC, datetime
from typing import Any

import pytest
from airflow.api_fastapi.app import init_auth_manager
from airflow.api_fastapi.core_api.security import get_user
from fastapi.testclient import TestClient

from include.core.db import connect
from include.orchestration import health_page

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
RUN = """
INSERT INTO ops.job_execution_log (job_name, job_id, period, status, started_at, completed_at, duration_seconds,
    users_processed, users_successful, users_failed, error_message)
VALUES (%s, %s, %s, %s, %s, %s, 61, %s, %s, %s, %s) RETURNING id
"""


def log(
    url: str, job: str, period: str, status: str, users: int, failed: int, error: str | None = None
) -> int:
    at = datetime.fromisoformat(f"{period}T02:00+00:00")
    values = (job, f"{job}:{period}:{status}", period, status, at, at, users, users - failed, failed, error)
    with connect(url) as connection:
        row = connection.execute(RUN, values).fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
def page(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    init_auth_manager()
    monkeypatch.setattr(health_page, "warehouse_url", lambda: warehouse)
    return TestClient(health_page.app)


def test_nobody_sees_it_without_a_login(page: TestClient) -> None:
    assert page.get("/health").status_code == 401
    assert page.get("/health", cookies={"_token": "not a token"}).status_code in (401, 403)


def test_it_is_the_only_thing_there(page: TestClient) -> None:
    assert {page.get(path).status_code for path in ("/docs", "/openapi.json", "/redoc", "/")} == {404}


def test_who_is_signed_in_sees_every_batch(page: TestClient, warehouse: str) -> None:
    log(warehouse, "weekly_intelligence", "2026-03-02", "failed", 100, 30, "only 70 of 100 <users> succeeded")
    health_page.app.dependency_overrides[get_user] = object
    try:
        answer = page.get("/health")
    finally:
        health_page.app.dependency_overrides.clear()
    assert answer.status_code == 200
    assert "weekly_intelligence" in answer.text
    assert "only 70 of 100 &lt;users&gt; succeeded" in answer.text


def test_a_job_is_told_by_its_newest_run_its_week_its_queue_and_its_cost(warehouse: str) -> None:
    log(warehouse, "weekly_intelligence", "2026-03-02", "failed", 100, 30)
    run_id = log(warehouse, "weekly_intelligence", "2026-03-09", "completed", 100, 10)
    with connect(warehouse) as connection:
        for user, severity in ((1, "hard"), (1, "soft"), (2, "hard"), (3, "cleaned")):
            connection.execute(
                "INSERT INTO ops.quarantine (job_name, period, user_id, run_id, check_name, reason, severity) "
                "VALUES ('weekly_intelligence', '2026-03-09', %s, %s, 'c', 'r', %s)",
                (user, run_id, severity),
            )
        for user, status in ((1, "pending"), (2, "dead")):
            connection.execute(
                "INSERT INTO ops.job_retry_queue (job_name, period, user_id, status, last_error, next_retry_at) "
                "VALUES ('weekly_intelligence', '2026-03-09', %s, %s, 'e', now())",
                (user, status),
            )
        connection.execute(
            "INSERT INTO llm.calls (run_id, facts_key, user_id, model, prompt_version, attempt, day, status, "
            "reserved_usd, cost_usd, created_at) VALUES (%s, 'k', 1, 'm', 'p', 0, %s, 'answered', 2, 1.25, %s)",
            (run_id, NOW.date(), NOW),
        )
        (told,) = health_page.batches(connection, NOW)
    shown = ("period", "status", "runs", "failed_runs", "quarantined", "waiting", "dead")
    assert {name: told[name] for name in shown} == {
        "period": "2026-03-09", "status": "completed", "runs": 1, "failed_runs": 0,
        "quarantined": 2, "waiting": 1, "dead": 1,
    }  # fmt: skip
    assert (float(told["success_rate"]), float(told["cost_usd"])) == (90.0, 1.25)


def test_before_the_first_run_it_says_what_to_do(warehouse: str) -> None:
    with connect(warehouse) as connection:
        assert "No batch has run yet" in health_page.render(health_page.batches(connection, NOW), NOW)
