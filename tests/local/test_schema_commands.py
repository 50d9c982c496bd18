"""`almanac migrate`, commands on a warehouse that is not at the newest schema, and `almanac airflow`."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from include.intelligence.job import JOB
from include.local import postgres
from tests.local.answers import Command, change, good, refused


@pytest.fixture
def bare(postgres_server: str) -> Iterator[str]:
    """URL of a database that nobody has migrated."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgres.ensure_database(postgres_server, name)
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.parametrize(
    "command",
    [
        "health", "runs", "diff 1 2", "retries", "dead-letters", f"flag {JOB.name}", f"flag {JOB.name} off",
        "brief ada", "explain ada", "generate --users 1 --weeks 1",
    ],
)  # fmt: skip
def test_a_warehouse_that_was_not_migrated_is_a_clear_message(
    almanac: Command, bare: str, command: str
) -> None:
    message = refused(almanac(bare, *command.split()))
    assert "never migrated" in message and "`almanac migrate`" in message


def test_a_schema_of_an_older_version_is_told_too(almanac: Command, warehouse: str) -> None:
    change(warehouse, "ALTER TABLE ops.job_execution_log DROP COLUMN users_failed")
    assert 'column "users_failed" does not exist' in refused(almanac(warehouse, "runs"))


def test_migrate_makes_a_warehouse_of_any_database_twice_if_need_be(almanac: Command, bare: str) -> None:
    for _ in range(2):
        assert "has the newest schema" in good(almanac(bare, "migrate"))
    assert "Nobody waits" in good(almanac(bare, "retries"))
    assert "does not answer" in refused(almanac("postgresql://127.0.0.1:1/none", "migrate"))


def test_migrate_with_a_login_that_may_not_says_so(almanac: Command, bare: str) -> None:
    change(bare, "CREATE ROLE no_owner LOGIN PASSWORD 'hidden'")
    try:
        message = refused(almanac(bare.replace("postgres@", "no_owner:hidden@"), "migrate"))
        assert "permission denied" in message and "must own the database" in message
        assert "hidden" not in message
    finally:
        change(bare, "DROP ROLE no_owner")


def test_migrate_leaves_a_newer_schema_alone(almanac: Command, warehouse: str) -> None:
    change(warehouse, "UPDATE almanac_alembic_version SET version_num = '9999'")
    assert "newer version" in refused(almanac(warehouse, "migrate"))


def test_the_airflow_command_needs_the_embedded_airflow(
    almanac: Command, warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "almanac up" in refused(almanac(warehouse, "airflow", "--", "dags", "list"))
    monkeypatch.setenv("ALMANAC_AIRFLOW_URL", "http://airflow.example.org")
    assert "where that one runs" in refused(almanac(warehouse, "airflow", "--", "dags", "list"))
