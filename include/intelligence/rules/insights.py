"""Which findings a user is told: scored by confidence × importance, mixed in kind and metric."""

from typing import Any, NamedTuple

import numpy as np

from include.intelligence.metrics import METRICS, NAMES
from include.intelligence.models import Direction, Insight, Kind
from include.intelligence.rules.findings import Finding, rounded
from include.intelligence.rules.labs import OutOfRange

MOST, LEAST = 5, 3
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
PATTERNS: tuple[Kind, ...] = ("weekday", "lag", "streak", "change_point")
MOST_PATTERNS = 4


class Picks(NamedTuple):
    """Chosen findings, best first: users × places, -1 = none."""

    kind: np.ndarray  # index into the findings, len(findings) = lab
    metric: np.ndarray


def scores(findings: list[Finding]) -> np.ndarray:
    """Users × kinds × metrics: confidence × importance; 0 = nothing found.

    Importance: weight of the kind × weight of the metric × (1 + strength) / 2.
    """
    return np.stack(
        [
            found.confidence * KIND_WEIGHT[found.kind] * WEIGHTS * (0.5 + 0.5 * found.strength)
            for found in findings
        ],
        axis=1,
    )


def key(kind: str, metric: str, direction: str) -> str:
    return f"{kind}:{metric}:{direction}"


def leave_out_dismissed(
    score: np.ndarray, findings: list[Finding], dismissed: list[frozenset[str]]
) -> None:
    """Set the score of what the user dismissed to 0, in place."""
    kinds = {found.kind: (row, found) for row, found in enumerate(findings)}
    for user, keys in enumerate(dismissed):
        for kind, metric, direction in (tuple(text.split(":")) for text in keys if text.count(":") == 2):
            if kind in kinds and metric in NAMES:
                row, found = kinds[kind]
                column = NAMES.index(metric)
                if DIRECTIONS[int(found.direction[user, column])] == direction:
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
    return next(
        (item for item in found if key("lab", item.lab.test, item.direction) not in dismissed), None
    )


def choose(score: np.ndarray) -> Picks:
    """Up to five: at most one of a kind and two of a metric.

    Where that leaves under three, two of a kind and three of a metric.
    """
    free = score.copy()
    kinds, metrics = np.zeros(score.shape[:2], int), np.zeros((len(score), score.shape[2]), int)
    picks = [pick_best(free, kinds, metrics, 1, 2) for _ in range(MOST)]
    short = sum((kind >= 0).astype(int) for kind, _ in picks) < LEAST
    if short.any():
        free[~short] = 0.0
        for place in range(LEAST):
            picks[place] = merge(picks[place], free, kinds, metrics)
    kind, metric = np.stack([k for k, _ in picks], axis=1), np.stack([m for _, m in picks], axis=1)
    return Picks(kind, metric)


def merge(
    pick: tuple[np.ndarray, np.ndarray], free: np.ndarray, kinds: np.ndarray, metrics: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fill a place that is empty under the looser rule."""
    kind, metric = pick
    empty = kind < 0
    allowed = np.where(empty[:, None, None], free, 0.0)
    more_kind, more_metric = pick_best(allowed, kinds, metrics, 2, 3)
    taken = more_kind >= 0
    free[taken, more_kind[taken], more_metric[taken]] = 0.0
    return np.where(taken, more_kind, kind), np.where(taken, more_metric, metric)


def pick_best(
    free: np.ndarray, kinds: np.ndarray, metrics: np.ndarray, per_kind: int, per_metric: int
) -> tuple[np.ndarray, np.ndarray]:
    """The best allowed of each user; takes it out of `free` and counts it in `kinds` and `metrics`."""
    allowed = free * (kinds < per_kind)[:, :, None] * (metrics < per_metric)[:, None, :]
    flat = allowed.reshape(len(free), -1)
    best = flat.argmax(axis=1)
    users = np.arange(len(free))
    found = flat[users, best] > 0
    kind, metric = np.divmod(best, free.shape[2])
    users, chosen_kind, chosen_metric = users[found], kind[found], metric[found]
    free[users, chosen_kind, chosen_metric] = 0.0
    kinds[users, chosen_kind] += 1
    metrics[users, chosen_metric] += 1
    return np.where(found, kind, -1), np.where(found, metric, -1)


def insights(
    findings: list[Finding], picks: Picks, labs: list[list[OutOfRange]], dismissed: list[frozenset[str]]
) -> list[list[Insight]]:
    """The chosen ones as Insights, best first."""
    told: list[list[Insight | None]] = [[None] * picks.kind.shape[1] for _ in labs]
    for row, found in enumerate(findings):
        users, places = np.nonzero(picks.kind == row)
        for user, place, insight in zip(
            users.tolist(), places.tolist(), describe(found, users, picks.metric[users, places]), strict=True
        ):
            told[user][place] = insight
    users, places = np.nonzero(picks.kind == len(findings))
    for user, place in zip(users.tolist(), places.tolist(), strict=True):
        told[user][place] = describe_lab(first_lab(labs[user], dismissed[user]))
    return [[insight for insight in row if insight is not None] for row in told]


def describe(found: Finding, users: np.ndarray, metrics: np.ndarray) -> list[Insight]:
    """Insights of one kind for (user, metric) rows."""
    kind = found.kind
    return [
        Insight(key(kind, NAMES[m], DIRECTIONS[d]), kind, NAMES[m], DIRECTIONS[d], effect, confidence, proof)
        for m, d, effect, confidence, proof in zip(
            metrics.tolist(),
            found.direction[users, metrics].tolist(),
            rounded(found.effect[users, metrics]).tolist(),
            rounded(found.confidence[users, metrics]).tolist(),
            found.evidence(users, metrics),
            strict=True,
        )
    ]


def describe_lab(item: OutOfRange | None) -> Insight | None:
    if item is None:
        return None
    name, direction = item.lab.test, item.direction
    distance = round(item.distance if direction == "up" else -item.distance, 2)
    return Insight(key("lab", name, direction), "lab", name, direction, distance, item.confidence, item.evidence)


def patterns(findings: list[Finding], score: np.ndarray) -> list[list[dict[str, Any]]]:
    """At most four patterns a user, two of a kind, best first, with their numbers."""
    rows = [row for row, found in enumerate(findings) if found.kind in PATTERNS]
    free = score[:, rows].copy()
    kinds, metrics = np.zeros(free.shape[:2], int), np.zeros((len(free), free.shape[2]), int)
    picks = [pick_best(free, kinds, metrics, 2, 2) for _ in range(MOST_PATTERNS)]
    kind, metric = np.stack([k for k, _ in picks], axis=1), np.stack([m for _, m in picks], axis=1)
    told: list[list[dict[str, Any]]] = [[{}] * MOST_PATTERNS for _ in range(len(free))]
    for index, row in enumerate(rows):
        users, places = np.nonzero(kind == index)
        items = describe_patterns(findings[row], users, metric[users, places])
        for user, place, item in zip(users.tolist(), places.tolist(), items, strict=True):
            told[user][place] = item
    return [[item for item in row if item] for row in told]


def describe_patterns(found: Finding, users: np.ndarray, metrics: np.ndarray) -> list[dict[str, Any]]:
    """Patterns of one kind: support, strength, confidence and the kind's numbers."""
    return [
        {"kind": found.kind, "metric": NAMES[m], "n": n, "strength": strength, "confidence": confidence, **proof}
        for m, n, strength, confidence, proof in zip(
            metrics.tolist(),
            found.n[users, metrics].tolist(),
            rounded(found.strength[users, metrics]).tolist(),
            rounded(found.confidence[users, metrics]).tolist(),
            found.evidence(users, metrics),
            strict=True,
        )
    ]
