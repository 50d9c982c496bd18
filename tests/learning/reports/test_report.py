"""The JSON as it is served."""

import json

from include.learning.reports.models import Day
from include.learning.reports.report import report
from tests.learning.reports.months import DAYS, november

RANKS = [
    {"board": "weekly", "period": "2015-11-02", "rank": 3, "learners": 80, "attempts": 25},
    {"board": "weekly", "period": "2015-11-09", "rank": 1, "learners": 75, "attempts": 64},
    {"board": "monthly", "period": "2015-11-01", "rank": 2, "learners": 120, "attempts": 90},
]


def test_a_full_report() -> None:
    made = report(
        november(DAYS, before=(80, 48), concepts={"mean": (40, 36), "variance": (30, 3)}, ranks=RANKS)
    )
    assert json.loads(json.dumps(made)) == made
    text = made.pop("summary")
    assert text.startswith("In November 2015 you answered 90 questions")
    assert made == {
        "month": "2015-11", "outcome": "complete", "attempts": 90, "correct": 57, "skips": 4, "accuracy": 63.3,
        "month_before": {"attempts": 80, "accuracy": 60.0},
        "accuracy_change": {"points": 3.3, "low": -11.1, "high": 17.7},
        "active_days": 4, "days_in_month": 30,
        "longest_streak": {"days": 2, "first": "2015-11-02", "last": "2015-11-03"},
        "strongest": [{"concept": "mean", "attempts": 40, "accuracy": 90.0, "low": 76.9, "high": 96.0}],
        "weakest": [{"concept": "variance", "attempts": 30, "accuracy": 10.0, "low": 3.5, "high": 25.6}],
        "rank_history": {
            "weekly": [
                {"period": "2015-11-02", "rank": 3, "learners": 80, "attempts": 25},
                {"period": "2015-11-09", "rank": 1, "learners": 75, "attempts": 64},
            ],
            "monthly": {"period": "2015-11-01", "rank": 2, "learners": 120, "attempts": 90},
        },
        "days": [
            {"day": "2015-11-02", "attempts": 20, "correct": 12, "skips": 1},
            {"day": "2015-11-03", "attempts": 5, "correct": 5, "skips": 0},
            {"day": "2015-11-04", "attempts": 0, "correct": 0, "skips": 3},
            {"day": "2015-11-12", "attempts": 64, "correct": 40, "skips": 0},
            {"day": "2015-11-30", "attempts": 1, "correct": 0, "skips": 0},
        ],
    }  # fmt: skip


def test_too_few_answers_give_counts_and_no_rates() -> None:
    made = report(november([Day(3, 9, 9, 2)], before=(80, 48)))
    assert made["outcome"] == "insufficient_data"
    assert (made["attempts"], made["skips"], made["active_days"]) == (9, 2, 1)
    assert made["accuracy"] is made["accuracy_change"] is None
    assert made["strongest"] == made["weakest"] == []
    assert made["rank_history"] == {"weekly": [], "monthly": None}
