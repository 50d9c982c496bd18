"""The rows of one user: what is stored, how it survives COPY, and what its hash depends on."""

from typing import Any

import orjson
import psycopg
import pytest
from prose_facts import facts

from include.core.db import copy_text
from include.intelligence.brief import (
    BRIEF_COLUMNS,
    INSIGHT_COLUMNS,
    Freshness,
    Provenance,
    facts_hash,
    render,
)
from include.intelligence.models import Facts, Insight
from include.intelligence.prose import write

WEEK = "2021-06-14"
ORIGIN = Provenance(WEEK, 3, "c0de", "template", "template-1", "2021-06-14T02:00:00+00:00")
FRESH = Freshness(data_through=9, days_since_data=0)
SURE = {"n": 66, "strength": 0.4, "confidence": 0.95}
PATTERNS = [
    {**SURE, "kind": "lag", "metric": "steps", "other": "hrv", "r": 0.4, "after_high": 8.5, "after_low": 7.0},
    {**SURE, "kind": "streak", "metric": "steps", "length": 66, "threshold": 7.0},
    {
        **SURE,
        "kind": "change_point",
        "metric": "steps",
        "before": 1.0,
        "after": 2.0,
        "days_ago": 3,
        "days": 9,
    },
]
AWKWARD = 'tab\there, line\nand\rreturn, \\N \\. "quoted" \\\\ and – ü'


def one(user_id: int = 1) -> Facts:
    found = next(f for f in map(facts, range(user_id, 99)) if f.sufficient and len(f.insights) == 5)
    return found._replace(patterns=PATTERNS)


def body_of(found: Facts) -> dict[str, Any]:
    line = render(found, write(found, WEEK), FRESH, ORIGIN).brief
    return dict(orjson.loads(line.split(b"\t")[4].replace(b"\\\\", b"\\")))


def test_a_brief_holds_every_part_and_nothing_that_follows_from_another() -> None:
    found = one()
    body = body_of(found)
    assert list(body) == [
        "week_of", "outcome", "main_story", "week_stats", "insights", "recommendations", "watch", "velocity",
        "body_systems", "patterns", "timeline", "comparative",
    ]  # fmt: skip
    for name, row in body["week_stats"].items():
        stats = found.stats[name]
        assert row == {
            "this_week": stats.this, "baseline": stats.baseline, "change": stats.change, "days": stats.days,
        }  # fmt: skip
    assert body["velocity"] == found.velocity
    assert body["body_systems"] == found.systems
    assert body["patterns"] == [
        {**SURE, "kind": "lag", "metric": "steps", "other": "hrv", "after_high": 8.5, "after_low": 7.0},
        {**SURE, "kind": "streak", "metric": "steps", "threshold": 7.0},
    ]


def test_a_cohort_is_named_once_and_its_size_is_never_overstated() -> None:
    places = {
        "steps": {"percentile": 40, "cohort": "30-39|female", "users": 900},
        "hrv": {"percentile": 60, "cohort": "30-39|female", "users": 120},
        "glucose": {"percentile": 50, "cohort": "all", "users": 4_000},
    }
    assert body_of(one()._replace(comparative=places))["comparative"] == [
        {"cohort": "30-39|female", "users": 120, "percentiles": {"steps": 40, "hrv": 60}},
        {"cohort": "all", "users": 4_000, "percentiles": {"glucose": 50}},
    ]


def test_the_hash_depends_on_every_fact_and_on_nobody() -> None:
    found = one()
    assert facts_hash(found._replace(user_id=77)) == facts_hash(found)
    name, first = next(iter(found.stats)), found.insights[0]
    others = [
        found._replace(stats={**found.stats, name: found.stats[name]._replace(best_day=9)}),
        found._replace(insights=[first._replace(confidence=0.11), *found.insights[1:]]),
        found._replace(
            insights=[first._replace(evidence={**first.evidence, "days": 99}), *found.insights[1:]]
        ),
        found._replace(insights=found.insights[:-1]),
        found._replace(patterns=PATTERNS[:2]),
        found._replace(velocity={**found.velocity, "90": None, "x": 1}),
        found._replace(systems={**found.systems, "mind": {"score": 1}}),
        found._replace(timeline=[{"days_ago": 1}]),
        found._replace(comparative={}),
        found._replace(mood={"calm": 6}),
        found._replace(days_with_data=99),
        found._replace(sufficient=False),
    ]
    assert len({facts_hash(other) for other in [found, *others]}) == len(others) + 1


@pytest.mark.parametrize("text", [AWKWARD, "\\", "", "plain"])
def test_rows_survive_copy_whatever_the_text(warehouse: str, text: str) -> None:
    found = one()
    numbers = {"test": text, "value": 1.5, "unit": "g/L", "ref_low": 2.0, "ref_high": 3.0, "days_ago": 1}
    lab = Insight(f"lab:{text}:down", "lab", text, "down", 1.0, 0.99, numbers)
    found = found._replace(insights=[lab, *found.insights[1:]])
    prose = write(found, WEEK)
    prose = prose._replace(headline=text, narrative=text, insights=[text, *prose.insights[1:]])
    rendered = render(found, prose, FRESH, ORIGIN)
    with psycopg.connect(warehouse) as connection:
        for table, columns, lines in (
            ("weekly_health_briefs", BRIEF_COLUMNS, [rendered.brief]),
            ("health_insights", INSIGHT_COLUMNS, rendered.insights),
        ):
            connection.execute(f"CREATE TABLE staging.{table} (LIKE warehouse.{table} INCLUDING DEFAULTS)")
            copy_text(connection, f"staging.{table}", columns, lines)
        headline, brief = connection.execute(
            "SELECT headline, brief FROM staging.weekly_health_briefs"
        ).fetchall()[0]
        rows = connection.execute(
            "SELECT metric, text, evidence FROM staging.health_insights ORDER BY rank"
        ).fetchall()
    flat = text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    assert (headline, brief["main_story"]["narrative"]) == (flat, text)
    assert rows[0] == (flat, flat, numbers)
    assert [row[1] for row in rows[1:]] == prose.insights[1:]
