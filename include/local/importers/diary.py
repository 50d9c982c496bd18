"""One person's diary of another century, as JSON lines: Standard Ebooks' text of Samuel Pepys in the form of
entries.jsonl, one line a day.

Its days are moved by whole weeks, so that weekdays stay and the last entry lies on the day asked for, or within
the six days before it; by default that is the day before yesterday. Entries are taken as written in the
evening of London's clock. Entries without a day are left out. The writer gets coaching settings where they
have none.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from include.local.importers import cleaning
from include.local.importers.loading import Piece
from include.local.importers.reading import Chunk, Layout, find_files, read_chunks

if TYPE_CHECKING:
    import pandas as pd

ENTRIES = Layout("entries", ("user", "date_gregorian", "entry_id", "text"))
LAYOUTS = (ENTRIES,)
ZONE = "Europe/London"
EVENING = timedelta(hours=21, minutes=30)
ISO_DAY = ("%Y-%m-%d",)


def pieces(path: Path, today: date, to: date | None = None) -> Iterator[Piece]:
    """The writer, their settings, then the entries."""
    end = to or today - timedelta(days=2)
    for file in find_files(path, ENTRIES):
        moved = _weeks_to(end, file)
        for chunk in read_chunks(file, ENTRIES):
            entries = _entries(chunk, moved)
            writers = chunk.kept(entries)[["external_id"]].drop_duplicates()
            yield Piece("users", ("time_zone",), writers.assign(time_zone=ZONE))
            yield Piece("coaching_config", (), writers)
            yield Piece("journal_entries", (), chunk.kept(entries), chunk)


def _weeks_to(end: date, file: Path) -> timedelta:
    """Whole weeks from the file's last day to the day asked for."""
    import pandas as pd

    last = pd.concat([_days(chunk) for chunk in read_chunks(file, ENTRIES)]).max()
    return timedelta(0) if pd.isna(last) else (end - last.date()) // timedelta(weeks=1) * timedelta(weeks=1)


def _days(chunk: Chunk) -> "pd.Series[pd.Timestamp]":
    return cleaning.instants(chunk, "date_gregorian", ISO_DAY)


def _entries(chunk: Chunk, moved: timedelta) -> "pd.DataFrame":
    import pandas as pd

    day = _days(chunk)
    chunk.leave_out(day.isna())
    body = cleaning.texts(chunk, "text", cleaning.JOURNAL_LIMIT)
    chunk.reject(body.isna(), "text: missing", whole_row=True)
    return pd.DataFrame(
        {
            "external_id": cleaning.external_ids(chunk, "user"),
            "entry_id": cleaning.event_ids(chunk, "entry_id"),
            "moment": pd.Series(pd.NaT, day.index, dtype="datetime64[us, UTC]"),
            "local_time": day + moved + EVENING,
            "body": body,
        }
    )
