"""The process: what it imports, how it is configured, whom browsers let in."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

import api.main
from api.settings import ApiSettings
from include.core.tokens import LOCAL_SECRET
from tests.api.readers import SECRET, OpenClient, bearer


def test_import_needs_no_environment_and_no_airflow() -> None:
    program = (
        "import sys, api.main; print([m for m in ('airflow', 'fastapi', 'alembic') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], env={}, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_app_is_made_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALMANAC_DATABASE_URL", "postgresql://h/d")
    monkeypatch.setenv("ALMANAC_REDIS_URL", "redis://h")
    monkeypatch.setenv("ALMANAC_API_TOKEN_SECRET", SECRET)
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example, https://b.example")
    assert callable(api.main.app)
    assert ApiSettings.model_validate({}).allowed_origins == ["https://a.example", "https://b.example"]


def test_bad_settings_are_named_but_not_shown() -> None:
    with pytest.raises(ValidationError) as refused:
        ApiSettings(
            database_url="postgresql://u:hunter2@h/d", redis_url="redis://h", api_token_secret="short"
        )
    assert "api_token_secret" in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "short" not in str(refused.value).replace("too_short", "")


def test_the_key_that_everybody_knows_signs_on_one_machine_only() -> None:
    known = {"database_url": "postgresql://h/d", "redis_url": "redis://h", "api_token_secret": LOCAL_SECRET}
    assert ApiSettings(**known, local=True).local
    with pytest.raises(ValidationError, match="openssl rand") as refused:
        ApiSettings(**known)
    assert LOCAL_SECRET not in str(refused.value)


def test_browsers_of_listed_origins_only(open_client: OpenClient) -> None:
    with open_client(cors="https://app.example") as client:
        path = "/api/v1/weekly-brief"
        listed = client.get(path, headers={**bearer("ann"), "Origin": "https://app.example"})
        other = client.get(path, headers={**bearer("ann"), "Origin": "https://evil.example"})
    assert listed.headers["access-control-allow-origin"] == "https://app.example"
    vary = {part.strip() for part in listed.headers["vary"].split(",")}
    assert vary == {"Authorization", "Accept-Encoding", "Origin"}
    assert "access-control-allow-origin" not in other.headers
