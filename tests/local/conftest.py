"""The command line as an operator has it."""

from pathlib import Path

import pytest
from redis import Redis
from typer.testing import CliRunner, Result

from include.local.cli import app
from tests.local.answers import Command


@pytest.fixture
def almanac(monkeypatch: pytest.MonkeyPatch, redis_url: str, tmp_path: Path) -> Command:
    """almanac(warehouse, *arguments), on a wide terminal, with a Redis that nobody has read from."""
    with Redis.from_url(redis_url) as client:
        client.config_resetstat()

    def run(url: str, *arguments: str, columns: int = 220) -> Result:
        monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
        monkeypatch.setenv("ALMANAC_DATABASE_URL", url)
        monkeypatch.setenv("ALMANAC_REDIS_URL", redis_url)
        monkeypatch.setenv("COLUMNS", str(columns))
        return CliRunner().invoke(app, list(arguments))

    return run
