"""What was billed: one line per paid request, on disk before the answer leaves."""

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from include.local.fake_provider.settings import PICO
from include.local.fake_provider.usage import Usage

TABLE = """
CREATE TABLE IF NOT EXISTS bill (
    line INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    model TEXT NOT NULL,
    body TEXT NOT NULL,
    custom_id TEXT,
    batch_id TEXT,
    input_tokens INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    cache_read_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    picodollars INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    UNIQUE (batch_id, custom_id)
);
CREATE INDEX IF NOT EXISTS bill_body ON bill (body);
"""
ADD = """
INSERT OR IGNORE INTO bill (at, kind, model, body, custom_id, batch_id, input_tokens, cache_write_tokens,
                            cache_read_tokens, output_tokens, picodollars, outcome)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
TOTALS = """
SELECT model, kind, count(*) AS requests, sum(input_tokens) AS input_tokens,
       sum(cache_write_tokens) AS cache_write_tokens, sum(cache_read_tokens) AS cache_read_tokens,
       sum(output_tokens) AS output_tokens, sum(picodollars) AS picodollars
FROM bill GROUP BY model, kind
"""
PAID_TWICE = "SELECT count(*) FROM (SELECT 1 FROM bill GROUP BY body HAVING count(*) > 1)"


class Line(NamedTuple):
    """One paid request. `outcome`: answered, truncated, refusal, ungrounded, … or lost."""

    at: float  # seconds since the epoch
    kind: str  # message | batch
    model: str
    body: str  # SHA-256 of the canonical body
    custom_id: str | None
    batch_id: str | None
    usage: Usage
    picodollars: int
    outcome: str


def add(connection: sqlite3.Connection, lines: Iterable[Line]) -> int:
    """Write the lines in one transaction; returns what they cost, in picodollars.

    A batch's request is billed once, however often it is worked on.
    """
    cost = 0
    with connection:
        for line in lines:
            written = connection.execute(
                ADD,
                (
                    *(line.at, line.kind, line.model, line.body, line.custom_id, line.batch_id),
                    *(line.usage.input, line.usage.cache_write, line.usage.cache_read, line.usage.output),
                    *(line.picodollars, line.outcome),
                ),
            )
            cost += line.picodollars * written.rowcount
    return cost


def summary(connection: sqlite3.Connection) -> dict[str, Any]:
    """Totals: usd, requests, paid_twice (bodies billed more than once), by_model, by_kind."""
    groups = [dict(row) for row in connection.execute(TOTALS)]
    return {
        "usd": sum(group["picodollars"] for group in groups) / PICO,
        "requests": sum(group["requests"] for group in groups),
        "paid_twice": connection.execute(PAID_TWICE).fetchone()[0],
        "by_model": _by("model", groups),
        "by_kind": _by("kind", groups),
    }


def _by(name: str, groups: Iterable[dict[str, Any]]) -> dict[str, Any]:
    totals: dict[str, dict[str, Any]] = {}
    for group in groups:
        total = totals.setdefault(group[name], {"requests": 0, "usd": 0.0})
        for column, value in group.items():
            if column == "picodollars":
                total["usd"] = round(total["usd"] + value / PICO, 12)
            elif column not in ("model", "kind"):
                total[column] = total.get(column, 0) + value
    return totals


def lines(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Every line, oldest first, as a document."""
    for row in connection.execute("SELECT * FROM bill ORDER BY line"):
        document = dict(row)
        document["usd"] = document.pop("picodollars") / PICO
        yield document
