"""The notable events of one user in order, the oldest first."""

from typing import Any

import numpy as np

from include.intelligence.metrics import NAMES
from include.intelligence.rules.change_points import ChangePoints
from include.intelligence.rules.findings import Finding, rounded
from include.intelligence.rules.labs import OutOfRange
from include.intelligence.rules.records import Records
from include.intelligence.rules.streaks import Streaks

LONGEST = 6
Event = tuple[float, int, str, str, float]  # weight, days ago, kind, metric, value


def timelines(
    record: Finding, best: Records, shifts: ChangePoints, streak: Finding, runs: Streaks,
    labs: list[list[OutOfRange]],
) -> list[list[dict[str, Any]]]:  # fmt: skip
    """At most six events a user: laboratory results first, then what is most certain."""
    events: list[list[Event]] = [[lab_event(item) for item in found] for found in labs]
    at = np.nonzero(record.confidence)
    add(events, "record", at, record.confidence[at], 6 - best.weekday[at], best.value[at])
    at = shifts.users, shifts.metrics
    add(events, "change_point", at, 1.0 - shifts.p, shifts.days_ago, shifts.after)
    at = np.nonzero(streak.confidence)
    add(events, "streak_start", at, streak.confidence[at] - 0.1, runs.length[at] - 1, runs.length[at])
    at = np.nonzero(runs.ended)
    add(events, "streak_end", at, 0.5 + runs.ended[at] / 200.0, runs.ended_days_ago[at], runs.ended[at])
    return [in_order(items) if items else [] for items in events]


def add(
    events: list[list[Event]], kind: str, at: tuple[np.ndarray, ...], weight: np.ndarray,
    days_ago: np.ndarray, value: np.ndarray,
) -> None:  # fmt: skip
    """Append one kind's events to their users'."""
    plain = (rounded(value) if value.dtype.kind == "f" else value).tolist()
    users, metrics = (index.tolist() for index in at)
    for user, metric, *event in zip(users, metrics, weight.tolist(), days_ago.tolist(), plain, strict=True):
        events[user].append((event[0], event[1], kind, NAMES[metric], event[2]))


def lab_event(item: OutOfRange) -> Event:
    return 2.0, item.evidence["days_ago"], "lab", item.lab.test, item.evidence["value"]


def in_order(items: list[Event]) -> list[dict[str, Any]]:
    """The weightiest, then by time."""
    if len(items) > LONGEST:
        items = sorted(items, key=lambda item: (-item[0], item[1:4]))[:LONGEST]
    items.sort(key=lambda item: (-item[1], item[2], item[3]))
    return [
        {"days_ago": days_ago, "kind": kind, "metric": metric, "value": value}
        for _, days_ago, kind, metric, value in items
    ]
