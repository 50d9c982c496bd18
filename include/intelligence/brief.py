"""From facts and prose to the rows of one user: the served brief and its insights.

The brief's JSON is final: the read API sends these bytes. Each part is built on its own, so that a
part that fails leaves the others; the outcome says so.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from include.core.db import copy_field, escape_copy, one_line
from include.intelligence.models import Facts, Insight, MetricStats, Prose

TOP_INSIGHTS, TOP_PATTERNS = 3, 2
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
    writer_reason: str | None = None  # why not the first rung of the ladder
    variant: str | None = None  # of an experiment
    cost_usd: float = 0.0


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
    return sha256(orjson.dumps(facts[1:], default=tuple)).hexdigest()[:32]


def _week_stats(stats: dict[str, MetricStats]) -> dict[str, dict[str, Any]]:
    return {
        name: {"this_week": this, "baseline": baseline, "change": change, "days": days}
        for name, (this, baseline, change, _, days, _, _, _, _, _) in stats.items()
    }


# What follows from a pattern's other numbers: from its two levels, its strength or its support.
UNTOLD = {"weekday": "median_difference", "lag": "r", "streak": "length", "change_point": "days"}


def _patterns(patterns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    strongest = [one.copy() for one in patterns[:TOP_PATTERNS]]
    for one in strongest:
        del one[UNTOLD[one["kind"]]]
    return strongest


def _comparative(comparative: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry a cohort, nearly always one in all; `users` is the fewest that a metric was compared with."""
    by_cohort: dict[str, dict[str, Any]] = {}
    for metric, place in comparative.items():
        cohort, users = place["cohort"], place["users"]
        found = by_cohort.get(cohort)
        if found is None:
            found = by_cohort[cohort] = {"cohort": cohort, "users": users, "percentiles": {}}
        elif users < found["users"]:
            found["users"] = users
        found["percentiles"][metric] = place["percentile"]
    return list(by_cohort.values())


PARTS: tuple[tuple[str, Callable[[Facts], Any]], ...] = (
    ("velocity", lambda facts: facts.velocity),
    ("body_systems", lambda facts: facts.systems),
    ("patterns", lambda facts: _patterns(facts.patterns)),
    ("timeline", lambda facts: facts.timeline),
    ("comparative", lambda facts: _comparative(facts.comparative)),
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
    brief = brief_line(facts, prose.headline, body, outcome, len(parts) + 2, fresh, origin)
    return Rendered(facts.user_id, brief, insight_lines(facts, prose.insights, origin.week_of))


_NULL = r"\N"
BRIEF_COLUMNS = (
    "user_id", "week_of", "outcome", "headline", "brief", "insight_count", "components_ok", "velocity",
    "patterns_searched", "days_since_data", "facts_hash", "writer", "prompt_version", "code_version",
    "run_id", "data_through", "generated_at", "writer_reason", "variant", "cost_usd",
)  # fmt: skip


def brief_line(
    facts: Facts, headline: str, body: dict[str, Any], outcome: str, components: int,
    fresh: Freshness, origin: Provenance,
) -> bytes:  # fmt: skip
    """One line of warehouse.weekly_health_briefs in COPY's text format."""
    month = facts.velocity.get("28")
    score = month["score"] if month else _NULL
    head = f"{facts.user_id}\t{origin.week_of}\t{outcome}\t{copy_field(headline)}\t"
    tail = (
        f"\t{len(facts.insights)}\t{components}\t{score}\t{'patterns' in body}\t{fresh.days_since_data}"
        f"\t{facts_hash(facts)}\t{origin.writer}\t{origin.prompt_version}\t{origin.code_version}"
        f"\t{origin.run_id}\t{fresh.data_through}\t{origin.generated_at}\t{origin.writer_reason or _NULL}"
        f"\t{origin.variant or _NULL}\t{origin.cost_usd}\n"
    )
    return head.encode() + escape_copy(orjson.dumps(body)) + tail.encode()


INSIGHT_COLUMNS = (
    "user_id", "week_of", "rank", "insight_key", "kind", "metric", "direction", "effect_size", "confidence",
    "evidence", "text",
)  # fmt: skip


def insight_lines(facts: Facts, texts: list[str], week_of: str) -> list[bytes]:
    """Lines of warehouse.health_insights in COPY's text format, one an insight."""
    start = f"{facts.user_id}\t{week_of}\t"
    pairs = zip(facts.insights, texts, strict=True)
    return [insight_line(f"{start}{rank}\t", *pair) for rank, pair in enumerate(pairs, start=1)]


def insight_line(start: str, insight: Insight, text: str) -> bytes:
    """One line, after its first three columns."""
    key, kind, metric, direction, effect, confidence, evidence = insight
    if kind == "lab":  # a test's name is the source's own text
        key, metric = one_line(key), one_line(metric)
    # All numbers in one go; the first two commas stand between columns.
    numbers = orjson.dumps((effect, confidence, evidence)).decode()[1:-1].replace(",", "\t", 2)
    line = f"{start}{key}\t{kind}\t{metric}\t{direction}\t{numbers}\t{one_line(text)}\n"
    return escape_copy(line.encode())
