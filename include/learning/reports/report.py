"""Facts of a month to the JSON that is served. Pure."""

from calendar import monthrange
from typing import Any

from include.learning.reports.facts import active_days
from include.learning.reports.models import Concept, Facts, Tally
from include.learning.reports.prose import summary


def outcome(facts: Facts) -> str:
    return "complete" if facts.sufficient else "insufficient_data"


def report(facts: Facts) -> dict[str, Any]:
    """Percent and points to one decimal; dates are ISO. Accuracy is null in a month with too few answers."""
    return {
        "month": f"{facts.month:%Y-%m}",
        "outcome": outcome(facts),
        "summary": summary(facts),
        "attempts": facts.total.attempts,
        "correct": facts.total.correct,
        "skips": facts.skips,
        "accuracy": round(facts.total.accuracy, 1) if facts.sufficient else None,
        "month_before": _before(facts.before),
        "accuracy_change": _change(facts),
        "active_days": active_days(facts.days),
        "days_in_month": monthrange(facts.month.year, facts.month.month)[1],
        "longest_streak": _streak(facts),
        "strongest": [_concept(one) for one in facts.strongest],
        "weakest": [_concept(one) for one in facts.weakest],
        "rank_history": _ranks(facts),
        "days": [
            {**day._asdict(), "day": facts.month.replace(day=day.day).isoformat()} for day in facts.days
        ],
    }


def _before(before: Tally) -> dict[str, Any] | None:
    if not before.attempts:
        return None
    return {"attempts": before.attempts, "accuracy": round(before.accuracy, 1)}


def _change(facts: Facts) -> dict[str, float] | None:
    return {name: round(value, 1) for name, value in facts.change._asdict().items()} if facts.change else None


def _streak(facts: Facts) -> dict[str, Any] | None:
    if facts.streak is None:
        return None
    return {
        "days": facts.streak.days,
        "first": facts.streak.first.isoformat(),
        "last": facts.streak.last.isoformat(),
    }


def _concept(one: Concept) -> dict[str, Any]:
    rounded = {name: round(getattr(one, name), 1) for name in ("accuracy", "low", "high")}
    return {"concept": one.concept, "attempts": one.attempts, **rounded}


def _ranks(facts: Facts) -> dict[str, Any]:
    """The boards of the weeks that end in the month, in order, and the month's own."""
    told = [(rank["board"], {k: v for k, v in rank.items() if k != "board"}) for rank in facts.ranks]
    months = [rank for board, rank in told if board == "monthly"]
    return {
        "weekly": [rank for board, rank in told if board == "weekly"],
        "monthly": months[0] if months else None,
    }
