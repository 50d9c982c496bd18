"""Daily rows in PostgreSQL's binary COPY format, built from arrays without a loop over rows.

Format: PostgreSQL documentation, COPY, "Binary Format". Each row is laid out at full width in a
structured array; the bytes of missing values are then left out by a mask.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from include.intelligence.metrics import NAMES
from include.local.simulation.days import MOODS, Days
from include.local.simulation.people import Flags, Floats

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = -1
USERS_AT_ONCE = 100  # keeps the row matrix in the processor's cache: a third of the time of 1,000
POSTGRES_EPOCH = date(2000, 1, 1)
MOOD_WIDTH = max(map(len, MOODS))
ROW = np.dtype(
    [("fields", ">i2"), ("user_size", ">i4"), ("user", ">i8"), ("day_size", ">i4"), ("day", ">i4")]
    + [part for name in NAMES for part in ((f"{name}_size", ">i4"), (name, ">f4"))]
    + [("mood_size", ">i4"), ("mood", f"S{MOOD_WIDTH}"), ("import_size", ">i4"), ("import", ">i8")]
)


def encode_rows(
    days: Days, user_ids: NDArray[np.int64], count: int, monday: date, import_id: int
) -> tuple[bytes, int]:
    """Rows of the first `count` users, by user and day, and their number. A day without any value gives
    no row. Columns: user_id, day, the metrics in their order, mood, import_id."""
    data, written = [], 0
    for first in range(0, count, USERS_AT_ONCE):
        users = slice(first, min(first + USERS_AT_ONCE, count))
        part = _encode_users(days.of(users), user_ids[users], monday, import_id)
        data.append(part[0])
        written += part[1]
    return b"".join(data), written


def _encode_users(days: Days, user_ids: NDArray[np.int64], monday: date, import_id: int) -> tuple[bytes, int]:
    kept = np.logical_or.reduce(list(days.present.values()))
    user, day = np.nonzero(kept)
    rows = np.zeros(len(user), ROW)
    rows["fields"] = len(NAMES) + 4
    for name, size in (("user", 8), ("day", 4), ("import", 8)):
        rows[f"{name}_size"] = size
    rows["user"] = user_ids[user]
    rows["day"] = (monday - POSTGRES_EPOCH).days + day
    rows["import"] = import_id
    written = np.ones((len(rows), ROW.itemsize), bool)
    for name in NAMES:
        present = days.present[name][kept]
        rows[name] = days.values[name][kept]
        rows[f"{name}_size"] = np.where(present, 4, NULL)
        written[:, _span(name)] = present[:, None]
    _encode_mood(rows, written, days.values["mood"][kept], days.present["mood"][kept])
    return rows.view(np.uint8).reshape(written.shape)[written].tobytes(), len(rows)


def _encode_mood(rows: NDArray[np.void], written: Flags, mood: Floats, present: Flags) -> None:
    label = mood.astype(np.intp)
    sizes = np.where(present, np.array([len(name) for name in MOODS])[label], NULL)
    rows["mood"] = np.array(MOODS, f"S{MOOD_WIDTH}")[label]
    rows["mood_size"] = sizes
    written[:, _span("mood")] = np.arange(MOOD_WIDTH) < sizes[:, None]


def _span(name: str) -> slice:
    """Where the value stands in the row's bytes."""
    kind, offset = ROW.fields[name][:2]  # type: ignore[index]
    return slice(offset, offset + kind.itemsize)
