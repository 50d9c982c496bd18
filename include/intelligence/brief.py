"""From facts and prose to the rows of one user: the served brief and its insights.

The brief's JSON is final: the read API sends these bytes. Each part is built on its own, so that a
part that fails leaves the others; the outcome says so.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from include.core.db import copy_field, escape_copy
from include.intelligence.models import Facts, MetricStats, Prose

TOP_INSIGHTS = 3
COMPONENTS = 7  # brief, insights and the five parts below


class TooFewComponents(ValueError):
    """80 % or less of the components succeeded: no result for this user."""


class Provenance(NamedTuple):
    """What every row of a run carries."""

    week_of: str
    run_id: int
    code_version: str
    writer: str
    prompt_version: str
    generated_at: str


class Freshness(NamedTuple):
    """How new the source of one user is: the newest import used, and days without data to the Sunday."""

    data_through: int
    days_since_data: int


class Rendered(NamedTuple):
    """One user's COPY lines: a brief and its insights."""

    user_id: int
    brief: bytes
    insights: list[bytes]


def facts_hash(facts: Facts) -> str:
    """Hash of all that the text depends on; the same facts in another week give the same hash."""
    _, stats, insights, *others = facts
    plain = ({name: tuple(one) for name, one in stats.items()}, [tuple(one) for one in insights], others)
    return blake2b(orjson.dumps(plain), digest_size=16).hexdigest()


def _week_stats(stats: dict[str, MetricStats]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "this_week": s.this,
            "baseline": s.baseline,
            "change": s.change,
            "change_percent": s.pct,
            "days": s.days,
        }
        for name, s in stats.items()
    }


def _velocity(velocity: dict[str, Any]) -> dict[str, Any]:
    return {days: _top_contributions(one) if one else None for days, one in velocity.items()}


def _top_contributions(one: dict[str, Any]) -> dict[str, Any]:
    """The three metrics that moved the score most; the others are in the facts."""
    ordered = sorted(one["contributions"].items(), key=lambda item: -abs(item[1]))
    return {"score": one["score"], "direction": one["direction"], "contributions": dict(ordered[:3])}


PARTS: tuple[tuple[str, Callable[[Facts], Any]], ...] = (
    ("velocity", lambda facts: _velocity(facts.velocity)),
    ("body_systems", lambda facts: facts.systems),
    ("patterns", lambda facts: facts.patterns),
    ("timeline", lambda facts: facts.timeline),
    ("comparative", lambda facts: facts.comparative),
)


def build_parts(facts: Facts) -> dict[str, Any]:
    """The parts that could be built; a part that raises is left out, and missed by the count."""
    parts: dict[str, Any] = {}
    for name, build in PARTS:
        try:
            parts[name] = build(facts)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue
    return parts


def outcome_of(facts: Facts, components: int) -> str:
    """complete | partial | insufficient_data; raises TooFewComponents at 80 % or less."""
    if components / COMPONENTS <= 0.8:
        raise TooFewComponents(f"only {components} of {COMPONENTS} components succeeded")
    if not facts.sufficient:
        return "insufficient_data"
    return "complete" if components == COMPONENTS else "partial"


def render(
    facts: Facts, prose: Prose, fresh: Freshness, origin: Provenance, outcome: str | None = None
) -> Rendered:
    """The COPY lines of one user, columns as in BRIEF_COLUMNS and INSIGHT_COLUMNS.

    `outcome` is decided from the facts unless the caller knows better (a fallback is partial).
    """
    parts = build_parts(facts)
    outcome = outcome or outcome_of(facts, len(parts) + 2)
    found = facts.insights
    body = {
        "week_of": origin.week_of,
        "outcome": outcome,
        "main_story": {"headline": prose.headline, "narrative": prose.narrative},
        "week_stats": _week_stats(facts.stats),
        "insights": [
            {"insight_key": i.key, "text": text, "confidence": i.confidence}
            for i, text in zip(found[:TOP_INSIGHTS], prose.insights, strict=False)
        ],
        "recommendations": prose.recommendations,
        "watch": prose.watch,
        **parts,
    }
    return Rendered(
        facts.user_id,
        brief_line(facts, prose.headline, body, outcome, len(parts) + 2, fresh, origin),
        [
            insight_line(facts.user_id, rank, i, text, origin)
            for rank, (i, text) in enumerate(zip(found, prose.insights, strict=True), start=1)
        ],
    )


BRIEF_COLUMNS = (
    "user_id", "week_of", "outcome", "headline", "brief", "insight_count", "components_ok", "velocity",
    "patterns_searched", "days_since_data", "facts_hash", "writer", "prompt_version", "code_version",
    "run_id", "data_through", "generated_at",
)  # fmt: skip


def brief_line(
    facts: Facts, headline: str, body: dict[str, Any], outcome: str, components: int,
    fresh: Freshness, origin: Provenance,
) -> bytes:  # fmt: skip
    """One line of warehouse.weekly_health_briefs in COPY's text format."""
    month = facts.velocity.get("28")
    score = month["score"] if month else r"\N"
    head = f"{facts.user_id}\t{origin.week_of}\t{outcome}\t{copy_field(headline)}\t"
    tail = (
        f"\t{len(facts.insights)}\t{components}\t{score}\t{'patterns' in body}\t{fresh.days_since_data}"
        f"\t{facts_hash(facts)}\t{origin.writer}\t{origin.prompt_version}\t{origin.code_version}"
        f"\t{origin.run_id}\t{fresh.data_through}\t{origin.generated_at}\n"
    )
    return head.encode() + escape_copy(orjson.dumps(body)) + tail.encode()


INSIGHT_COLUMNS = (
    "user_id", "week_of", "rank", "insight_key", "kind", "metric", "direction", "effect_size", "confidence",
    "evidence", "text",
)  # fmt: skip


def insight_line(user_id: int, rank: int, insight: Any, text: str, origin: Provenance) -> bytes:
    """One line of warehouse.health_insights in COPY's text format."""
    key, kind, metric, direction, effect, confidence, evidence = insight
    if kind == "lab":  # a test's name is the source's own text
        key, metric = copy_field(key), copy_field(metric)
    head = (
        f"{user_id}\t{origin.week_of}\t{rank}\t{key}\t{kind}\t{metric}\t{direction}\t{effect}\t{confidence}\t"
    )
    return head.encode() + escape_copy(orjson.dumps(evidence)) + f"\t{copy_field(text)}\n".encode()
