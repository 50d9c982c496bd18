"""One person's continuous glucose monitor: a reading in mg/dL every five minutes, with gaps, in local
time. A time that is recorded twice counts once (the later record). Loaded as the mean of each day.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from include.local.importers import cleaning
from include.local.importers.loading import Piece
from include.local.importers.reading import Chunk, Layout, find_files, read_chunks

if TYPE_CHECKING:
    import pandas as pd

EXTERNAL_ID = "cgm-1"
READINGS = Layout("*glucose*", ("datetime", "glucose"))
LAYOUTS = (READINGS,)
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")


def pieces(path: Path, today: date) -> Iterator[Piece]:
    """The counts of each chunk, then the days, which may span chunks."""
    import pandas as pd

    readings = []
    for file in find_files(path, READINGS):
        for chunk in read_chunks(file, READINGS):
            readings.append(_readings(chunk, today))
            yield Piece.daily(chunk, readings[-1].iloc[:0][["external_id", "day", "glucose"]])
    if readings:
        yield Piece("daily_health", ("glucose",), daily_means(pd.concat(readings)))


def daily_means(readings: "pd.DataFrame") -> "pd.DataFrame":
    """external_id, day, glucose from readings at `time`, one of each time."""
    once = readings.dropna(subset=["glucose"]).drop_duplicates(["external_id", "time"], keep="last")
    return once.groupby(["external_id", "day"], as_index=False)["glucose"].mean()


def _readings(chunk: Chunk, today: date) -> "pd.DataFrame":
    import pandas as pd

    frame = pd.DataFrame(
        {
            "external_id": EXTERNAL_ID,
            "time": cleaning.instants(chunk, "datetime", FORMATS),
            "day": cleaning.days(chunk, "datetime", FORMATS, today),
            "glucose": cleaning.numbers(chunk, "glucose"),
        }
    )
    return chunk.kept(frame)
