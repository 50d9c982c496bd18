"""Anyone's own data in the form of docs/data-contract.md: users, daily_health, lab_results, questions,
question_attempts, searches, coaching, journal and engagement files, CSV, JSON lines or Parquet, each with any
subset of the optional columns. Other columns are ignored.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from include.intelligence.metrics import NAMES
from include.local.importers import cleaning, csv_coaching, csv_learning
from include.local.importers.loading import Piece
from include.local.importers.reading import Chunk, Layout, find_files, read_chunks

USERS = Layout("users", ("external_id",))
DAILY = Layout("daily_health", ("external_id", "day"))
LABS = Layout("lab_results", ("external_id", "taken_on", "test", "value", "unit"))
LAYOUTS = (USERS, DAILY, LABS, *csv_learning.LAYOUTS, *csv_coaching.LAYOUTS)
OPTIONAL = {
    USERS: ("display_name", "time_zone", "age_band", "sex", "last_active_at"),
    DAILY: (*NAMES, "mood"),
    LABS: ("ref_low", "ref_high"),
    **csv_learning.OPTIONAL,
    **csv_coaching.OPTIONAL,
}


def pieces(path: Path, today: date) -> Iterator[Piece]:
    """Users first, then what refers to them; questions before the attempts at them."""
    readers = {
        USERS: _users,
        DAILY: _daily,
        LABS: _labs,
        **csv_learning.READERS,
        **csv_coaching.READERS,
    }
    for layout, read in readers.items():
        for file in find_files(path, layout):
            for chunk in read_chunks(file, layout):
                known = layout.columns + OPTIONAL[layout]
                chunk.ignored = [f"{chunk.file}: {name}" for name in chunk.rows if name not in known]
                yield read(chunk, today)


def _users(chunk: Chunk, today: date) -> Piece:
    import pandas as pd

    readers: dict[str, Callable[[Chunk, str], Any]] = {
        "display_name": cleaning.texts,
        "time_zone": cleaning.time_zones,
        "age_band": cleaning.texts,
        "sex": cleaning.sexes,
        "last_active_at": partial(cleaning.timestamps, today=today),
    }
    carried = tuple(name for name in OPTIONAL[USERS] if name in chunk.rows)
    frame = pd.DataFrame({"external_id": cleaning.external_ids(chunk, "external_id")})
    for name in carried:
        frame[name] = readers[name](chunk, name)
    return Piece("users", carried, chunk.kept(frame), chunk)


def _daily(chunk: Chunk, today: date) -> Piece:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "external_id": cleaning.external_ids(chunk, "external_id"),
            "day": cleaning.days(chunk, "day", cleaning.ISO_DAY, today),
        }
    )
    for name in OPTIONAL[DAILY]:
        if name in chunk.rows:
            frame[name] = (cleaning.texts if name == "mood" else cleaning.numbers)(chunk, name)
    return Piece.daily(chunk, frame)


def _labs(chunk: Chunk, today: date) -> Piece:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "external_id": cleaning.external_ids(chunk, "external_id"),
            "taken_on": cleaning.days(chunk, "taken_on", cleaning.ISO_DAY, today),
            "test": cleaning.texts(chunk, "test"),
            "value": cleaning.numbers(chunk, "value"),
            "unit": cleaning.texts(chunk, "unit"),
        }
    )
    for name in OPTIONAL[LABS]:
        frame[name] = cleaning.numbers(chunk, name) if name in chunk.rows else None
    required = ["test", "value", "unit"]
    chunk.reject(frame[required].isna().any(axis=1), "test, value or unit: missing", whole_row=True)
    return Piece("lab_results", (), chunk.kept(frame), chunk)
