"""A week's question health: bad questions found, good ones left alone; real answers; nothing to do."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import pointbiserialr

from include.batch import runs
from include.batch.job import Run, RunRequest
from include.batch.shards import NothingToDo
from include.core.db import Connection, connect
from include.learning.question_health import job
from include.learning.question_health.measures import OTHERS, measure
from include.learning.question_health.models import Counts
from include.learning.question_health.verdicts import judge
from tests.learning.question_health.populations import MONDAY, Attempt, as_attempts, load, two_parameter

NOW = datetime(2025, 3, 3, 3, tzinfo=UTC)


def real_attempts(path: Path) -> list[Attempt]:
    """The answers of the export: study rows are none, a time-out is a skip; local time of US Central."""
    import pandas as pd

    rows = pd.read_parquet(path)
    rows = rows[rows["Outcome"].isin(["CORRECT", "INCORRECT"])]
    at = pd.to_datetime(rows["Time"]).dt.tz_localize("US/Central", ambiguous=False).dt.tz_convert("UTC")
    skipped = rows["Input"] == "[timeout]"
    columns = (
        rows["Anon.Student.Id"].astype("category").cat.codes + 1,
        rows["Problem.Name"].astype("category").cat.codes + 1,
        at,
        (rows["Outcome"] == "CORRECT") & ~skipped,
        skipped,
        rows["CF..End.Latency."],
    )
    return [Attempt(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def open_run(connection: Connection, monday: date = MONDAY) -> Run:
    return runs.open_run(
        connection, "question_health", monday.isoformat(), f"test:{monday}", RunRequest(), NOW
    )


def flags_of(connection: Connection, monday: date = MONDAY) -> dict[int, list[str]]:
    query = "SELECT question_id, flags FROM warehouse.question_health WHERE week_of = %s"
    return dict(connection.execute(query, [monday]).fetchall())


def test_known_bad_questions_are_flagged_and_good_ones_are_not(warehouse: str) -> None:
    people = two_parameter(np.random.default_rng(3), learners=600, questions=50)
    with connect(warehouse) as connection:
        load(connection, list(as_attempts(people)))
        found = job.refresh(connection, open_run(connection))
        flags = flags_of(connection)
        health = dict(connection.execute("SELECT question_id, health FROM warehouse.question_health"))
    for flag, questions in people.bad.items():
        for question in questions:
            assert flag in flags[int(question) + 1], (flag, flags[int(question) + 1])
    bad = {int(question) + 1 for questions in people.bad.values() for question in questions}
    assert {question for question, raised in flags.items() if raised} == bad
    assert found == {"questions": 50, "judged": 50, "flagged": len(bad), "share_flagged": len(bad) / 50}
    assert max(health[question] for question in bad) < np.median([health[q] for q in flags if q not in bad])


def test_chance_alone_flags_few_of_good_questions() -> None:
    """Ten thousand sound questions at every size: the bounds are not a quota."""
    random, n = np.random.default_rng(5), 10_000
    learners = random.integers(35, 400, n)
    answers = random.binomial(learners, 0.97)
    true_share, true_r = random.uniform(0.3, 0.9, n), random.uniform(0.25, 0.5, n)
    r = np.tanh(random.normal(np.arctanh(true_r), 1 / np.sqrt(answers - 3)))
    drawn = Counts(
        np.arange(n), learners, answers, random.binomial(answers, true_share), learners - answers, answers, r,
        answers, np.full(n, 9_000.0), random.binomial(answers, 0.01),
    )  # fmt: skip
    flagged = [bool(flags) for flags in judge(measure(drawn)).flags]
    assert np.mean(flagged) < 0.02


def test_a_rerun_replaces_its_week_and_no_other(warehouse: str) -> None:
    people = two_parameter(np.random.default_rng(4), learners=40, questions=44)
    later = date(2025, 3, 10)
    with connect(warehouse) as connection:
        load(connection, list(as_attempts(people)))
        job.refresh(connection, open_run(connection))
        job.refresh(connection, open_run(connection, later))
        before = flags_of(connection, later)
        connection.execute("DELETE FROM app.question_attempts WHERE question_id = 1")
        job.refresh(connection, open_run(connection))
        assert set(flags_of(connection)) == set(range(2, 45))
        assert flags_of(connection, later) == before


def test_nothing_to_do_says_why_and_leaves_what_was(warehouse: str) -> None:
    with connect(warehouse) as connection:
        with pytest.raises(NothingToDo, match="There are no attempts"):
            job.refresh(connection, open_run(connection))
        load(connection, [Attempt(1, 1, NOW.replace(month=1), True)])
        with pytest.raises(NothingToDo, match="go from 2025-01-03 to 2025-01-03"):
            job.refresh(connection, open_run(connection, date(2026, 3, 2)))


def test_real_answers(warehouse: str, real_data: Path) -> None:
    """A statistics course, autumn 2015, against pandas and SciPy over the whole matrix."""
    attempts = real_attempts(real_data / "learner_stats_lkt" / "attempts.parquet")
    with connect(warehouse) as connection:
        load(connection, attempts, product_since=datetime(2015, 1, 1, tzinfo=UTC))
        found = job.refresh(connection, open_run(connection, date(2015, 12, 21)))
        made = {row[0]: row[1:] for row in connection.execute(MADE)}
    expected = by_matrix(attempts)
    assert made.keys() == expected.keys()
    for question, values in expected.items():
        assert made[question][:5] == pytest.approx(values, abs=1e-6), question
    assert found == {"questions": 72, "judged": 72, "flagged": 11, "share_flagged": pytest.approx(0.1528)}
    assert {flag for *_, flags in made.values() for flag in flags} == {"too_hard", "often_skipped"}


MADE = """SELECT question_id, answers, skips, difficulty, discrimination, median_ms, flags
          FROM warehouse.question_health"""


def by_matrix(attempts: list[Attempt]) -> dict[int, tuple[float, ...]]:
    """Per question: answers, skips, difficulty, discrimination, median time; learner by learner."""
    import pandas as pd

    rows = pd.DataFrame(attempts).sort_values("at", kind="stable")
    met = rows.groupby(["user", "question"]).first().reset_index()
    answers = rows[~rows["skipped"]].groupby(["user", "question"]).first().reset_index()
    matrix = answers.pivot_table(index="user", columns="question", values="correct", aggfunc="first").astype(
        float
    )
    found = {}
    for question in matrix.columns:
        item, others = matrix[question], matrix.drop(columns=question)
        used = item.notna() & (others.notna().sum(axis=1) >= OTHERS)
        rest = others.mean(axis=1)
        here = answers[answers["question"] == question]
        found[int(question)] = (
            len(here), met[met["question"] == question]["skipped"].sum(), item.mean(),
            pointbiserialr(item[used], rest[used]).statistic, here["ms"].median(),
        )  # fmt: skip
    return found
