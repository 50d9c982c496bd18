"""Fitabase exports of Fitbit data: dailyActivity, sleepDay and weightLogInfo files, one row per
user and day (weight: per log). Dates are US forms without a time zone.

A folder may hold several exports (p1_…, p2_…): the one that reaches furthest is the newest and wins
where they overlap, because the last day of an earlier export is incomplete.
active_minutes = very + fairly active minutes (moderate to vigorous).
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

US_FORMATS = (
    "%m/%d/%Y",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%y",
    "%m/%d/%y %I:%M:%S %p",
    "%m/%d/%y %H:%M",
)
ACTIVITY = Layout(
    "*dailyActivity*",
    (
        "Id",
        "ActivityDate",
        "TotalSteps",
        "VeryActiveMinutes",
        "FairlyActiveMinutes",
        "SedentaryMinutes",
        "Calories",
    ),
)
SLEEP = Layout("*sleepDay*", ("Id", "SleepDay", "TotalMinutesAsleep", "TotalTimeInBed"))
WEIGHT = Layout("*weightLogInfo*", ("Id", "Date", "WeightKg"))
LAYOUTS = (ACTIVITY, SLEEP, WEIGHT)
MINUTES_OF_A_DAY = 1440


def pieces(path: Path, today: date) -> Iterator[Piece]:
    """Daily rows of every file found; an older export comes before a newer one."""
    readers = {ACTIVITY: _activity, SLEEP: _sleep, WEIGHT: _weight}
    for layout, read in readers.items():
        exports = [
            [read(chunk, today) for chunk in read_chunks(file, layout)] for file in find_files(path, layout)
        ]
        for export in sorted(exports, key=_last_day):
            yield from export


def without_non_wear(
    frame: "pd.DataFrame", sedentary: "pd.Series[float]", steps: "pd.Series[float]"
) -> "pd.DataFrame":
    """`frame` with no activity values on days on which the device was not worn.

    Such a day is sedentary for all its 1,440 minutes, without a step; its calories are an estimate.
    """
    non_wear = (sedentary >= MINUTES_OF_A_DAY) & (steps.fillna(0) == 0)
    activity = ["steps", "active_minutes", "calories"]
    frame[activity] = frame[activity].mask(non_wear)
    frame["calories"] = frame["calories"].mask(frame["calories"] == 0)
    return frame


def _activity(chunk: Chunk, today: date) -> Piece:
    import pandas as pd

    steps = cleaning.numbers(chunk, "TotalSteps")
    very = cleaning.numbers(chunk, "VeryActiveMinutes")
    frame = pd.DataFrame(
        {
            "external_id": cleaning.external_ids(chunk, "Id"),
            "day": cleaning.days(chunk, "ActivityDate", US_FORMATS, today),
            "steps": steps,
            "active_minutes": very + cleaning.numbers(chunk, "FairlyActiveMinutes"),
            "calories": cleaning.numbers(chunk, "Calories"),
        }
    )
    sedentary = cleaning.numbers(chunk, "SedentaryMinutes")
    return Piece.daily(chunk, without_non_wear(frame, sedentary, steps))


def _sleep(chunk: Chunk, today: date) -> Piece:
    import pandas as pd

    frame = pd.DataFrame(
        {
            "external_id": cleaning.external_ids(chunk, "Id"),
            "day": cleaning.days(chunk, "SleepDay", US_FORMATS, today),
            "sleep_minutes": cleaning.numbers(chunk, "TotalMinutesAsleep"),
            "time_in_bed": cleaning.numbers(chunk, "TotalTimeInBed"),
        }
    )
    return Piece.daily(chunk, frame)


def _weight(chunk: Chunk, today: date) -> Piece:
    """The day's last log counts."""
    import pandas as pd

    chunk.rows = chunk.rows.loc[cleaning.instants(chunk, "Date", US_FORMATS).sort_values(kind="stable").index]
    frame = pd.DataFrame(
        {
            "external_id": cleaning.external_ids(chunk, "Id"),
            "day": cleaning.days(chunk, "Date", US_FORMATS, today),
            "weight": cleaning.numbers(chunk, "WeightKg"),
        }
    )
    return Piece.daily(chunk, frame)


def _last_day(export: list[Piece]) -> str:
    return max((str(piece.frame["day"].max()) for piece in export if len(piece.frame)), default="")
