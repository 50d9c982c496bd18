"""The metrics stand in metrics.py; SQL cannot import them, so each list there is held against it.

A new metric: its line in METRICS, a migration for its column, and the files that these tests name.
"""

import re

import psycopg
import pytest

from include.core.settings import PROJECT
from include.core.statements import SQL_ROOT
from include.intelligence.metrics import METRICS, NAMES

BESIDE_METRICS = {"user_id", "day", "mood", "import_id"}


def lists_in(text: str, names: tuple[str, ...]) -> list[str]:
    """The metrics that a statement names, in its order; one that is named again at once counts once
    (`avg(steps) AS steps`). Comments do not count."""
    words = re.findall(r"\w+", re.sub(r"--.*", "", text))
    named = [word for word in words if word in names]
    return [name for at, name in enumerate(named) if at == 0 or name != named[at - 1]]


def problem(text: str, names: tuple[str, ...] = NAMES) -> str | None:
    """What is wrong with the lists of a statement; None where each is the whole, in the order of METRICS."""
    found = lists_in(text, names)
    for start in range(0, len(found), len(names)):
        part = tuple(found[start : start + len(names)])
        if part != names:
            missing = [name for name in names if name not in part]
            return f"lacks {', '.join(missing)}" if missing else "names the metrics in another order"
    return None


LISTING = {
    path.relative_to(PROJECT).as_posix(): path.read_text()
    for path in sorted(SQL_ROOT.glob("*/*.sql"))
    if len(set(lists_in(path.read_text(), NAMES))) > 1
}


def test_the_statements_that_list_metrics_are_found() -> None:
    assert {"sql/intelligence/read_days.sql", "sql/importers/upsert_daily_health.sql"} <= set(LISTING)


@pytest.mark.parametrize("path", LISTING)
def test_each_statement_lists_every_metric_in_order(path: str) -> None:
    wrong = problem(LISTING[path])
    assert wrong is None, f"{path} {wrong}: bring it in step with include/intelligence/metrics.py"


@pytest.mark.parametrize("path", LISTING)
def test_a_metric_more_or_in_another_place_would_be_noticed(path: str) -> None:
    assert problem(LISTING[path], (*NAMES, "vo2max")) == "lacks vo2max"
    assert problem(LISTING[path], (NAMES[1], NAMES[0], *NAMES[2:])) is not None


def test_the_table_of_days_has_a_column_for_each_metric(warehouse: str) -> None:
    query = (
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'app' AND table_name = 'daily_health'"
    )
    with psycopg.connect(warehouse) as connection:
        columns = dict(connection.execute(query).fetchall())
    metrics = {name: kind for name, kind in columns.items() if name not in BESIDE_METRICS}
    assert metrics == dict.fromkeys(NAMES, "real"), (
        "app.daily_health is not in step with include/intelligence/metrics.py: sql/migrations needs a migration"
    )


def test_the_data_contract_names_each_metric() -> None:
    contract = (PROJECT / "docs/data-contract.md").read_text()
    lacking = [metric.name for metric in METRICS if f"`{metric.name}`" not in contract]
    assert lacking == [], f"docs/data-contract.md lacks {lacking}"
