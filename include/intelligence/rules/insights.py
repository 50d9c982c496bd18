"""Which findings a user is told: scored by confidence × importance, mixed in kind and metric."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from include.intelligence.metrics import METRICS, NAMES
from include.intelligence.models import Direction, Insight, Kind
from include.intelligence.rules.findings import Finding, rounded
from include.intelligence.rules.labs import OutOfRange

MOST, LEAST, MOST_PATTERNS = 5, 3, 4
KIND_WEIGHT: dict[Kind, float] = {
    "lab": 1.0, "change": 0.95, "change_point": 0.8, "trend": 0.8, "lag": 0.75, "record": 0.65,
    "weekday": 0.6, "streak": 0.6, "standing": 0.5, "consistency": 0.45, "steady": 0.4, "coverage": 0.3,
}  # fmt: skip
METRIC_WEIGHT = {
    "steps": 1.0, "active_minutes": 0.9, "calories": 0.5, "sleep_minutes": 1.0, "time_in_bed": 0.4,
    "resting_heart_rate": 0.95, "hrv": 0.85, "spo2": 0.8, "weight": 0.7, "glucose": 0.9, "stress": 0.85,
}  # fmt: skip
WEIGHTS = np.array([METRIC_WEIGHT[metric.name] for metric in METRICS])
DIRECTIONS: tuple[Direction, ...] = ("steady", "up", "down")  # by sign: 0, 1, -1
PATTERNS: frozenset[Kind] = frozenset({"weekday", "lag", "streak", "change_point"})


class Picks(NamedTuple):
    """Chosen findings, best first: users × places, -1 = none."""

    kind: np.ndarray  # row of the findings; one past the last = lab
    metric: np.ndarray


def scores(findings: list[Finding]) -> np.ndarray:
    """Users × kinds × metrics: confidence × importance; 0 = nothing found.

    Importance: weight of the kind × weight of the metric × (1 + strength) / 2.
    """
    confidence = np.stack([found.confidence for found in findings], axis=1)
    strength = np.stack([found.strength for found in findings], axis=1)
    kinds = np.array([KIND_WEIGHT[found.kind] for found in findings])[:, None]
    return np.asarray(confidence * (0.5 + 0.5 * strength) * (kinds * WEIGHTS))


def key(kind: str, metric: str, direction: str) -> str:
    return f"{kind}:{metric}:{direction}"


def leave_out_dismissed(score: np.ndarray, findings: list[Finding], dismissed: list[frozenset[str]]) -> None:
    """Set the score of what the user dismissed to 0, in place."""
    kinds: dict[str, int] = {found.kind: row for row, found in enumerate(findings)}
    for user, keys in enumerate(dismissed):
        for kind, _, rest in (text.partition(":") for text in keys):
            metric, _, direction = rest.partition(":")
            if kind in kinds and metric in NAMES:
                row, column = kinds[kind], NAMES.index(metric)
                if DIRECTIONS[findings[row].direction[user, column]] == direction:
                    score[user, row, column] = 0.0


def with_labs(score: np.ndarray, labs: list[list[OutOfRange]], dismissed: list[frozenset[str]]) -> np.ndarray:
    """Scores with one more kind and one more metric: the worst laboratory result not dismissed."""
    users, kinds, metrics = score.shape
    wide = np.zeros((users, kinds + 1, metrics + 1))
    wide[:, :kinds, :metrics] = score
    for user, found in enumerate(labs):
        if found and (lab := first_lab(found, dismissed[user])) is not None:
            wide[user, kinds, metrics] = lab.confidence * KIND_WEIGHT["lab"]
    return wide


def first_lab(found: list[OutOfRange], dismissed: frozenset[str]) -> OutOfRange | None:
    """The worst that was not dismissed."""
    return next((item for item in found if key("lab", item.lab.test, item.direction) not in dismissed), None)


def choose(score: np.ndarray) -> Picks:
    """Up to five, best first: at most one of a kind and two of a metric.

    Where that leaves under three, three are filled up with two of a kind and three of a metric.
    """
    picks = pick(score, MOST, per_kind=1, per_metric=2)
    short = np.flatnonzero((picks.kind >= 0).sum(axis=1) < LEAST)
    if len(short):
        wider = pick(score[short], LEAST, per_kind=2, per_metric=3)
        picks.kind[short, :LEAST], picks.metric[short, :LEAST] = wider.kind, wider.metric
    return picks


def choose_patterns(score: np.ndarray, findings: list[Finding]) -> Picks:
    """Up to four findings of the kinds that are patterns, two of a kind at most."""
    rows = np.array([row for row, found in enumerate(findings) if found.kind in PATTERNS])
    picks = pick(score[:, rows], MOST_PATTERNS, per_kind=2, per_metric=2)
    return Picks(np.where(picks.kind >= 0, rows[picks.kind], -1), picks.metric)


def pick(score: np.ndarray, most: int, *, per_kind: int, per_metric: int) -> Picks:
    """Greedily the best of each user, `most` times, within the limits."""
    free, users = score.copy(), np.arange(len(score))
    flat = free.reshape(len(free), -1)
    kinds, metrics = np.zeros(score.shape[:2], int), np.zeros((len(score), score.shape[2]), int)
    picks = Picks(np.full((len(score), most), -1), np.full((len(score), most), -1))
    for place in range(most):
        best = flat.argmax(axis=1)
        found = flat[users, best] > 0
        u, (kind, metric) = users[found], np.divmod(best[found], score.shape[2])
        picks.kind[u, place], picks.metric[u, place] = kind, metric
        flat[u, best[found]] = 0.0
        kinds[u, kind] += 1
        metrics[u, metric] += 1
        full = kinds[u, kind] >= per_kind
        free[u[full], kind[full]] = 0.0
        full = metrics[u, metric] >= per_metric
        free[u[full], :, metric[full]] = 0.0
    return picks


def tell(
    findings: list[Finding], chosen: Picks, patterns: Picks, labs: list[list[OutOfRange]],
    dismissed: list[frozenset[str]],
) -> tuple[list[list[Insight]], list[list[dict[str, Any]]]]:  # fmt: skip
    """Chosen insights and patterns in words and numbers; evidence is computed for these alone."""
    insights: list[list[Any]] = [[None] * chosen.kind.shape[1] for _ in labs]
    told_patterns: list[list[Any]] = [[None] * patterns.kind.shape[1] for _ in labs]
    for row, found in enumerate(findings):
        users, places = np.nonzero(chosen.kind == row)
        others, other_places = np.nonzero(patterns.kind == row)
        u = np.concatenate([users, others])
        m = np.concatenate([chosen.metric[users, places], patterns.metric[others, other_places]])
        proofs = evidence_once(found, u, m)
        split = len(users)
        place_in(insights, users, places, as_insights(found, u[:split], m[:split], proofs[:split]))
        place_in(
            told_patterns, others, other_places, as_patterns(found, u[split:], m[split:], proofs[split:])
        )
    for user, place in np.argwhere(chosen.kind == len(findings)).tolist():
        insights[user][place] = lab_insight(first_lab(labs[user], dismissed[user]))
    return [list(filter(None, row)) for row in insights], [list(filter(None, row)) for row in told_patterns]


def evidence_once(found: Finding, users: np.ndarray, metrics: np.ndarray) -> list[dict[str, Any]]:
    """Evidence of each row; a series that is both insight and pattern is worked out once."""
    if not len(users):
        return []
    series, row = np.unique(users * len(NAMES) + metrics, return_inverse=True)
    proofs = found.evidence(*np.divmod(series, len(NAMES)))
    return [proofs[one] for one in row.tolist()]


def place_in(told: list[list[Any]], users: np.ndarray, places: np.ndarray, items: list[Any]) -> None:
    """Each item to its user's place."""
    for user, place, item in zip(users.tolist(), places.tolist(), items, strict=True):
        told[user][place] = item


def as_insights(
    found: Finding, users: np.ndarray, metrics: np.ndarray, proofs: list[dict[str, Any]]
) -> list[Insight]:
    """Insights of one kind for (user, metric) rows."""
    kind = found.kind
    names = [[(key(kind, metric, way), kind, metric, way) for way in DIRECTIONS] for metric in NAMES]
    effect, confidence = rounded(found.effect[users, metrics]), rounded(found.confidence[users, metrics])
    directions = found.direction[users, metrics].tolist()
    columns = zip(metrics.tolist(), directions, effect.tolist(), confidence.tolist(), proofs, strict=True)
    make = partial(tuple.__new__, Insight)  # Insight._make, at a third of its price
    return [make((*names[m][d], size, belief, proof)) for m, d, size, belief, proof in columns]


def as_patterns(
    found: Finding, users: np.ndarray, metrics: np.ndarray, proofs: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Patterns of one kind: support, strength, confidence and the kind's numbers."""
    strength, confidence = rounded(found.strength[users, metrics]), rounded(found.confidence[users, metrics])
    n = found.n[users, metrics].tolist()
    columns = zip(metrics.tolist(), n, strength.tolist(), confidence.tolist(), proofs, strict=True)
    return [
        {"kind": found.kind, "metric": NAMES[m], "n": n, "strength": size, "confidence": belief, **proof}
        for m, n, size, belief, proof in columns
    ]


def lab_insight(item: OutOfRange | None) -> Insight | None:
    """The worst laboratory result; effect: its distance outside, in parts of the limit."""
    if item is None:
        return None
    name, direction = item.lab.test, item.direction
    distance = round(item.distance if direction == "up" else -item.distance, 2)
    return Insight(
        key("lab", name, direction), "lab", name, direction, distance, item.confidence, item.evidence
    )
