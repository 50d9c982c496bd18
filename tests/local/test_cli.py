"""The command line, as its user meets it: what it prints, and how it ends."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import jwt
import pandas as pd
import psycopg
import pytest

from include.core.settings import Settings
from include.local import cli
from include.local.commands import data, runs
from include.local.commands.briefs import issue_token
from include.local.processes import StackError

STORY = {"headline": "A [bold] week", "narrative": "You walked 9,342 steps a day."}
STATS = {"this_week": 9341.67, "baseline": 8000.0, "change": 1341.67}
SURE = {"n": 66, "strength": 0.4, "confidence": 0.95}
BRIEF: dict[str, Any] = {
    "week_of": "2021-06-14",
    "outcome": "partial",
    "main_story": STORY,
    "week_stats": {"steps": {**STATS, "days": 6, "baseline_days": 20, "unit": "steps"}},
    "insights": [{"insight_key": "change:steps:up", "text": "Steps rose.", "confidence": 0.91}],
    "recommendations": ["Keep the Tuesday walk."],
    "watch": ["Sleep had only 2 nights."],
    "velocity": {"7": None, "28": {"score": 61.4, "direction": "up", "contributions": {}}},
    "body_systems": {"sleep_recovery": None, "activity": {"score": 72.0, "trend": "up", "drivers": []}},
    "patterns": [
        {**SURE, "kind": "weekday", "metric": "steps", "weekday": 5, "mean_on_day": 9_600.4,
         "mean_other": 7_500.2, "weeks": 12},
        {**SURE, "kind": "weekday", "metric": "resting_heart_rate", "weekday": 0, "mean_on_day": 60.0,
         "mean_other": 62.1, "weeks": 9},
        {**SURE, "kind": "lag", "metric": "sleep_minutes", "other": "steps", "after_high": 422.0,
         "after_low": 400.0},
        {**SURE, "kind": "streak", "metric": "stress", "threshold": 50.0},
        {**SURE, "kind": "change_point", "metric": "weight", "before": 78.5, "after": 79.3, "days_ago": 2},
    ],
    "timeline": [
        {"days_ago": 12, "kind": "lab", "metric": "ferritin", "value": 9.5},
        {"days_ago": 5, "kind": "streak_end", "metric": "sleep_minutes", "value": 8},
        {"days_ago": 4, "kind": "change_point", "metric": "weight", "value": 79.3},
        {"days_ago": 2, "kind": "record", "metric": "steps", "value": 15000.0},
        {"days_ago": 1, "kind": "streak_start", "metric": "stress", "value": 3},
    ],
    "comparative": [{"cohort": "30-39|female", "users": 47, "percentiles": {"steps": 81}}],
}  # fmt: skip


class FakeAirflow(BaseHTTPRequestHandler):
    """Just enough of Airflow's REST API; `outcome` is how its runs end. With `moved` a task asks a person
    about that, who answers when a watcher has looked at the tasks three times."""

    outcome = "success"
    moved: str | None = None
    asked: ClassVar[list[tuple[str, str, Any]]] = []

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        path = self.path.split("?")[0].removeprefix("/api/v2")
        self.asked.append((self.command, path, body))
        status, content = self.reply(path, body)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    do_GET = do_POST = do_PATCH = answer

    def reply(self, path: str, body: Any) -> tuple[int, Any]:
        if path == "/auth/token":
            known = body["password"] == Settings().airflow_password
            return (201, {"access_token": "t"}) if known else (401, {"detail": "no"})
        if self.headers["Authorization"] != "Bearer t":
            return 401, {"detail": "no token"}
        seen = [path for _, path, _ in self.asked].count("/dags/weekly/dagRuns/r1/taskInstances")
        asks = self.moved is not None and seen <= 3
        state = "running" if asks else self.outcome
        run: dict[str, Any] = {"dag_run_id": "r1", "state": state, "partition_key": "2021-06-07"}
        tasks = [
            {"task_id": "shard", "map_index": i, "state": state, "start_date": "2021", "try_number": 1}
            for i, state in enumerate(["success", self.outcome])
        ]
        if asks:
            tasks.append({**tasks[0], "task_id": "ask", "map_index": -1, "state": "awaiting_input"})
        return {
            "/dags/weekly": (200, {}),
            "/dags/weekly/dagRuns": (200, run if self.command == "POST" else {"dag_runs": []}),
            "/dags/weekly/dagRuns/r1": (200, run),
            "/dags/weekly/dagRuns/r1/taskInstances": (
                200,
                {"task_instances": tasks, "total_entries": len(tasks)},
            ),
            "/dags/weekly/dagRuns/r1/taskInstances/shard/logs/1": (
                200,
                {"content": [{"error_detail": [{"exc_type": "ValueError", "exc_value": "disk full"}]}]},
            ),
            "/dags/weekly/dagRuns/r1/taskInstances/ask/-1/hitlDetails": (
                (200, {"body": self.moved}) if self.moved else (404, {"detail": "not found"})
            ),
        }.get(path, (404, {"detail": "not found"}))


@pytest.fixture
def airflow(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeAirflow]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeAirflow)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("ALMANAC_AIRFLOW_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(FakeAirflow, "asked", [])
    yield FakeAirflow
    server.shutdown()
    server.server_close()


@pytest.fixture
def published(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A warehouse with two published weeks of one user; the command line is pointed at it."""
    monkeypatch.setenv("ALMANAC_DATABASE_URL", warehouse)
    with psycopg.connect(warehouse) as connection:
        connection.execute("INSERT INTO app.users (external_id) VALUES ('ada'), ('new')")
        connection.execute(
            "CREATE TABLE warehouse.briefs_2021 PARTITION OF warehouse.weekly_health_briefs "
            "FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')"
        )
        for week in (date(2021, 6, 7), date(2021, 6, 14)):
            body = {**BRIEF, "week_of": week.isoformat()}
            connection.execute(
                "INSERT INTO warehouse.weekly_health_briefs (user_id, week_of, outcome, headline, brief, "
                "insight_count, components_ok, patterns_searched, days_since_data, facts_hash, writer, "
                "prompt_version, code_version, run_id, data_through, generated_at) VALUES "
                "(1, %s, 'partial', 'h', %s, 1, 5, true, 0, 'x', 'template', '1', 'c', 1, 1, now())",
                [week, json.dumps(body)],
            )
    return warehouse


def almanac(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command as from a shell; returns its exit code."""
    monkeypatch.setattr("sys.argv", ["almanac", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_brief_shows_every_part(published: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert almanac(monkeypatch, "brief", "ada") == 0
    page = capsys.readouterr().out
    for expected in (
        *(
            "ada",
            "2021-06-14",
            "partial",
            "fallback",
            "A [bold] week",
            "9,342 steps a day",
            "+17 %",
            "6 of 7",
        ),
        *("Steps rose. (confidence 0.91)", "Keep the Tuesday walk.", "Sleep had only 2 nights."),
        *("7 days: not enough data", "28 days: 61, up", "Sleep and recovery: not enough data"),
        "Saturdays: 2,100 more steps than other days (12 weeks)",
        "Mondays: resting heart rate 2.1 bpm lower than on other days (9 weeks)",
        "After days with many steps: sleep 7 h 2 min; after days with few steps",
        "Stress: 66 days in a row at or below 50 points",
        "Weight: 79.3 kg since 11 Jun, 78.5 kg before",
        "Tue 01 Jun: ferritin, 9.5 in the laboratory, outside its reference",
        "Tue 08 Jun: Sleep, a streak of 8 days ends",
        "Wed 09 Jun: Weight, a new level from here on, 79.3 kg",
        "Fri 11 Jun: Steps, a record, 15,000 steps",
        "Sat 12 Jun: Stress, a streak begins, 3 days by Sunday",
        "Steps: 81st percentile of at least 47 women aged 30–39",
    ):
        assert expected in page


def test_brief_as_json_is_the_served_one(
    published: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert almanac(monkeypatch, "brief", "ada", "--week", "2021-06-07", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {**BRIEF, "week_of": "2021-06-07"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nobody"], "no user 'nobody'. There is, for example: ada, new"),
        (["new"], "Nothing is published for new yet"),
        (["ada", "--week", "2021-07-05"], "The nearest weeks with one: 2021-06-14, 2021-06-07"),
        (["ada", "--week", "2021-07-06"], "2021-07-06 is a Tuesday"),
        (["ada", "--week", "soon"], "YYYY-MM-DD"),
    ],
)
def test_brief_that_is_not_there(
    published: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, arguments: list[str], says: str
) -> None:
    assert almanac(monkeypatch, "brief", *arguments) == 1
    assert says in capsys.readouterr().err


def test_run_sends_the_key_and_the_parameters(
    airflow: type[FakeAirflow], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    arguments = (
        "run",
        "weekly",
        "--week",
        "2021-06-14",
        "--users",
        "a, b",
        "--conf",
        "shard_size=5",
        "--wait",
    )
    assert almanac(monkeypatch, *arguments) == 0
    conf = {"shard_size": 5, "scope": "users", "users": ["a", "b"]}
    body = {"logical_date": None, "partition_key": "2021-06-14", "conf": conf}
    assert ("POST", "/dags/weekly/dagRuns", body) in airflow.asked
    assert ("PATCH", "/dags/weekly", {"is_paused": False}) in airflow.asked
    assert "2 success" in capsys.readouterr().out


def test_a_failed_run_ends_nonzero_and_names_task_and_reason(
    airflow: type[FakeAirflow], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(airflow, "outcome", "failed")
    assert almanac(monkeypatch, "run", "weekly", "--week", "2021-06-14", "--wait") == 1
    error = capsys.readouterr().err
    assert "failed in shard[1]" in error
    assert "ValueError: disk full" in error


@pytest.mark.parametrize(
    ("moved", "says"),
    [("- steps: mean was 6,418, is 6.48", "steps: mean was 6,418, is 6.48"), ("", "almanac diff")],
)
def test_a_run_that_the_gate_has_stopped_is_not_watched_on(
    airflow: type[FakeAirflow], monkeypatch: pytest.MonkeyPatch, capsys: Any, moved: str, says: str
) -> None:
    monkeypatch.setattr(airflow, "moved", moved)
    monkeypatch.setattr(runs, "POLL_S", 0)
    assert almanac(monkeypatch, "run", "weekly", "--week", "2021-06-14", "--wait") == 3
    shown = capsys.readouterr()
    assert "awaiting_input" in shown.out
    for expected in ("gate has stopped publication", says, "Required Actions", "/dags/weekly/runs/r1"):
        assert expected in shown.err


def test_run_refuses_a_day_that_is_no_monday_before_asking(
    airflow: type[FakeAirflow], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert almanac(monkeypatch, "run", "weekly", "--week", "2021-06-15") == 1
    assert "Use 2021-06-14" in capsys.readouterr().err
    assert airflow.asked == []


def test_wrong_password_and_silent_airflow_say_what_to_set(
    airflow: type[FakeAirflow], monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("ALMANAC_AIRFLOW_PASSWORD", "wrong")
    monkeypatch.setattr(FakeAirflow, "reply", lambda *_: (401, {"detail": "no"}))
    assert almanac(monkeypatch, "run", "weekly", "--week", "2021-06-14") == 1
    assert "ALMANAC_AIRFLOW_PASSWORD" in capsys.readouterr().err
    monkeypatch.setenv("ALMANAC_AIRFLOW_URL", "http://127.0.0.1:9")
    assert almanac(monkeypatch, "run", "weekly", "--week", "2021-06-14") == 1
    assert "almanac up" in capsys.readouterr().err


@pytest.mark.parametrize("pair", ["novalue", "=1"])
def test_conf_has_to_be_name_and_value(pair: str) -> None:
    with pytest.raises(StackError, match="name=value"):
        runs.as_conf(None, [pair])


def test_token_is_the_users_for_a_day() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    settings = Settings(api_token_secret="s" * 32)
    signed = issue_token(settings, "ada", now)
    claims = jwt.decode(signed, "s" * 32, algorithms=["HS256"], audience="almanac")
    assert claims["sub"] == "ada"
    assert claims["exp"] - claims["iat"] == timedelta(days=1).total_seconds()


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (
            {date(2016, 5, 2): 4, date(2016, 5, 8): 1, date(2016, 5, 9): 4},
            date(2016, 5, 9),
        ),  # last week not over
        ({date(2016, 5, 1): 4, date(2016, 5, 15): 1}, date(2016, 5, 2)),  # later weeks have few
        ({date(2016, 5, 15): 2, date(2016, 5, 1): 1}, date(2016, 5, 16)),
        ({date(2016, 5, 14): 2}, None),  # no week is complete
        ({}, None),
    ],
)
def test_demo_takes_the_newest_complete_week_that_most_people_have(
    published: str, days: dict[date, int], expected: date | None
) -> None:
    with psycopg.connect(published) as connection:
        connection.execute("INSERT INTO app.users (external_id) VALUES ('c'), ('d')")
        for day, users in days.items():
            connection.execute(
                "INSERT INTO app.daily_health (user_id, day, steps, import_id) "
                "SELECT n, %s, 1, 1 FROM generate_series(1, %s) AS n",
                [day, users],
            )
    settings = Settings(database_url=published)
    if expected is None:
        with pytest.raises(StackError, match="almanac load"):
            data.demo_week(settings)
    else:
        assert data.demo_week(settings).week_of == expected


def test_load_tells_the_source_and_counts(
    published: str, real_data: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert almanac(monkeypatch, "load", "glucose", str(real_data / "labs")) == 0
    assert "(glucose)" in capsys.readouterr().out
    assert almanac(monkeypatch, "load", "nonsense", str(real_data / "labs")) == 1
    assert "choose one of" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_load_names_the_columns_that_nothing_reads(
    published: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path, form: str
) -> None:
    users = pd.DataFrame({"external_id": ["ada"], "shoe [cm]": ["secret"], "sex": ["f"], "pet": ["secret"]})
    if form == "csv":
        users.to_csv(tmp_path / "users.csv", index=False)
    else:
        users.to_parquet(tmp_path / "users.parquet", index=False)
    assert almanac(monkeypatch, "load", "csv", str(tmp_path)) == 0
    page = capsys.readouterr().out
    (line,) = [line for line in page.splitlines() if "nothing reads" in line]
    assert line.endswith(f"users.{form}: shoe [cm], users.{form}: pet")
    assert "secret" not in page


def test_load_without_other_columns_names_none(
    published: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    (tmp_path / "users.csv").write_text("external_id,sex\nada,f\n")
    assert almanac(monkeypatch, "load", "csv", str(tmp_path)) == 0
    assert "nothing reads" not in capsys.readouterr().out


def test_generated_people_come_with_the_seed(
    published: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert almanac(monkeypatch, "generate", "--users", "20", "--weeks", "2", "--week-of", "2026-11-16") == 0
    assert "20 people with 2 weeks of data to 2026-11-15" in capsys.readouterr().out
