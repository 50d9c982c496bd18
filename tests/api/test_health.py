"""The health page tells what is down, and nothing that is secret."""

import pytest

from tests.api.readers import NOWHERE, SECRET, OpenClient

DEAD_POSTGRES = f"postgresql://someone:hunter2@{NOWHERE}/private"


@pytest.mark.parametrize("postgres", [True, False])
@pytest.mark.parametrize("redis", [True, False])
def test_health(open_client: OpenClient, postgres: bool, redis: bool) -> None:
    down: dict[str, str] = {}
    if not postgres:
        down["database_url"] = DEAD_POSTGRES
    if not redis:
        down["redis"] = f"redis://:hunter3@{NOWHERE}"
    with open_client(**down) as client:
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok" if postgres and redis else "degraded",
        "postgres": "ok" if postgres else "down",
        "redis": "ok" if redis else "down",
    }
    assert not any(secret in answer.text for secret in ("hunter", SECRET))
