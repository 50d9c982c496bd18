"""`almanac coaching …`, as its operator meets it; nothing of it leaves a trace."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.batch import runs
from include.batch.flags import set_flag
from include.batch.job import RunRequest
from include.coaching import coach
from include.coaching.calibration import job as calibration_job
from include.core.db import connect
from include.local import cli
from include.local.commands.coaching import reading
from tests.coaching.calibration.messages import act, send
from tests.coaching.people import Person, fill, moment, rows, run_tick, write

TICK = "2026-03-04T08:00"
SECRET = "I want to go to bed before eleven"
HELD = "I cannot go on. I want to kill myself tonight."


@pytest.fixture
def coached(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A warehouse with one user of each kind."""
    monkeypatch.setenv("ALMANAC_DATABASE_URL", warehouse)
    monkeypatch.setenv("COLUMNS", "200")
    due = moment(TICK)
    fill(
        warehouse,
        [
            Person(1, due=due),
            Person(2, preference="evening", due=due - timedelta(hours=1)),
            Person(3, enabled=False, due=due),
            Person(4, due=due + timedelta(hours=2)),
            Person(5),
        ],
    )
    return warehouse


def almanac(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of a command."""
    monkeypatch.setattr("sys.argv", ["almanac", "coaching", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def everything(url: str) -> list[Any]:
    """All that a tick may change."""
    tables = (
        "warehouse.coaching_schedule", "warehouse.coaching_messages", "warehouse.coaching_safety",
        "app.journal_entries", "ops.notification_outbox", "ops.job_execution_log", "llm.requests",
    )  # fmt: skip
    return [sorted(map(str, rows(url, f"SELECT * FROM {table}"))) for table in tables]


def test_postgresql_itself_refuses_a_change(coached: str) -> None:
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), reading() as connection:
        connection.execute("UPDATE warehouse.coaching_schedule SET next_due_at = NULL")


def test_who_is_due_and_what_the_tick_would_do(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    before = everything(coached)
    assert almanac(monkeypatch, "list-eligible", "--at", TICK) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["u2", "u1", "u5"]  # longest due first
    assert "outside_window" in lines[1]
    assert "2026-03-04 19:00 UTC" in lines[1]
    assert "write" in lines[2]
    assert "bootstrapped" in lines[3]
    assert lines[-1] == "2026-03-04 08:00 UTC: 3 due (1 bootstrapped, 1 outside_window, 1 write)."
    assert almanac(monkeypatch, "list-eligible", "--at", TICK, "--limit", "1") == 0
    assert "… and 2 more: --limit 3" in capsys.readouterr().out
    assert everything(coached) == before


def test_who_is_not_in_the_roll_out_is_not_due(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    with connect(coached) as connection:
        set_flag(connection, "hourly_coaching", "listed", 0, ["u1"])
    assert almanac(monkeypatch, "list-eligible", "--at", TICK) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "2026-03-04 08:00 UTC: 1 due (1 write)."


def test_the_next_day_is_foreseen_and_not_planned(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    before = everything(coached)
    assert almanac(monkeypatch, "test-scheduler", "--at", TICK) == 0
    lines = capsys.readouterr().out.splitlines()
    by_hour = {line.split()[1]: line.split()[2:] for line in lines[1:25]}
    assert lines[0].split() == ["tick", "(UTC)", "due", "bootstrapped", "outside", "window", "to", "write"]
    assert by_hour["08:00"] == ["3", "1", "1", "1"]
    assert by_hour["10:00"][0] in ("1", "2")  # the fourth user, and the fifth by chance
    assert by_hour["19:00"] == ["1", "–", "–", "1"]
    assert lines[-1].startswith("4 users fall due within 24 ticks; ")
    assert everything(coached) == before


def test_a_message_on_trial_is_shown_with_its_reasons_and_leaves_no_trace(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    before = everything(coached)
    assert almanac(monkeypatch, "test-user", "u1", "--at", TICK) == 0
    out = capsys.readouterr().out
    assert out.startswith("u1, Wednesday 08:00 in UTC: the tick would end as ")
    for said in (
        "Nothing of this is stored.", " because of ", "Attempt 1, by template", "Push: ", "Simulated by rules: ",
        " of 10, ", "entries: 3, of ", "Next due: 2026-03-0",
    ):  # fmt: skip
        assert said in out, said
    assert everything(coached) == before
    with connect(coached) as connection:  # and a tick makes the very same message
        connection.execute("DELETE FROM app.coaching_config WHERE user_id <> 1")
        connection.execute("DELETE FROM warehouse.coaching_schedule WHERE user_id <> 1")
    run_tick(coached, TICK)
    ((content,),) = rows(
        coached, "SELECT message_content FROM warehouse.coaching_messages WHERE generation_attempt = 1"
    )
    assert content in " ".join(out.split())


@pytest.mark.parametrize(
    ("user", "says"),
    [
        ("u2", "u2 would wait (outside window) until 2026-03-04 19:00 UTC"),
        ("u4", "u4 would wait (not due) until 2026-03-04 10:00 UTC"),
        ("u5", "u5 would wait (bootstrapped) until 2026-03-04"),
    ],
)
def test_who_would_wait_is_written_to_only_when_the_checks_are_bypassed(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, user: str, says: str
) -> None:
    assert almanac(monkeypatch, "test-user", user, "--at", TICK) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert says in told
    assert "--bypass-checks" in told
    assert almanac(monkeypatch, "test-user", user, "--at", TICK, "--bypass-checks") == 0
    assert "Attempt 1" in capsys.readouterr().out


def test_an_opt_out_and_the_screen_are_never_bypassed(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert almanac(monkeypatch, "test-user", "u3", "--at", TICK, "--bypass-checks") == 1
    assert "u3 has opted out" in capsys.readouterr().err
    entry = write(coached, 1, HELD, moment(TICK) - timedelta(hours=3))
    before = everything(coached)
    assert almanac(monkeypatch, "test-user", "u1", "--at", TICK, "--bypass-checks") == 0
    out = capsys.readouterr().out
    assert f"Held back by the screen: entry:{entry}" in out
    assert "the tick would end as safety." in out
    assert "kill" not in out
    assert "Attempt" not in out
    assert everything(coached) == before


def test_a_user_on_whom_the_rules_fail_is_told_without_what_was_written(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    def fail(*args: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(coach, "coach", fail)
    assert almanac(monkeypatch, "test-user", "u1", "--at", TICK) == 1
    err = capsys.readouterr().err
    assert "The rules fail on u1 with ValueError" in " ".join(err.split())
    assert SECRET not in err


def test_how_a_user_stands_is_told_without_any_text(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert almanac(monkeypatch, "user-status", "u1") == 0
    out = capsys.readouterr().out
    assert "No message was ever tried." in out
    assert "The screen never held anything back." in out
    run_tick(coached, TICK)
    write(coached, 1, HELD, moment("2026-03-05T06:00"))
    run_tick(coached, "2026-03-05T08:00")
    assert almanac(monkeypatch, "user-status", "u1") == 0
    out = capsys.readouterr().out
    told = {line.split("  ")[0].strip(): line.split()[-1] for line in out.splitlines() if "  " in line}
    assert told["frequency"] == "daily"
    assert told["outcome"] == "safety"
    assert told["tries"] == "1"
    messages = rows(
        coached, "SELECT message_content, type_reason FROM warehouse.coaching_messages WHERE user_id = 1"
    )
    assert messages
    assert all(reason in out and content[:30] not in out for content, reason in messages)
    assert "entry:" in out
    assert "kill" not in out
    assert SECRET not in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("user-status", "eve"), "There is no user 'eve'"),
        (("test-user", "eve"), "There is no user 'eve'"),
        (("user-status", "u6"), "u6 has no coaching settings"),
        (("list-eligible", "--at", "tomorrow"), "YYYY-MM-DDTHH:00"),
        (("calibration",), "almanac run coaching_calibration --week <Monday> --wait"),
        (
            ("calibration", "--week", "2026-03-09"),
            "almanac run coaching_calibration --week 2026-03-09 --wait",
        ),
        (("calibration", "--week", "2026-03-10"), "Tuesday"),
    ],
)
def test_what_is_not_there_is_told_with_what_to_do(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, arguments: tuple[str, ...], says: str
) -> None:
    with psycopg.connect(coached) as connection:
        connection.execute("INSERT INTO app.users (user_id, external_id) VALUES (6, 'u6')")
    assert almanac(monkeypatch, *arguments) == 1
    assert says in " ".join(capsys.readouterr().err.split())


def test_calibration_as_a_table_and_as_a_picture(
    coached: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    monday = moment("2026-03-02T08:00")
    with connect(coached) as connection:
        for day in range(4):
            at = monday + timedelta(days=day)
            message = send(connection, 1, at, rating=9)
            send(connection, 2, at, rating=6)
            if day:
                act(connection, 1, message, "action_taken", at)
        run = runs.open_run(
            connection,
            "coaching_calibration",
            "2026-03-09",
            "test",
            RunRequest(),
            monday + timedelta(days=14),
        )
        calibration_job.refresh(connection, run)
    picture = tmp_path / "curve.svg"
    assert almanac(monkeypatch, "calibration", "--svg", str(picture)) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[1].split()[:3] == ["6", "4", "56%"]
    assert lines[2].split()[:3] == ["9", "4", "89%"]
    assert "75.0% (30.1–95.4)" in lines[2]
    told = " ".join(lines[3:])
    assert told.startswith("Messages of 4 weeks before 2026-03-09: 35% off on the mean.")
    assert "rated higher in 90% of the pairs" in told
    assert ET.fromstring(picture.read_text()).get("role") == "img"  # noqa: S314  # our own
