"""Processes that outlive the command which started them, found again by pid and start time.

Each runs as the leader of a session of its own. Whatever it forks (Airflow's workers and task
processes make process groups of their own) stays in that session, so that even the children of a
leader that was killed can be found and stopped.
"""

import contextlib
import json
import os
import pwd
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

CLOCK_SLACK_S = 5.0  # start times are derived from the boot time, which moves when the clock is set


class StackError(RuntimeError):
    """Something about the local stack that its user can put right; the message says how."""


@dataclass(frozen=True)
class Record:
    """What is known of a process that we started."""

    name: str
    pid: int
    started: float  # seconds since the epoch, as the system reports it
    log: Path
    stop_signal: int = signal.SIGTERM


def start(
    home: Path,
    name: str,
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
    stop_signal: int = signal.SIGTERM,
) -> Record:
    """Start `argv` detached, its output appended to `home/logs/<name>.log`, and record it."""
    log = home / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(  # it has to outlive us
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            **identity(user),
        )
    record = Record(name, process.pid, psutil.Process(process.pid).create_time(), log, stop_signal)
    _save(home, record)
    return record


def identity(user: str | None) -> dict[str, Any]:
    """Popen's arguments for running as `user`, with that account's group and no other; None = as we are."""
    if user is None:
        return {}
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def recorded(home: Path, name: str) -> Record | None:
    """The record of `name`, running or not."""
    try:
        fields = json.loads(_record_path(home, name).read_text())
        return Record(**{**fields, "log": Path(fields["log"])})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        _record_path(home, name).unlink(missing_ok=True)  # half written: as good as none
        return None


def is_running(record: Record) -> bool:
    """Whether the recorded process itself lives; another one with its pid does not count."""
    try:
        process = psutil.Process(record.pid)
        return _same_start(process, record) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def environment(record: Record) -> dict[str, str]:
    """The environment that the process was started with; empty where it cannot be read."""
    with contextlib.suppress(psutil.Error):
        return dict(psutil.Process(record.pid).environ())
    return {}


def members(record: Record) -> list[psutil.Process]:
    """Every living process of the record's session; none where the pid has passed to a stranger."""
    with contextlib.suppress(psutil.NoSuchProcess):
        if not _same_start(psutil.Process(record.pid), record):
            return []
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            in_session = os.getsid(process.pid) == record.pid
            ended = process.status() == psutil.STATUS_ZOMBIE
            if in_session and not ended and process.create_time() >= record.started - CLOCK_SLACK_S:
                found.append(process)
    return found


def stop(home: Path, name: str, *, bound_s: float = 15.0) -> bool:
    """Stop `name` and all of its session; returns whether anything was running.

    Its own signal first, for up to `bound_s`; what is left after that, or after a crash, gets
    SIGTERM and then SIGKILL. Forgets the record.
    """
    record = recorded(home, name)
    if record is None:
        return False
    session = members(record)
    if is_running(record):
        _signal(record.pid, record.stop_signal)
        psutil.wait_procs([process for process in session if process.pid == record.pid], timeout=bound_s)
    for number, grace_s in ((signal.SIGTERM, min(3.0, bound_s)), (signal.SIGKILL, 5.0)):
        left = members(record)
        for process in left:
            _signal(process.pid, number)
        psutil.wait_procs(left, timeout=grace_s)
    if left := members(record):
        raise StackError(f"{name}: process {left[0].pid} does not end even when killed; see {record.log}.")
    _record_path(home, name).unlink(missing_ok=True)
    return bool(session)


def wait_until(record: Record, ready: Callable[[], bool], *, bound_s: float, poll_s: float = 0.1) -> None:
    """Wait for `ready()`; a process that ends meanwhile, or takes too long, is an error with its log's end."""
    deadline = time.monotonic() + bound_s
    while not ready():
        if not is_running(record):
            raise StackError(f"{record.name} stopped while starting. {log_end(record.log)}")
        if time.monotonic() > deadline:
            raise StackError(f"{record.name} did not answer within {bound_s:.0f} s. {log_end(record.log)}")
        time.sleep(poll_s)


def require_free_port(port: int, what: str, setting: str) -> None:
    """An error naming the port, who holds it where that can be seen, and the setting that moves us."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            reason = f"Port {port} for {what} needs more rights than this user has"
        except OSError:
            reason = f"Port {port} for {what} is taken{_holder(port)}"
        else:
            return
    raise StackError(f"{reason}. Stop that process, or choose another port: {setting}=<port> (or in .env).")


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accepts_connections(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _holder(port: int) -> str:
    with contextlib.suppress(psutil.Error):
        for link in psutil.net_connections("tcp"):
            if link.status == psutil.CONN_LISTEN and link.laddr and link.laddr.port == port and link.pid:
                return f" by process {link.pid} ({psutil.Process(link.pid).name()})"
    return ""


def _same_start(process: psutil.Process, record: Record) -> bool:
    return bool(abs(process.create_time() - record.started) <= CLOCK_SLACK_S)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
    except PermissionError:
        raise StackError(f"Process {pid} was started by another user; stop it as that one.") from None


def log_end(log: Path, lines: int = 12) -> str:
    try:
        end = log.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        return f"No log at {log}."
    return f"The end of {log}:\n" + "\n".join(end)


def _record_path(home: Path, name: str) -> Path:
    return home / "run" / f"{name}.json"


def _save(home: Path, record: Record) -> None:
    path = _record_path(home, record.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(
        json.dumps({**vars(record), "log": str(record.log), "stop_signal": int(record.stop_signal)})
    )
    part.replace(path)


def running(home: Path, names: Iterable[str]) -> list[str]:
    """Those of `names` that are recorded and alive."""
    return [name for name in names if (record := recorded(home, name)) and is_running(record)]
