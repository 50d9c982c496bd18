"""Processes are found, told from strangers, and stopped with all that they left behind."""

import json
import os
import signal
import socket
import sys
from pathlib import Path

import psutil
import pytest

from include.local import processes
from include.local.processes import StackError

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
# A leader with a silent child in a process group of its own, as Airflow's tasks are; prints the child's pid.
PARENT = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], process_group=0); "
    "print(child.pid, flush=True); time.sleep(600)"
)
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER


def launch(home: Path, code: str) -> tuple[processes.Record, str]:
    """Start, and wait for the first line that it prints."""
    record = processes.start(home, "part", [sys.executable, "-c", code])
    processes.wait_until(record, lambda: "\n" in record.log.read_text(), bound_s=20, poll_s=0.02)
    return record, record.log.read_text().strip()


def test_stop_ends_the_process_and_forgets_it(tmp_path: Path) -> None:
    record, _ = launch(tmp_path, SLEEPER)
    assert processes.running(tmp_path, ["part"]) == ["part"]
    assert processes.stop(tmp_path, "part")
    assert not psutil.pid_exists(record.pid) or not processes.is_running(record)
    assert processes.recorded(tmp_path, "part") is None
    assert not processes.stop(tmp_path, "part")


def test_stop_ends_children_in_groups_of_their_own(tmp_path: Path) -> None:
    _, child = launch(tmp_path, PARENT)
    processes.stop(tmp_path, "part")
    assert not alive(int(child))


def test_stop_after_a_crash_ends_what_the_leader_left(tmp_path: Path) -> None:
    record, child = launch(tmp_path, PARENT)
    os.kill(record.pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(record.pid)], timeout=10)
    assert alive(int(child))
    assert processes.stop(tmp_path, "part")
    assert not alive(int(child))


def test_a_process_that_ignores_its_signal_is_killed(tmp_path: Path) -> None:
    record, _ = launch(tmp_path, STUBBORN)
    assert processes.stop(tmp_path, "part", bound_s=0.2)
    assert not processes.is_running(record)


def test_a_stranger_with_the_recorded_pid_is_left_alone(tmp_path: Path) -> None:
    record, _ = launch(tmp_path, SLEEPER)
    path = tmp_path / "run" / "part.json"
    original = path.read_text()
    path.write_text(json.dumps({**json.loads(original), "started": record.started - 3600}))
    assert processes.running(tmp_path, ["part"]) == []
    assert not processes.stop(tmp_path, "part")
    assert processes.is_running(record)
    path.write_text(original)
    assert processes.stop(tmp_path, "part")


@pytest.mark.parametrize("content", ["", "{", '{"pid": 1}', "[]"])
def test_a_half_written_record_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "part.json").write_text(content)
    assert processes.recorded(tmp_path, "part") is None
    assert not processes.stop(tmp_path, "part")


def test_a_process_that_dies_while_starting_says_why(tmp_path: Path) -> None:
    record = processes.start(tmp_path, "part", [sys.executable, "-c", "raise SystemExit('no such luck')"])
    with pytest.raises(StackError, match="(?s)part stopped while starting.*no such luck"):
        processes.wait_until(record, lambda: False, bound_s=20, poll_s=0.02)


def test_a_taken_port_is_named_with_its_holder_and_setting() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(StackError, match=rf"{port}.*process {os.getpid()}.*ALMANAC_X_PORT"):
            processes.require_free_port(port, "X", "ALMANAC_X_PORT")
    processes.require_free_port(port, "X", "ALMANAC_X_PORT")


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
