"""What a brief may say: evidence from facts documents, and the template writer's briefs held to it."""

import itertools
import json
import time
from typing import Any

import pytest
from prose_facts import facts

from include.intelligence.evidence import evidence_of, ungrounded
from include.intelligence.models import Facts
from include.intelligence.prompting import facts_document
from include.intelligence.prose import write

USERS = 120
WEEK = "2021-06-14"
Answer = dict[str, Any]


def document_of(one: Facts) -> dict[str, Any]:
    """The document as a model sees it, JSON and back."""
    document: dict[str, Any] = json.loads(json.dumps(facts_document(one)))
    return document


@pytest.fixture(scope="module")
def briefs() -> list[tuple[dict[str, Any], Answer]]:
    return [(document_of(one), write(one, WEEK)._asdict()) for one in map(facts, range(USERS))]


def texts(answer: Answer) -> int:
    return 2 + sum(len(answer[part]) for part in ("insights", "recommendations", "watch"))


def test_the_template_writers_briefs_are_grounded(briefs: list[tuple[dict[str, Any], Answer]]) -> None:
    told = sum(texts(answer) for _, answer in briefs)
    refused = [problem for document, answer in briefs for problem in ungrounded(document, answer)]
    parts = len({(place, problem.split(":")[0]) for place, (document, answer) in enumerate(briefs)
                 for problem in ungrounded(document, answer)})  # fmt: skip
    assert parts <= 0.03 * told, (parts, told, refused[:10])


def test_another_users_brief_is_not(briefs: list[tuple[dict[str, Any], Answer]]) -> None:
    """The brief of one told of another: its numbers are somebody else's."""
    for (document, _), (_, other) in itertools.pairwise(briefs):
        foreign = {**other, "insights": other["insights"][: len(document["facts"]["insights"])]}
        if sum(any(sign.isdigit() for sign in text) for text in foreign["insights"]) >= 2:
            assert ungrounded(document, foreign)


def brief(**parts: Any) -> Answer:
    return {"headline": "Your week", "narrative": "A week.", "insights": [], "recommendations": ["Rest."],
            "watch": [], **parts}  # fmt: skip


WALKS = {
    "facts": {
        "metrics": {
            "steps": {"unit": "steps", "this_week": 8123, "usual": 7456, "change": 667, "change_percent": 8.9,
                      "days": 7, "usual_days": 27, "highest": {"weekday": "Saturday", "value": 12001},
                      "lowest": {"weekday": "Monday", "value": 4002}},
            "hrv": {"unit": "ms", "this_week": 48, "usual": 48, "change": 0, "change_percent": 0.0, "days": 7,
                    "usual_days": 27},
        },
        "insights": [
            {"kind": "streak", "metric": "steps", "direction": "up", "confidence": 0.9, "length": 9, "threshold": 6000},
            {"kind": "unheard of", "metric": "steps", "direction": "up"},
        ],
        "patterns": [{"kind": "trend", "metric": "steps"}], "velocity": {"7": None}, "systems": {"mind": None},
        "timeline": [], "comparative": {"cohort": "30-39|female", "users": 3121, "percentiles": {"steps": 71}},
        "mood": {}, "days_with_data": 7,
    }
}  # fmt: skip


def test_each_problem_names_its_part_and_its_words() -> None:
    found = ungrounded(WALKS, brief(headline="Steps fell this week", watch=["Watch for 9,200 steps."]))
    assert any(one.startswith("headline: 'fell'") for one in found)
    assert any(one.startswith("watch[0]: '9,200 steps'") for one in found)


def test_an_insight_is_read_as_speaking_of_its_own_metric() -> None:
    assert not ungrounded(
        WALKS, brief(insights=["Nine days in a row at or above 6,000.", "Your steps rose."])
    )
    assert ungrounded(WALKS, brief(insights=["Nine days in a row at or above 7,000.", "Your steps rose."]))


def test_an_insight_on_another_metric_than_its_own_is_refused() -> None:
    assert ungrounded(
        WALKS, brief(insights=["Your heart rate variability held steady at 48 ms.", "Steps rose."])
    )


def test_a_percentile_for_all_metrics_in_one_cohort_is_read() -> None:
    assert not ungrounded(WALKS, brief(narrative="Your steps are at the 71st percentile of 3,121 women."))
    assert ungrounded(WALKS, brief(narrative="Your steps are at the 71st percentile of 3,121 men."))


def test_findings_without_their_numbers_and_unknown_kinds_give_no_evidence() -> None:
    assert {one.role for one in evidence_of(WALKS).quantities["steps"]} >= {
        "this",
        "usual",
        "length",
        "threshold",
    }
    assert evidence_of({"facts": {"metrics": {}}}).movements == {}


def test_a_brief_is_checked_in_a_few_milliseconds(briefs: list[tuple[dict[str, Any], Answer]]) -> None:
    """Against a plain loop on the same machine, so that a busy machine does not matter."""
    begun = time.process_time()
    for document, answer in briefs:
        ungrounded(document, answer)
    spent = time.process_time() - begun
    begun = time.process_time()
    total = 0
    for number in range(2_000_000):
        total += number
    loop = time.process_time() - begun
    assert spent / len(briefs) < 0.1 * loop
