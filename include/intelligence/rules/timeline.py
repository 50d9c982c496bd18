"""The notable events of one user in order, the oldest first."""

from typing import Any

import numpy as np

from include.intelligence.metrics import NAMES
from include.intelligence.rules.findings import Finding
from include.intelligence.rules.labs import OutOfRange
from include.intelligence.rules.streaks import MIN_LENGTH, Streaks

LONGEST = 6
Event = tuple[float, int, str, str, float]  # weight, days_ago, kind, metric, value


def timelines(
    record: Finding, change_point: Finding, streak: Finding, runs: Streaks, labs: list[list[OutOfRange]]
) -> list[list[dict[str, Any]]]:
    """At most six events a user: labs first, then what is most certain."""
    events: list[list[Event]] = [lab_events(found) for found in labs]
    for u, m, weight, proof in believed_ones(record):
        events[u].append((weight, 6 - proof["weekday"], "record", NAMES[m], proof["value"]))
    for u, m, weight, proof in believed_ones(change_point):
        events[u].append((weight, proof["days_ago"], "change_point", NAMES[m], proof["after"]))
    for u, m, weight, proof in believed_ones(streak):
        if proof["length"] >= MIN_LENGTH:
            events[u].append((weight - 0.1, proof["length"] - 1, "streak_start", NAMES[m], proof["length"]))
    for u, m in np.argwhere(runs.ended > 0).tolist():
        length = int(runs.ended[u, m])
        events[u].append((0.5 + length / 200.0, int(runs.ended_days_ago[u, m]), "streak_end", NAMES[m], length))
    return [in_order(items) for items in events]


def believed_ones(finding: Finding) -> list[tuple[int, int, float, dict[str, Any]]]:
    """(user, metric, confidence, evidence) of all that were found."""
    users, metrics = np.nonzero(finding.confidence)
    weights = finding.confidence[users, metrics].tolist()
    evidence = finding.evidence(users, metrics)
    return list(zip(users.tolist(), metrics.tolist(), weights, evidence, strict=True))


def lab_events(found: list[OutOfRange]) -> list[Event]:
    return [
        (2.0, item.evidence["days_ago"], "lab", item.lab.test, item.evidence["value"]) for item in found
    ]


def in_order(items: list[Event]) -> list[dict[str, Any]]:
    """The weightiest, then by time."""
    if not items:
        return []
    kept = sorted(items, key=lambda item: (-item[0], item[1], item[2], item[3]))[:LONGEST]
    kept.sort(key=lambda item: (-item[1], item[2], item[3]))
    return [
        {"days_ago": days_ago, "kind": kind, "metric": metric, "value": value}
        for _, days_ago, kind, metric, value in kept
    ]
