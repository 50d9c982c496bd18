"""The embedded stack as a whole: what it consists of, up, down, and where its parts are.

Each part is optional: where a setting names a server of the user's own, that one is used.
"""

import contextlib
import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from alembic.util import CommandError
from psycopg import errors, sql
from sqlalchemy.exc import DBAPIError

from include.core.db import Connection, connect
from include.core.migrate import migrate
from include.core.settings import PROJECT, Settings
from include.local import airflow_api, airflow_components, fake_provider, postgres, processes, provider, redis
from include.local.processes import StackError
from include.local.provider import Provider
from include.local.secrets import load_or_create

READ_API = "read-api"
# Stopped in this order: those who use a server before the server.
PROCESSES = (READ_API, *reversed(airflow_components.COMPONENTS), fake_provider.NAME, "redis", "postgres")
STOP_BOUND_S = {"postgres": 60.0, "airflow-scheduler": 10.0}
WAREHOUSE_DATABASE = "almanac"
AIRFLOW_DATABASE = "airflow"
DEMO_LOGIN = "ALMANAC_DEMO_LOGIN"
NOT_MIGRATED = (
    errors.InvalidSchemaName,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
)

Report = Callable[[str], None]


@dataclass(frozen=True)
class Urls:
    """Where the parts are, embedded or given."""

    warehouse: str
    redis: str
    airflow: str
    api: str
    fake_provider: str  # only where it was asked for


@dataclass(frozen=True)
class PartStatus:
    """One line of `almanac status`."""

    name: str
    state: str  # running | stopped | stale | given
    pid: int | None
    detail: str


def urls(settings: Settings) -> Urls:
    """Every part's URL; says nothing about whether it runs."""
    return Urls(
        warehouse=settings.database_url or _embedded_database(settings, WAREHOUSE_DATABASE),
        redis=settings.redis_url or f"redis://127.0.0.1:{settings.redis_port}/0",
        airflow=(settings.airflow_url or f"http://127.0.0.1:{settings.airflow_port}").rstrip("/"),
        api=(settings.api_url or f"http://127.0.0.1:{settings.api_port}").rstrip("/"),
        fake_provider=f"http://127.0.0.1:{settings.fake_provider_port}",
    )


@contextlib.contextmanager
def warehouse(settings: Settings, *, timeout_s: int = 0) -> Iterator[Connection]:
    """One transaction on the warehouse; where nobody answers, the error says what to start, and where
    what is asked for is missing, that it has to be migrated."""
    _require_answer(settings)
    url = urls(settings).warehouse
    try:
        with connect(url, application="almanac-cli", timeout_s=timeout_s) as connection:
            yield connection
    except NOT_MIGRATED as error:
        raise StackError(
            f"The warehouse {without_password(url)} was never migrated, or by an older version "
            f"({error.diag.message_primary}). Bring it up to date with `almanac migrate`, or name another "
            "by ALMANAC_DATABASE_URL."
        ) from None


def migrate_warehouse(settings: Settings) -> str:
    """Bring the warehouse, embedded or given, to the newest schema; returns its URL without password."""
    _require_answer(settings)
    url = urls(settings).warehouse
    shown = without_password(url)
    try:
        migrate(url)
    except (psycopg.Error, DBAPIError) as error:
        reason = str(getattr(error, "orig", error)).partition("\n")[0]
        raise StackError(
            f"The warehouse {shown} could not be migrated: {reason}. Nothing was changed. The login must own "
            "the database, and may have to create the role almanac_reader (CREATEROLE)."
        ) from None
    except CommandError as error:
        raise StackError(f"The warehouse {shown} was migrated by a newer version: {error}.") from None
    return shown


def up(settings: Settings, report: Report, *, with_fake_provider: bool = False) -> Urls:
    """Start whatever does not run, migrate, and wait until everything answers.

    The fake provider is optional: it is started where it is asked for, or was and has not been stopped
    since, and is then what Airflow writes by.
    """
    with _only_one(settings.home):
        _start_servers(settings, report)
        if with_fake_provider or processes.recorded(settings.home, fake_provider.NAME):
            report(f"Starting the {provider.LABEL} on port {settings.fake_provider_port}")
            fake_provider.start(settings.home, settings.fake_provider_port)
        where = urls(settings)
        env = None if settings.airflow_url else airflow_environment(settings)
        report("Migrating the warehouse" + ("" if env is None else " and Airflow's metadata"))
        with ThreadPoolExecutor(2) as pool:
            jobs: list[Future[Any]] = [pool.submit(migrate_warehouse, settings)]
            if env is not None:
                jobs.append(pool.submit(_migrate_metadata, settings, env))
            for job in jobs:
                job.result()
        if env is not None:
            report("Starting Airflow: API server, DAG processor, scheduler, triggerer")
            _stop_writers_by_another_connection(settings, env, report)
            airflow_components.start(settings, env)
        _start_read_api(settings, where, report)
        if env is not None:
            airflow_components.wait_ready(settings)
            with airflow_api.login(
                where.airflow, settings.airflow_user, settings.airflow_password
            ) as airflow:
                airflow.put_pools(airflow_components.declared_pools())
        return where


def down(settings: Settings, report: Report) -> int:
    """Stop every process that `up` started, and what it left behind; returns how many parts ran."""
    with _only_one(settings.home):
        names = [name for name in PROCESSES if processes.recorded(settings.home, name)]
        airflow = [name for name in names if name.startswith("airflow") or name == READ_API]
        with ThreadPoolExecutor(8) as pool:  # they end at the same time; the servers after them
            stopped = sum(pool.map(lambda name: _stop(settings.home, name, report), airflow))
        return stopped + sum(_stop(settings.home, name, report) for name in names if name not in airflow)


def status(settings: Settings) -> list[PartStatus]:
    """Every part, in the order in which they start."""
    where = urls(settings)
    given: dict[str, object] = {
        "postgres": not _needs_postgres(settings),
        "redis": settings.redis_url,
        READ_API: settings.api_url,
    }
    given |= dict.fromkeys(airflow_components.COMPONENTS, settings.airflow_url)
    detail = {"postgres": without_password(where.warehouse), "redis": without_password(where.redis)}
    detail |= {"airflow-api-server": where.airflow, READ_API: where.api}
    detail[fake_provider.NAME] = f"{where.fake_provider}   {provider.LABEL}"
    optional = [] if processes.recorded(settings.home, fake_provider.NAME) else [fake_provider.NAME]
    return [
        PartStatus(name, "given", None, detail.get(name, ""))
        if given.get(name)
        else _part_status(settings.home, name, detail.get(name, ""))
        for name in reversed(PROCESSES)
        if name not in optional
    ]


def shown_person(settings: Settings) -> str:
    """Whom the embedded pages show without a token, by external id; empty = nobody."""
    kept = settings.home / "demo_login"
    return settings.demo_login or (kept.read_text().strip() if kept.exists() else "")


def show_person(settings: Settings, external_id: str, report: Report) -> None:
    """Let the embedded pages show this person without a token, from now on and after the next `up`."""
    (settings.home / "demo_login").write_text(external_id)
    with _only_one(settings.home):
        _start_read_api(settings, urls(settings), report)


def airflow_environment(settings: Settings) -> dict[str, str]:
    """The environment of the embedded Airflow's components, and of its `airflow` command."""
    where = urls(settings)
    metadata = _embedded_database(settings, AIRFLOW_DATABASE)
    fake = where.fake_provider if processes.running(settings.home, [fake_provider.NAME]) else None
    endpoints = airflow_components.Endpoints(metadata, where.warehouse, where.redis, fake)
    return airflow_components.environment(settings, endpoints, load_or_create(settings.home))


def provider_of(settings: Settings) -> Provider:
    """By whom a model's texts would be written: as Airflow was started, or as it would be.

    Of an Airflow of the user's own the connection cannot be seen from here: unknown.
    """
    if settings.airflow_url:
        return "unknown"
    url = urls(settings).fake_provider
    scheduler = processes.recorded(settings.home, airflow_components.SCHEDULER)
    env = processes.environment(scheduler) if scheduler and processes.is_running(scheduler) else {}
    found = env.get(provider.CONNECTION)
    if found is None:
        runs = processes.running(settings.home, [fake_provider.NAME])
        found = provider.connection(url if runs else None, os.environ)
    return provider.of_connection(found, url)


def require_embedded_airflow(settings: Settings) -> None:
    """An error where Airflow is somebody's own, or its metadata database does not run."""
    if settings.airflow_url:
        raise StackError(
            f"Airflow is your own (ALMANAC_AIRFLOW_URL={settings.airflow_url}): use the `airflow` command "
            "where that one runs."
        )
    if not processes.running(settings.home, ["postgres"]):
        raise StackError("The embedded Airflow does not run. Start the stack: almanac up")


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _start_servers(settings: Settings, report: Report) -> None:
    if _needs_postgres(settings):
        report(f"Starting PostgreSQL on port {settings.postgres_port}")
        password = load_or_create(settings.home).postgres_password
        server = postgres.start(settings.home, settings.postgres_port, password=password)
        for database in (WAREHOUSE_DATABASE, AIRFLOW_DATABASE):
            postgres.ensure_database(server, database)
    if not settings.redis_url:
        report(f"Starting Redis on port {settings.redis_port}")
        redis.start(settings.home, settings.redis_port)


def _start_read_api(settings: Settings, where: Urls, report: Report) -> None:
    if settings.api_url:
        return
    person = shown_person(settings)
    record = processes.recorded(settings.home, READ_API)
    if (
        record
        and processes.is_running(record)
        and processes.environment(record).get(DEMO_LOGIN, "") != person
    ):
        _stop(settings.home, READ_API, lambda _: None)
    if not processes.running(settings.home, [READ_API]):
        report(f"Starting the read API on port {settings.api_port}")
        processes.require_free_port(settings.api_port, "the read API", "ALMANAC_API_PORT")
        env = {
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "ALMANAC_DATABASE_URL": where.warehouse,
            "ALMANAC_REDIS_URL": where.redis,
            "ALMANAC_API_TOKEN_SECRET": settings.api_token_secret,
            "ALMANAC_LOCAL": "true",
            "ALMANAC_AIRFLOW_URL": where.airflow,
            "ALMANAC_AIRFLOW_USER": settings.airflow_user,
            "ALMANAC_AIRFLOW_PASSWORD": settings.airflow_password,
            **({DEMO_LOGIN: person} if person else {}),
        }
        listen = ("--host", "127.0.0.1", "--port", str(settings.api_port), "--no-access-log")
        command = [sys.executable, "-m", "uvicorn", "api.main:app", *listen]
        processes.start(settings.home, READ_API, command, env=env, cwd=PROJECT)
    record = processes.recorded(settings.home, READ_API)
    assert record is not None
    port = settings.api_port
    processes.wait_until(record, lambda: processes.accepts_connections(port), bound_s=60)


def _stop_writers_by_another_connection(settings: Settings, env: dict[str, str], report: Report) -> None:
    """Scheduler and triggerer that were started with another connection to the provider: they know no
    other until they start again."""
    for name in airflow_components.WRITE:
        record = processes.recorded(settings.home, name)
        if record and processes.is_running(record):
            known = processes.environment(record).get(provider.CONNECTION)
            if known != env[provider.CONNECTION]:
                report(f"Restarting {name}, since the provider is another now")
                _stop(settings.home, name, lambda _: None)


def _migrate_metadata(settings: Settings, env: dict[str, str]) -> None:
    """Airflow's own migration takes many seconds even when there is nothing to do, so the database
    itself carries a note of the version that it was migrated by."""
    url = _embedded_database(settings, AIRFLOW_DATABASE)
    current = version("apache-airflow")
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        if found == (current,):
            return
        airflow_components.migrate_metadata(settings.home, env)
        note = sql.SQL("COMMENT ON DATABASE {} IS {}")
        connection.execute(note.format(sql.Identifier(AIRFLOW_DATABASE), sql.Literal(current)))


def _embedded_database(settings: Settings, database: str) -> str:
    password = load_or_create(settings.home).postgres_password
    return postgres.database_url(postgres.server_url(settings.postgres_port, password), database)


def _needs_postgres(settings: Settings) -> bool:
    """Airflow's metadata stay on the embedded server even where the warehouse is elsewhere."""
    return not (settings.database_url and settings.airflow_url)


def _part_status(home: Path, name: str, detail: str) -> PartStatus:
    record = processes.recorded(home, name)
    if record is None:
        return PartStatus(name, "stopped", None, "")
    if processes.is_running(record):
        return PartStatus(name, "running", record.pid, detail)
    return PartStatus(name, "stale", record.pid, f"process {record.pid} is gone; its log: {record.log}")


def _stop(home: Path, name: str, report: Report) -> int:
    stopped = processes.stop(home, name, bound_s=STOP_BOUND_S.get(name, 15.0))
    report(f"Stopped {name}" if stopped else f"{name} was already gone")
    return int(stopped)


def _require_answer(settings: Settings) -> None:
    try:
        with psycopg.connect(urls(settings).warehouse, connect_timeout=5):
            pass
    except psycopg.OperationalError as error:
        raise StackError(_unreachable(settings, str(error))) from None


def _unreachable(settings: Settings, error: str) -> str:
    if settings.database_url:
        where = without_password(settings.database_url)
        return f"The warehouse {where} (ALMANAC_DATABASE_URL) does not answer: {error.strip()}"
    return f"The warehouse does not answer on port {settings.postgres_port}. Start the stack: almanac up"


@contextlib.contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold the folder's lock, so that an `up` and a `down` never work against each other."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(
                f"Another `almanac up` or `almanac down` is at work on {home}; wait for it to end."
            ) from None
        yield
