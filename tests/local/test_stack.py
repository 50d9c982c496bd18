"""The embedded servers: they start, survive being started twice, and say what is wrong."""

import json
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from redis import Redis

from include.core.settings import Settings
from include.local import airflow_components, fake_provider, postgres, processes, provider, stack
from include.local import redis as embedded_redis
from include.local.airflow_components import Endpoints
from include.local.processes import StackError
from include.local.secrets import load_or_create


@pytest.fixture
def closed_home() -> Iterator[Path]:
    """A stack's folder (with a space in its path) of one test, which another account can pass through."""
    home = Path(tempfile.mkdtemp(prefix="almanac stack ")) / "of its own"
    yield home
    processes.stop(home, "postgres", bound_s=5)
    shutil.rmtree(home.parent, ignore_errors=True)


def crash(record: processes.Record) -> None:
    """kill -9 of the server; its children notice by themselves."""
    children = psutil.Process(record.pid).children(recursive=True)
    os.kill(record.pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(record.pid), *children], timeout=20)


def json_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def test_warehouses_are_migrated_empty_and_independent(warehouse: str) -> None:
    with psycopg.connect(warehouse) as connection:
        assert connection.execute("SELECT count(*) FROM app.users").fetchone() == (0,)
        connection.execute("INSERT INTO app.users (external_id) VALUES ('only here')")


def test_the_next_warehouse_has_nothing_of_the_last(warehouse: str) -> None:
    with psycopg.connect(warehouse) as connection:
        assert connection.execute("SELECT count(*) FROM app.users").fetchone() == (0,)


def test_starting_redis_again_finds_the_same(stack_home: Path, redis_url: str) -> None:
    before = processes.recorded(stack_home, "redis")
    port = int(redis_url.rsplit(":", 1)[1].split("/")[0])
    assert embedded_redis.start(stack_home, port) == redis_url
    assert processes.recorded(stack_home, "redis") == before
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_a_password_protects_the_server_and_a_crash_leaves_it_startable(closed_home: Path) -> None:
    """kill -9 leaves postmaster.pid behind; the next start recovers with the data."""
    port = processes.free_port()
    small = {"shared_buffers": "16MB"}
    url = postgres.start(closed_home, port, password="se cret/@", tuning=small)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgres.server_url(port, "wrong"))
    postgres.ensure_database(url, "kept")
    record = processes.recorded(closed_home, "postgres")
    assert record is not None
    crash(record)
    again = postgres.start(closed_home, port, password="se cret/@", tuning=small)
    with psycopg.connect(postgres.database_url(again, "kept")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    lost = (closed_home / "run" / "postgres.json").rename(closed_home / "run" / "lost")
    with pytest.raises(StackError, match=r"lost track of.*kill -INT"):
        postgres.start(closed_home, port, password="se cret/@", tuning=small)
    lost.rename(closed_home / "run" / "postgres.json")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"PG_VERSION": "11\n"}, "made by PostgreSQL 11"),
        ({"PG_VERSION": "18\n"}, "no global/pg_control"),
        ({"notes.txt": "mine"}, "not a PostgreSQL data folder"),
    ],
)
def test_a_broken_data_folder_is_refused_and_left_alone(
    tmp_path: Path, files: dict[str, str], says: str
) -> None:
    data = tmp_path / "postgres"
    data.mkdir()
    for name, text in files.items():
        (data / name).write_text(text)
    with pytest.raises(StackError, match=f"(?s){says}.*mv "):
        postgres.start(tmp_path, processes.free_port())
    assert {path.name: path.read_text() for path in data.iterdir()} == files


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    first = load_or_create(tmp_path)
    assert load_or_create(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert load_or_create(tmp_path / "other") != first
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(StackError, match="start over"):
        load_or_create(tmp_path)


def test_given_servers_are_not_started(tmp_path: Path, warehouse: str, redis_url: str) -> None:
    given = {
        "database_url": warehouse,
        "redis_url": redis_url,
        "airflow_url": "http://a",
        "api_url": "http://b",
    }
    settings = Settings(home=tmp_path, **given)
    where = stack.up(settings, lambda _: None)
    assert (where.warehouse, where.redis, where.airflow, where.api) == tuple(given.values())
    assert {part.state for part in stack.status(settings)} == {"given"}
    assert stack.down(settings, lambda _: None) == 0


def test_up_names_the_taken_port_and_down_cleans_up(closed_home: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        settings = Settings(home=closed_home, redis_port=taken, postgres_port=processes.free_port())
        with pytest.raises(StackError, match=rf"Port {taken} for Redis .*ALMANAC_REDIS_PORT"):
            stack.up(settings, lambda _: None)
    states = {part.name: part.state for part in stack.status(settings)}
    assert states["postgres"] == "running"
    assert states["redis"] == "stopped"
    assert stack.down(settings, lambda _: None) == 1
    assert stack.down(settings, lambda _: None) == 0


def test_only_one_command_works_on_a_stack(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with stack._only_one(tmp_path), pytest.raises(StackError, match="Another"):
        stack.down(settings, lambda _: None)


def test_an_unreachable_warehouse_says_what_to_do(tmp_path: Path) -> None:
    port = processes.free_port()
    with (
        pytest.raises(StackError, match=f"{port}.*almanac up"),
        stack.warehouse(Settings(home=tmp_path, postgres_port=port)),
    ):
        pass
    given = Settings(home=tmp_path, database_url=f"postgresql://me:hidden@127.0.0.1:{port}/w")
    with pytest.raises(StackError, match="ALMANAC_DATABASE_URL") as caught, stack.warehouse(given):
        pass
    assert "hidden" not in str(caught.value)


def test_airflow_finds_its_servers_by_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection ids of airflow_settings.yaml are those that the components get."""
    monkeypatch.delenv("AIRFLOW_CONN_ALMANAC_SMTP", raising=False)
    endpoints = Endpoints(
        "postgresql://m", "postgresql://me:p%40ss@db:6/w?sslmode=require", "rediss://:x@r:7/3"
    )
    env = airflow_components.environment(Settings(home=tmp_path), endpoints, load_or_create(tmp_path))
    declared = airflow_components.settings_file()["connections"]
    names = {f"AIRFLOW_CONN_{connection['conn_id'].upper()}" for connection in declared}
    assert names == {name for name in env if name.startswith("AIRFLOW_CONN_ALMANAC")}
    warehouse = json_of(env["AIRFLOW_CONN_ALMANAC_WAREHOUSE"])
    assert (warehouse["password"], warehouse["schema"], warehouse["extra"]) == (
        "p@ss",
        "w",
        {"sslmode": "require"},
    )
    assert json_of(env["AIRFLOW_CONN_ALMANAC_REDIS"])["extra"] == {"db": 3, "ssl": True}


# ------------------------------------------------------------------ the provider


@pytest.fixture
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller without an Anthropic connection, whatever the machine's own environment."""
    monkeypatch.delenv(provider.CONNECTION, raising=False)


def airflow_connection(settings: Settings) -> dict[str, Any]:
    return json_of(stack.airflow_environment(settings)[provider.CONNECTION])


@pytest.mark.usefixtures("no_key")
def test_without_asking_nobody_can_be_paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key by the connection, and none past it by the SDK's own variables."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-mine")
    settings = Settings(home=tmp_path)
    assert airflow_connection(settings) == {"conn_type": "anthropic"}
    assert not [name for name in stack.airflow_environment(settings) if name.startswith("ANTHROPIC_")]
    assert stack.provider_of(settings) == "none"
    assert stack.provider_of(Settings(home=tmp_path, airflow_url="http://a")) == "unknown"


@pytest.mark.parametrize(
    "own",
    ['{"conn_type": "anthropic", "password": "k"}', "anthropic://:k@/", "anthropic://:k@gateway.example"],
)
def test_a_connection_of_the_callers_own_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    monkeypatch.setenv(provider.CONNECTION, own)
    settings = Settings(home=tmp_path)
    assert stack.airflow_environment(settings)[provider.CONNECTION] == own
    assert stack.provider_of(settings) == "own"


def test_the_fake_provider_is_a_part_only_when_asked_for(
    tmp_path: Path, warehouse: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown as what it is, wins over a key that is there, comes back after a crash, and goes with `down`."""
    monkeypatch.setenv(provider.CONNECTION, '{"conn_type": "anthropic", "password": "k"}')
    given = {
        "database_url": warehouse,
        "redis_url": redis_url,
        "airflow_url": "http://a",
        "api_url": "http://b",
    }
    settings = Settings(home=tmp_path, fake_provider_port=processes.free_port(), **given)
    try:
        where = stack.up(settings, lambda _: None, with_fake_provider=True)
        assert fake_provider.control(where.fake_provider, "bill")["requests"] == 0
        (part,) = [one for one in stack.status(settings) if one.name == fake_provider.NAME]
        assert part.state == "running" and "no model, nothing is paid" in part.detail
        embedded = settings.model_copy(update={"airflow_url": None})
        assert airflow_connection(embedded)["host"] == where.fake_provider
        assert stack.provider_of(embedded) == "fake"
        record = processes.recorded(tmp_path, fake_provider.NAME)
        assert record is not None
        crash(record)
        stack.up(settings, lambda _: None)
        assert fake_provider.control(where.fake_provider, "bill")["requests"] == 0
    finally:
        assert stack.down(settings, lambda _: None) == 1
    assert {part.state for part in stack.status(settings)} == {"given"}


@pytest.mark.usefixtures("no_key")
def test_airflow_that_was_started_for_another_provider_starts_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    env = stack.airflow_environment(settings)
    old = {**os.environ, provider.CONNECTION: provider.connection("http://127.0.0.1:1", {})}
    processes.start(tmp_path, airflow_components.SCHEDULER, ["sleep", "60"], env=old)
    processes.start(tmp_path, "airflow-triggerer", ["sleep", "60"], env=env)
    try:
        assert stack.provider_of(settings) == "own"  # what runs counts, not what would
        stack._stop_writers_by_another_connection(settings, env, lambda _: None)
        assert processes.running(tmp_path, airflow_components.WRITE) == ["airflow-triggerer"]
    finally:
        stack.down(settings, lambda _: None)


def test_whom_the_pages_show_is_what_was_set_or_what_the_demo_chose(tmp_path: Path) -> None:
    assert stack.shown_person(Settings(home=tmp_path, demo_login="")) == ""
    (tmp_path / "demo_login").write_text("gen-000007")
    assert stack.shown_person(Settings(home=tmp_path, demo_login="")) == "gen-000007"
    assert stack.shown_person(Settings(home=tmp_path, demo_login="ann")) == "ann"
