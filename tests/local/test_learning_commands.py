"""`almanac question-health`, `content-gaps` and `report`, as their user meets them."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.local import cli

HEALTH = """
    INSERT INTO warehouse.question_health (question_id, week_of, learners, answers, skips, difficulty, discrimination,
        skip_rate, slow_share, health, flags, run_id)
    VALUES (1, '2025-03-03', 90, 88, 2, 0.61, 0.42, 0.022, 0.01, 98, '{}', 1),
           (2, '2025-03-03', 70, 65, 5, 0.12, -0.2, 0.071, 0.00, 31, '{misleading,too_hard}', 1),
           (3, '2025-03-03', 4, 4, 0, NULL, NULL, NULL, NULL, NULL, '{}', 1)"""
REPORT: dict[str, Any] = {
    "month": "2015-11", "summary": "In November [2015] you did well.",
    "strongest": [{"concept": "means [bold]", "attempts": 40, "accuracy": 90.0, "low": 76.9, "high": 96.0}],
    "weakest": [],
    "rank_history": {
        "weekly": [{"period": "2015-11-02", "rank": 3, "learners": 1280, "attempts": 25}],
        "monthly": {"period": "2015-11-01", "rank": 2, "learners": 1500, "attempts": 90},
    },
}  # fmt: skip


@pytest.fixture
def learned(warehouse: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A warehouse with three measured questions, a gap, and one report."""
    monkeypatch.setenv("ALMANAC_DATABASE_URL", warehouse)
    monkeypatch.setenv("COLUMNS", "120")
    with psycopg.connect(warehouse) as connection:
        connection.execute("INSERT INTO app.users (user_id, external_id) VALUES (7, 'ada'), (8, 'bob')")
        connection.execute(
            "INSERT INTO app.questions (question_id, external_id, concept) "
            "SELECT n, 'question ' || n, 'means' FROM generate_series(1, 3) AS n"
        )
        connection.execute(HEALTH)
        connection.execute(
            "INSERT INTO warehouse.content_gaps VALUES ('2025-03-03', 'anova', 'ANOVA', 1200, 900, 1)"
        )
        connection.execute(
            "CREATE TABLE warehouse.reports_2015_11 PARTITION OF warehouse.monthly_learner_reports "
            "FOR VALUES FROM ('2015-11-01') TO ('2015-12-01')"
        )
        connection.execute(
            "INSERT INTO warehouse.monthly_learner_reports VALUES "
            "(7, '2015-11-01', 'complete', %s, '<svg>…</svg>', 'template', 'abc', 1, now())",
            [json.dumps(REPORT)],
        )
    return warehouse


def almanac(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of a command."""
    monkeypatch.setattr("sys.argv", ["almanac", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return int(ended.value.code or 0)


def test_health_shows_the_flagged_first_and_their_share(
    learned: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert almanac(monkeypatch, "question-health") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[1:4]] == ["2", "1", "3"]
    assert lines[1].split()[2:] == ["31", "70", "12%", "-0.20", "7%", "0.0%", "misleading,", "too", "hard"]
    assert lines[3].split()[2:] == ["–", "4", "–", "–", "–", "–"]
    assert lines[-1] == "2025-03-03: 3 questions met, 2 judged, 1 flagged (50.0%)."


def test_health_can_be_cut_and_read_by_machines(
    learned: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert almanac(monkeypatch, "question-health", "--limit", "1") == 0
    assert "… and 2 more: --limit 3" in capsys.readouterr().out
    assert almanac(monkeypatch, "question-health", "--week", "2025-03-03", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["met"], found["judged"], found["flagged"], found["share_flagged"]) == (3, 2, 1, 0.5)
    assert found["questions"][0]["flags"] == ["misleading", "too_hard"]
    assert found["questions"][2]["health"] is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("question-health", "--week", "2025-03-10"), "The nearest weeks: 2025-03-03"),
        (("question-health", "--week", "2025-03-04"), "Tuesday"),
        (("content-gaps", "--week", "2025-03-10"), "almanac run content_gaps --week 2025-03-10"),
        (("report", "ada", "--month", "2015-12"), "There is: 2015-11."),
        (("report", "bob"), "almanac run monthly_learner_reports --month <YYYY-MM>"),
        (("report", "eve"), "There is no user 'eve'. There is, for example: ada, bob."),
        (("report", "ada", "--month", "nonsense"), "YYYY-MM"),
    ],
)
def test_what_is_not_there_is_told_with_what_to_do(
    learned: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, arguments: tuple[str, ...], says: str
) -> None:
    assert almanac(monkeypatch, *arguments) == 1
    assert says in " ".join(capsys.readouterr().err.split())


def test_before_the_first_measurement(warehouse: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("ALMANAC_DATABASE_URL", warehouse)
    assert almanac(monkeypatch, "question-health") == 1
    assert "almanac run question_health --week <Monday> --wait" in capsys.readouterr().err


def test_gaps(learned: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert almanac(monkeypatch, "content-gaps") == 0
    out = capsys.readouterr().out
    assert "week before 2025-03-03" in out
    assert out.splitlines()[-1].split() == ["ANOVA", "1,200", "900"]


def test_a_report_on_the_screen_as_json_and_as_a_picture(
    learned: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
) -> None:
    assert almanac(monkeypatch, "report", "ada") == 0
    out = capsys.readouterr().out
    assert "In November [2015] you did well." in out
    assert "strongest: means [bold]  90 % of 40 (77 to 96)" in out
    assert "week 2015-11-02: rank 3 of 1,280" in out
    assert "month: rank 2 of 1,500" in out
    assert almanac(monkeypatch, "report", "ada", "--month", "2015-11", "--json") == 0
    assert json.loads(capsys.readouterr().out) == REPORT
    assert almanac(monkeypatch, "report", "ada", "--svg", str(tmp_path / "november.svg")) == 0
    assert (tmp_path / "november.svg").read_text() == "<svg>…</svg>"
