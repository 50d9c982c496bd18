"""The API's connections read the serving views and nothing else, whatever login they have."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from api.deps import warehouse_pool
from api.settings import ApiSettings
from include.core.migrate import migrate
from include.core.statements import SQL_ROOT
from include.local import postgres
from tests.api.readers import SECRET

READ_ROLE: Path = SQL_ROOT / "migrations/versions/0002_read_role.sql"
OWN_ROWS = {"serving.users_v1": 1, "serving.weekly_briefs_v1": 2}  # of ann, who is user 1
CLOSED = [
    "app.users",
    "app.daily_health",
    "app.user_preferences",
    "warehouse.weekly_health_briefs",
    "warehouse.weekly_health_briefs_20160502",
    "warehouse.health_insights",
    "ops.job_execution_log",
    "ops.notification_outbox",
]
CHANGES = [
    "UPDATE serving.users_v1 SET external_id = 'x'",
    "DELETE FROM serving.weekly_briefs_v1",
    "CREATE TABLE serving.mine ()",
    "CREATE TABLE public.mine ()",
]


@pytest.fixture
def reader_login(published: str) -> Iterator[str]:
    """URL with a login that is nothing but a member of the read role."""
    login = f"reader_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(published, autocommit=True) as server:
        server.execute(f"CREATE ROLE {login} LOGIN PASSWORD 'reading' IN ROLE almanac_reader")
        yield psycopg.conninfo.make_conninfo(published, user=login, password="reading")
        server.execute(f"DROP ROLE {login}")


def test_reader_sees_the_views_and_no_table(reader_login: str) -> None:
    with psycopg.connect(reader_login, autocommit=True) as connection:
        connection.execute("SELECT set_config('almanac.user_id', '1', false)")
        for relation, rows in OWN_ROWS.items():
            assert connection.execute(f"SELECT count(*) FROM {relation}").fetchone() == (rows,)
        for relation in CLOSED:
            with pytest.raises(InsufficientPrivilege):
                connection.execute(f"SELECT * FROM {relation}")


def test_reader_changes_nothing(reader_login: str) -> None:
    with psycopg.connect(reader_login, autocommit=True) as connection:
        for change in CHANGES:
            with pytest.raises(InsufficientPrivilege):
                connection.execute(change)


def test_api_gives_its_login_s_rights_away(published: str) -> None:
    """The tests' own login is a superuser; through the API's pool it is a reader."""

    async def through_the_pool() -> None:
        settings = ApiSettings(database_url=published, redis_url="redis://unused", api_token_secret=SECRET)
        async with warehouse_pool(settings) as pool, pool.connection() as connection:
            row = await (await connection.execute("SELECT current_user")).fetchone()
            assert row == ("almanac_reader",)
            with pytest.raises(InsufficientPrivilege):
                await connection.execute("SELECT * FROM app.users")
            with pytest.raises(ReadOnlySqlTransaction):
                await connection.execute("CREATE TEMP TABLE mine ()")

    asyncio.run(through_the_pool())


@pytest.mark.usefixtures("warehouse_template")  # the first database of the server
def test_second_database_of_the_server_migrates_too(postgres_server: str) -> None:
    name = f"second_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = postgres.database_url(postgres_server, name)
        migrate(url)
        with psycopg.connect(url) as second:
            second.execute("SET ROLE almanac_reader")
            assert second.execute("SELECT count(*) FROM serving.users_v1").fetchone() == (0,)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_two_migrations_at_once_make_one_role(warehouse: str) -> None:
    """The second finds no role yet, waits for the first to commit, and is content with its role."""
    role = f"reader_{uuid.uuid4().hex[:8]}"
    script = READ_ROLE.read_text().replace("almanac_reader", role)
    create = script[: script.index("GRANT USAGE")]
    failures: list[Exception] = []

    def second() -> None:
        try:
            with psycopg.connect(warehouse, application_name=role) as connection:
                connection.execute(create)
        except Exception as error:
            failures.append(error)

    with psycopg.connect(warehouse) as first, psycopg.connect(warehouse, autocommit=True) as watcher:
        first.execute(create)
        thread = Thread(target=second)
        thread.start()
        waiting = "SELECT FROM pg_stat_activity WHERE application_name = %s AND wait_event_type = 'Lock'"
        while thread.is_alive() and watcher.execute(waiting, (role,)).fetchone() is None:
            pass
        first.commit()
        thread.join()
        watcher.execute(f"DROP ROLE {role}")
    assert not failures
