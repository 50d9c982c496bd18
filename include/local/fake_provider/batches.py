"""Message batches: bodies on disk, worked on one after another, results in a file."""

import asyncio
import json
import mmap
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import orjson

from include.local.fake_provider import bill
from include.local.fake_provider.provider import Provider, require_model
from include.local.fake_provider.wire import (
    BATCH_REQUESTS,
    CUSTOM_ID,
    Refused,
    check_message,
    error_body,
    invalid,
    new_id,
)

TABLE = """
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    created REAL NOT NULL,
    due REAL NOT NULL,
    cancelled REAL,
    ended REAL,
    requests INTEGER NOT NULL,
    errored_share REAL NOT NULL,
    expired_share REAL NOT NULL,
    counts TEXT
);
"""
ADD = """
INSERT INTO batches (id, created, due, requests, errored_share, expired_share) VALUES (?, ?, ?, ?, ?, ?)
"""
DAY = 86_400.0
SLICE = 20  # requests between two turns of everybody else
SLOTS = ("succeeded", "errored", "expired", "canceled")


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One request of a batch, its parameters not yet read."""

    custom_id: str
    params: msgspec.Raw


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """The body of POST /v1/messages/batches."""

    requests: list[Entry]


class Batches:
    """The batches of one provider."""

    def __init__(self, provider: Provider) -> None:
        self.provider, self.db = provider, provider.db
        self.folder = provider.state / "batches"
        self.folder.mkdir(exist_ok=True)
        for path in (*self.folder.glob("*.upload"), *self.folder.glob("*.part")):
            path.unlink()  # of a process that was killed
        self.db.executescript(TABLE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()  # one batch at a time: memory stays that of one body
        self._wake: dict[str, asyncio.Event] = {}

    def resume(self) -> None:
        """Go on with what an earlier process left unfinished."""
        for row in self.db.execute("SELECT id FROM batches WHERE ended IS NULL ORDER BY number").fetchall():
            self._schedule(row["id"])

    def create(self, upload: Path) -> sqlite3.Row:
        """Take the uploaded body over; raises Refused. What is returned is on disk."""
        entries = _entries(upload)
        _check_ids(entries)
        self._refuse_over_queue(len(entries))
        batch_id, now = new_id("msgbatch"), time.time()
        strikes = self.provider.faults.strikes
        errored, expired = strikes("batch_errored", "create"), strikes("batch_expired", "create")
        shares = (errored.portion if errored else 0.0, expired.portion if expired else 0.0)
        upload.replace(self._body(batch_id))
        with self.db:
            due = now + self.provider.settings.batch_seconds
            self.db.execute(ADD, (batch_id, now, due, len(entries), *shares))
        self._schedule(batch_id)
        return self.find(batch_id)

    def find(self, batch_id: str) -> sqlite3.Row:
        """The batch's row; 404 where there is none."""
        row: sqlite3.Row | None = self.db.execute("SELECT * FROM batches WHERE id = ?", [batch_id]).fetchone()
        if row is None:
            raise Refused(404, "not_found_error", f"Message batch {batch_id} not found")
        return row

    def page(self, before: str | None, after: str | None, limit: int) -> tuple[list[sqlite3.Row], bool]:
        """At most `limit` batches, newest first, and whether more lie beyond them in the same direction."""
        if not 1 <= limit <= 1000:
            raise invalid("limit: Input should be between 1 and 1000")
        if before is not None:
            newer = "SELECT * FROM batches WHERE number > ? ORDER BY number LIMIT ?"
            rows = self.db.execute(newer, [self.find(before)["number"], limit + 1]).fetchall()
            return rows[:limit][::-1], len(rows) > limit
        older = "SELECT * FROM batches WHERE number < ? ORDER BY number DESC LIMIT ?"
        start = self.find(after)["number"] if after is not None else 2**62
        rows = self.db.execute(older, [start, limit + 1]).fetchall()
        return rows[:limit], len(rows) > limit

    def cancel(self, batch_id: str) -> sqlite3.Row:
        """Ask for the end of a batch; 400 where it has ended."""
        if self.find(batch_id)["ended"] is not None:
            raise invalid(f"Batch {batch_id} cannot be canceled, because it has already ended.")
        with self.db:
            update = "UPDATE batches SET cancelled = coalesce(cancelled, ?) WHERE id = ?"
            self.db.execute(update, [time.time(), batch_id])
        self.hasten(batch_id)
        return self.find(batch_id)

    def delete(self, batch_id: str) -> None:
        """Forget an ended batch and its results."""
        if self.find(batch_id)["ended"] is None:
            raise invalid(f"Batch {batch_id} cannot be deleted while it is being processed; cancel it first.")
        with self.db:
            self.db.execute("DELETE FROM batches WHERE id = ?", [batch_id])
        self.results(batch_id).unlink(missing_ok=True)

    def hasten(self, batch_id: str | None = None) -> None:
        """Begin the work of one batch, or of all, now."""
        for name, event in self._wake.items():
            if batch_id in (None, name):
                event.set()

    async def clear(self) -> None:
        """Forget everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with self.db:
            self.db.execute("DELETE FROM batches")
        for path in self.folder.iterdir():
            path.unlink()

    def results(self, batch_id: str) -> Path:
        """The file of an ended batch's results."""
        return self.folder / f"{batch_id}.results.jsonl"

    def _body(self, batch_id: str) -> Path:
        return self.folder / f"{batch_id}.json"

    def _refuse_over_queue(self, more: int) -> None:
        waiting = self.db.execute(
            "SELECT coalesce(sum(requests), 0) FROM batches WHERE ended IS NULL"
        ).fetchone()[0]
        if waiting + more > self.provider.settings.queue_limit:
            raise Refused(
                429,
                "rate_limit_error",
                f"{waiting} batch requests wait already; {more} more would exceed your organization's limit of "
                f"{self.provider.settings.queue_limit} in the processing queue.",
            )

    def _schedule(self, batch_id: str) -> None:
        self._wake[batch_id] = asyncio.Event()
        task = asyncio.get_running_loop().create_task(self._run(batch_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, batch_id: str) -> None:
        wait_s = max(0.0, self.find(batch_id)["due"] - time.time())
        try:
            await asyncio.wait_for(self._wake[batch_id].wait(), wait_s)
        except TimeoutError:
            pass
        finally:
            self._wake.pop(batch_id, None)
        async with self._turn:
            counts = await self._work(batch_id)
        with self.db:
            update = "UPDATE batches SET ended = ?, counts = ? WHERE id = ?"
            self.db.execute(update, [time.time(), json.dumps(counts), batch_id])
        self._body(batch_id).unlink(missing_ok=True)

    async def _work(self, batch_id: str) -> dict[str, int]:
        """Write the results' file, in an order of its own, billing slice by slice."""
        counts = dict.fromkeys(SLOTS, 0)
        entries = _entries(self._body(batch_id))
        Random(batch_id).shuffle(entries)
        part = self.results(batch_id).with_suffix(".part")
        with part.open("wb") as out:
            for start in range(0, len(entries), SLICE):
                row = self.find(batch_id)
                charged: list[bill.Line] = []
                for entry in entries[start : start + SLICE]:
                    result, line = self._result(row, entry)
                    charged += [line] if line else []
                    counts[result["type"]] += 1
                    out.write(orjson.dumps({"custom_id": entry.custom_id, "result": result}) + b"\n")
                self.provider.charge(charged)
                await asyncio.sleep(0)
        part.replace(self.results(batch_id))
        return counts

    def _result(self, row: sqlite3.Row, entry: Entry) -> tuple[dict[str, Any], bill.Line | None]:
        lot = _lot(self.provider.seed, row["id"], entry.custom_id)
        if row["cancelled"] is not None and lot >= self.provider.settings.done_before_cancel:
            return {"type": "canceled"}, None
        if lot < row["errored_share"]:
            return _errored("api_error", "Internal server error"), None
        if 1.0 - lot <= row["expired_share"]:
            return {"type": "expired"}, None
        try:
            params = check_message(orjson.loads(memoryview(entry.params)))
            require_model(params["model"])
        except Refused as refused:
            return _errored(refused.kind, refused.message), None
        done = self.provider.work(params, row["id"], entry.custom_id)
        return {"type": "succeeded", "message": done.message}, done.line


def document(row: sqlite3.Row, base_url: str) -> dict[str, Any]:
    """The API's form of a batch; its counts stay 0 until the end."""
    ended, cancelled = row["ended"] is not None, row["cancelled"] is not None
    counts = json.loads(row["counts"]) if ended else dict.fromkeys(SLOTS, 0)
    return {
        "id": row["id"],
        "type": "message_batch",
        "processing_status": "ended" if ended else "canceling" if cancelled else "in_progress",
        "request_counts": {"processing": 0 if ended else row["requests"], **counts},
        "created_at": _time(row["created"]),
        "expires_at": _time(row["created"] + DAY),
        "ended_at": _time(row["ended"]),
        "cancel_initiated_at": _time(row["cancelled"]),
        "archived_at": None,
        "results_url": f"{base_url}/v1/messages/batches/{row['id']}/results" if ended else None,
    }


def _entries(body: Path) -> list[Entry]:
    """The batch's requests, each a view into the mapped file; 400 where the body is no batch."""
    with body.open("rb") as file:
        if not body.stat().st_size:
            raise invalid("The request body is not valid JSON")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        return msgspec.json.decode(mapped, type=Body).requests
    except msgspec.ValidationError as error:
        raise invalid(f"requests: {error}") from None
    except msgspec.DecodeError:
        raise invalid("The request body is not valid JSON") from None


def _check_ids(entries: list[Entry]) -> None:
    if not 1 <= len(entries) <= BATCH_REQUESTS:
        raise invalid(f"requests: a batch has 1 to {BATCH_REQUESTS} requests; this one has {len(entries)}")
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        if not CUSTOM_ID.fullmatch(entry.custom_id):
            raise invalid(
                f"requests.{number}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'"
            )
        if entry.custom_id in seen:
            raise invalid(f"requests.{number}.custom_id: Duplicate custom_id found: {entry.custom_id}")
        seen.add(entry.custom_id)


def _lot(seed: int, batch_id: str, custom_id: str) -> float:
    """A number in [0, 1) that stays with the request, whatever the order of work."""
    digest = blake2b(f"{seed}|{batch_id}|{custom_id}".encode(), digest_size=7).digest()
    return int.from_bytes(digest) / 256**7


def _errored(kind: str, message: str) -> dict[str, Any]:
    return {"type": "errored", "error": error_body(kind, message, None, new_id("req"))}


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def blocks(path: Path, until: int, block: int = 262_144) -> Iterator[bytes]:
    """The file's first `until` bytes, in blocks."""
    with path.open("rb") as file:
        while until > 0 and (part := file.read(min(block, until))):
            until -= len(part)
            yield part
