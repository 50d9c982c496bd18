"""What administrators can do, and what they are told when Airflow or a database is not there."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb
from pydantic import SecretStr
from starlette.testclient import TestClient

from api import airflow
from include.core.periods import Week
from tests.api.readers import NOWHERE, OpenClient, bearer

KEY = {"api_key": "an administrator's key of the tests, and long"}
TRIGGER, HEALTH, REVOKE = "/admin/trigger-intelligence", "/admin/health", "/admin/revocations"


class FakeAirflow:
    """Answers as Airflow's REST API does; `refuse` holds answers that come first."""

    def __init__(self) -> None:
        self.logins: list[Any] = []
        self.runs: list[tuple[str, Any]] = []
        self.refuse: list[httpx.Response | Exception] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        if request.url.path == "/auth/token":
            self.logins.append(body)
            return httpx.Response(201, json={"access_token": f"token {len(self.logins)}"})
        if self.refuse:
            answer = self.refuse.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        assert request.headers["authorization"] == f"Bearer token {len(self.logins)}"
        self.runs.append((request.url.path, body))
        return httpx.Response(200, json={"dag_run_id": "manual__1", "state": "queued"})


@pytest.fixture
def admin(open_client: OpenClient) -> Iterator[TestClient]:
    with open_client(admin=KEY["api_key"]) as opened:
        opened.headers.update(KEY)
        yield opened


@pytest.fixture
def scheduler(admin: TestClient) -> FakeAirflow:
    """Airflow behind the administration, in this process."""
    fake = FakeAirflow()
    client = httpx.AsyncClient(base_url="http://airflow", transport=httpx.MockTransport(fake))
    held = admin.app_state["resources"]
    known = airflow.Airflow(client, "almanac", SecretStr("its password"))
    admin.app_state["resources"] = held._replace(administration=held.administration._replace(airflow=known))
    return fake


def test_a_real_run_for_the_users_named(admin: TestClient, scheduler: FakeAirflow) -> None:
    told = admin.post(
        TRIGGER, json={"user_ids": ["ann", "ben", "ann"], "force_refresh": True, "week_of": "2016-05-02"}
    )
    assert told.status_code == 202
    assert told.json()["status"] == "triggered"
    assert datetime.fromisoformat(told.json()["timestamp"]) > datetime.now(UTC) - timedelta(minutes=5)
    assert told.json()["run"] == {
        "dag_id": "weekly_intelligence",
        "run_id": "manual__1",
        "week_of": "2016-05-02",
    }
    conf = {"scope": "users", "users": ["ann", "ben"]}
    body = {"logical_date": None, "partition_key": "2016-05-02", "conf": conf}
    assert scheduler.runs == [("/api/v2/dags/weekly_intelligence/dagRuns", body)]
    assert scheduler.logins == [{"username": "almanac", "password": "its password"}]


@pytest.mark.parametrize(("anew", "scope"), [(True, "all"), (False, "missing")])
def test_everybody_of_this_week(admin: TestClient, scheduler: FakeAirflow, anew: bool, scope: str) -> None:
    assert admin.post(TRIGGER, json={"force_refresh": anew}).status_code == 202
    ((_, body),) = scheduler.runs
    assert body["conf"] == {"scope": scope}
    assert body["partition_key"] == Week.due(datetime.now(UTC)).key


@pytest.mark.parametrize(
    "body",
    [
        {"user_ids": []},
        {"user_ids": "ann"},
        {"user_ids": [1]},
        {"user_ids": ["a\0"]},
        {"user_ids": ["x"] * 1001},
        {"user_ids": [""]},
        {"force_refresh": "yes"},
        {"week_of": "2016-05-03"},
        {"week_of": 20160502},
        {"users": ["ann"]},
        [],
    ],
)
def test_what_makes_no_sense_starts_nothing(admin: TestClient, scheduler: FakeAirflow, body: object) -> None:
    assert admin.post(TRIGGER, json=body).status_code == 422
    assert (scheduler.runs, scheduler.logins) == ([], [])


def test_a_token_that_airflow_forgot_is_renewed_once(admin: TestClient, scheduler: FakeAirflow) -> None:
    assert admin.post(TRIGGER, json={}).status_code == 202
    scheduler.refuse = [httpx.Response(401)]
    assert admin.post(TRIGGER, json={}).status_code == 202
    assert (len(scheduler.logins), len(scheduler.runs)) == (2, 2)
    scheduler.refuse = [httpx.Response(401), httpx.Response(401)]
    assert admin.post(TRIGGER, json={}).status_code == 503


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.ConnectError("no"), "airflow-silent"),
        (httpx.ReadTimeout("no"), "airflow-silent"),
        (httpx.Response(200, text="<html>"), "airflow-silent"),
        (httpx.Response(404, json={"detail": "secret"}), "airflow-refused"),
        (httpx.Response(500), "airflow-refused"),
        (httpx.Response(200, json=[]), "airflow-refused"),
    ],
)
def test_without_airflow_that_is_said(
    admin: TestClient, scheduler: FakeAirflow, answer: httpx.Response | Exception, kind: str
) -> None:
    scheduler.refuse = [answer]
    told = admin.post(TRIGGER, json={})
    assert told.status_code == 503
    assert told.json()["type"] == f"urn:almanac:problem:{kind}"
    assert told.headers["retry-after"] == "30"
    assert "secret" not in told.text


def test_an_airflow_that_nobody_named(admin: TestClient) -> None:
    told = admin.post(TRIGGER, json={})
    assert (told.status_code, told.json()["type"]) == (503, "urn:almanac:problem:no-airflow")


# ------------------------------------------------------------------ health


def ran(url: str, *, hours_ago: float = 2, failed: int = 0) -> None:
    ended = datetime.now(UTC) - timedelta(hours=hours_ago)
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO ops.job_execution_log (job_name, job_id, period, status, started_at, completed_at,"
            " duration_seconds, users_processed, users_successful, users_failed, metadata)"
            " VALUES ('weekly_intelligence', gen_random_uuid(), '2016-05-02', 'completed', %s, %s, 10, 1000,"
            " %s, %s, %s)",
            (ended, ended, 1000 - failed, failed, Jsonb({"request": {"scope": "all"}})),
        )


def test_the_monitors_checks(admin: TestClient, published: str) -> None:
    ran(published, failed=30)
    told = admin.get(HEALTH).json()
    checks = {one["name"]: one for one in told["checks"]}
    assert told["job"] == "weekly_intelligence"
    assert checks["last_run"] == {
        "name": "last_run",
        "value": pytest.approx(2, abs=0.1),
        "bound": "< 168 hours ago",
        "met": True,
    }
    assert checks["error_rate"]["value"] == 3.0
    assert told["healthy"] is all(one["met"] for one in checks.values())
    ran(published, hours_ago=1, failed=100)
    told = admin.get(HEALTH).json()
    assert not told["healthy"]


def test_a_batch_that_never_ran(admin: TestClient) -> None:
    told = admin.get(HEALTH)
    assert told.status_code == 200
    assert not told.json()["healthy"]
    assert told.json()["checks"][0] == {
        "name": "last_run",
        "value": None,
        "bound": "< 168 hours ago",
        "met": False,
    }
    assert admin.get(HEALTH, params={"job": "no_such_batch"}).status_code == 404


def test_health_without_redis_is_a_failed_check_and_without_postgres_no_answer(
    open_client: OpenClient, published: str
) -> None:
    ran(published)
    with open_client(admin=KEY["api_key"], redis=f"redis://{NOWHERE}") as client:
        told = client.get(HEALTH, headers=KEY).json()
        assert {one["name"]: one["met"] for one in told["checks"]}["cache_hit_rate"] is False
    with open_client(admin=KEY["api_key"], database_url=f"postgresql://{NOWHERE}/none") as client:
        told = client.get(HEALTH, headers=KEY)
        assert (told.status_code, told.headers["content-type"]) == (503, "application/problem+json")


def test_the_monitors_role_sees_numbers_and_nothing_else(published: str) -> None:
    with psycopg.connect(published, autocommit=True) as connection:
        connection.execute("SET ROLE almanac_monitor")
        connection.execute("SELECT * FROM serving.recent_runs_v1(4, 100)")
        for relation in (
            "app.users",
            "ops.job_execution_log",
            "serving.users_v1",
            "serving.weekly_briefs_v1",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM {relation}")
        for role in ("almanac_reader", "almanac_app_writer"):
            connection.execute("RESET ROLE")
            connection.execute(f"SET ROLE {role}")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM serving.recent_runs_v1(4, 100)")


# ------------------------------------------------------------------ revocation


def test_a_token_and_a_person(admin: TestClient) -> None:
    path = "/api/v1/weekly-brief"
    told = admin.post(REVOKE, json={"token_id": "stolen"})
    assert (told.status_code, told.json()) == (200, {"status": "revoked", "within_seconds": 60})
    assert admin.get(path, headers=bearer("ann", jti="stolen")).status_code == 401
    assert admin.get(path, headers=bearer("ann", jti="good")).status_code == 200
    assert admin.post(REVOKE, json={"user_id": "ben"}).status_code == 200
    assert admin.get(path, headers=bearer("ben")).status_code == 401


@pytest.mark.parametrize("body", [{}, {"token_id": 1}, {"token_id": "a", "user_id": "b"}, {"jti": "a"}])
def test_revoking_says_whose(admin: TestClient, body: object) -> None:
    assert admin.post(REVOKE, json=body).status_code == 422


def test_what_cannot_be_kept_is_not_promised(open_client: OpenClient) -> None:
    with open_client(admin=KEY["api_key"], redis=f"redis://{NOWHERE}") as client:
        told = client.post(REVOKE, headers=KEY, json={"token_id": "stolen"})
        assert (told.status_code, told.headers["retry-after"]) == (503, "5")


# ------------------------------------------------------------------ metrics


def test_metrics_say_how_many_and_never_who(admin: TestClient) -> None:
    ann = bearer("ann")  # one token: that of the next second would be another, and not remembered
    for _ in range(3):
        admin.get("/api/v1/weekly-brief", headers=ann)
    admin.get("/api/v1/weekly-brief/2016-04-25", headers=ann)
    admin.get("/api/v1/weekly-brief/2016-04-25", headers=bearer("nobody-here"))
    admin.get("/made/up/by/ann")
    admin.request("ANN", "/api/v1/weekly-brief")
    told = admin.get("/metrics")
    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = told.text.splitlines()
    assert 'almanac_short_answers_total{status="200"} 2.0' in lines
    week = 'almanac_http_requests_total{method="GET",route="/api/v1/weekly-brief/{week_of}",status='
    assert f'{week}"200"}} 1.0' in lines and f'{week}"404"}} 1.0' in lines
    assert 'almanac_http_requests_total{method="GET",route="other",status="404"} 1.0' in lines
    assert any(line.startswith('almanac_reads_total{layer="postgres"}') for line in lines)
    values = "".join(re.findall(r"\{[^}]*\}", told.text))
    assert not any(name in values for name in ("ann", "ANN", "nobody-here", "2016"))


def test_metrics_can_be_shut(open_client: OpenClient) -> None:
    token = "a token for whoever collects the metrics"
    with open_client(metrics=token) as client:
        assert client.get("/metrics").status_code == 403
        assert client.get("/metrics", headers=bearer("ann")).status_code == 403
        assert client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 200
