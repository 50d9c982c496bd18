"""The whole embedded stack on free ports, in a folder of its own, with a mail server that keeps the mail."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from include.core.settings import PROJECT, Settings
from include.local import airflow_api, processes, stack
from include.local.airflow_api import Airflow
from tests.mail import Mailbox, mail_connection, mail_sink

ADMIN = "administrator@localhost"
ADMIN_KEY = "the key of the tests' administrator"
PARTS = ("postgres", "redis", "airflow", "api", "fake_provider")


@dataclass(frozen=True)
class Almanac:
    """A running stack, as its users reach it."""

    settings: Settings
    warehouse: str
    api: str
    airflow: Airflow
    mailbox: Mailbox

    def cli_environment(self) -> dict[str, str]:
        """For `almanac`: this stack and no setting of the machine that the tests run on."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("ALMANAC_")}
        named = {
            f"ALMANAC_{name.upper()}": str(value)
            for name, value in self.settings.model_dump(exclude_none=True).items()
        }
        return {**others, **named, "PYTHONPATH": str(PROJECT), "NO_COLOR": "1"}

    def airflow_database(self) -> str:
        """URL of Airflow's own tables."""
        url = stack.airflow_environment(self.settings)["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
        return url.replace("+psycopg", "")


@pytest.fixture(scope="session")
def almanac() -> Iterator[Almanac]:
    """PostgreSQL, Redis, Airflow's four components and the read API; ended with all their children."""
    home = Path(tempfile.mkdtemp(prefix="almanac-whole-"))
    home.chmod(0o755)  # PostgreSQL runs under another account where the tests run as root
    ports = {f"{name}_port": processes.free_port() for name in PARTS}
    given = dict.fromkeys(("database_url", "redis_url", "airflow_url", "api_url"))
    settings = Settings(_env_file=None, home=home, **given, **ports)  # type: ignore[call-arg, arg-type]
    with pytest.MonkeyPatch.context() as patch, mail_sink() as mailbox:
        patch.setenv("AIRFLOW_CONN_ALMANAC_SMTP", json.dumps(mail_connection(mailbox)))
        patch.setenv("ADMIN_API_KEY", ADMIN_KEY)
        patch.delenv("AIRFLOW_VAR_ALMANAC_ADMIN_EMAIL", raising=False)
        try:
            where = stack.up(settings, lambda _: None, with_fake_provider=True)
            with airflow_api.login(
                where.airflow, settings.airflow_user, settings.airflow_password
            ) as airflow:
                # Kept in Airflow, as from its UI: what has no right to read it there sends no mail.
                airflow._json("POST", "/variables", json={"key": "almanac_admin_email", "value": ADMIN})
                yield Almanac(settings, where.warehouse, where.api, airflow, mailbox)
        finally:
            stack.down(settings, lambda _: None)
            shutil.rmtree(home, ignore_errors=True)
