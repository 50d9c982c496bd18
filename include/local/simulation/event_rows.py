"""Attempts in PostgreSQL's binary COPY format, and the ids of events; see rows.py for the format."""

import numpy as np
from numpy.typing import NDArray

from include.local.simulation.clocks import Ints
from include.local.simulation.learners import NOT_MEASURED, Attempts

ROWS_AT_ONCE = 10_000  # keeps the row matrix in the processor's cache
NULL = -1
COLUMNS = (
    ("user_id", ">i8"),
    ("event_id", "V16"),
    ("question_id", ">i8"),
    ("answered_at", ">i8"),
    ("received_at", ">i8"),
    ("utc_offset", ">i2"),
    ("correct", "?"),
    ("skipped", "?"),
    ("response_ms", ">i4"),
    ("import_id", ">i8"),
)
ROW = np.dtype(
    [("fields", ">i2"), *(part for name, kind in COLUMNS for part in ((f"{name}_size", ">i4"), (name, kind)))]
)


def encode_attempts(
    attempts: Attempts, seed: int, first_id: int, question_ids: Ints, import_id: int
) -> bytes:
    """Rows in the order given, columns as in COLUMNS. `first_id` is that of user number 0; `question_ids`
    those of the bank's questions."""
    parts = (
        attempts.at(slice(first, first + ROWS_AT_ONCE))
        for first in range(0, len(attempts.user), ROWS_AT_ONCE)
    )
    return b"".join(_encode(part, seed, first_id, question_ids, import_id) for part in parts)


def event_ids(seed: int, users: Ints, numbers: Ints, kind: int) -> NDArray[np.void]:
    """16 bytes each, that of a version 8 uuid (RFC 9562): mixed from who, which event and what kind of it."""
    with np.errstate(over="ignore"):
        key = (users.astype(np.uint64) << np.uint64(24)) + numbers.astype(np.uint64)
        high = _mix(key + np.uint64((seed * 2 + kind + 1) * 0x9E3779B97F4A7C15 % 2**64))
        low = _mix(high ^ _mix(key))
    ids = np.empty((len(users), 2), ">u8")
    ids[:, 0] = (high & ~np.uint64(0xF000)) | np.uint64(0x8000)
    ids[:, 1] = (low & np.uint64(2**62 - 1)) | np.uint64(2**63)
    return ids.view("V16").reshape(-1)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea & Flood 2014): one-to-one, every bit depends on every bit."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _encode(attempts: Attempts, seed: int, first_id: int, question_ids: Ints, import_id: int) -> bytes:
    rows = np.zeros(len(attempts.user), ROW)
    rows["fields"] = len(COLUMNS)
    for name, kind in COLUMNS:
        rows[f"{name}_size"] = np.dtype(kind).itemsize
    rows["user_id"] = attempts.user.astype(np.int64) + first_id
    rows["event_id"] = event_ids(seed, attempts.user, attempts.number, 0)
    rows["question_id"] = question_ids[attempts.question]
    rows["answered_at"] = attempts.answered
    rows["received_at"] = attempts.received
    rows["utc_offset"] = attempts.offset
    rows["correct"], rows["skipped"] = attempts.correct, attempts.skipped
    rows["response_ms"] = attempts.response_ms
    rows["import_id"] = import_id
    missing = attempts.response_ms == NOT_MEASURED
    rows["response_ms_size"][missing] = NULL
    written = np.ones((len(rows), ROW.itemsize), bool)
    place = ROW.fields["response_ms"][1]  # type: ignore[index]
    written[:, place : place + 4] = ~missing[:, None]
    return rows.view(np.uint8).reshape(written.shape)[written].tobytes()
