"""LifeSnaps (Yfantidou et al. 2022, Scientific Data 9:663): daily_fitbit_sema, one row per user and day.

- sleep_duration is in milliseconds; it is the time in bed. minutesAsleep is the sleep.
- stress_score is Fitbit's, where a higher score means less stress and 0 not measured. Ours is
  100 - score: higher means more stress.
- rmssd and resting_hr are 0 where they were not measured.
- age is a bin ('<30', '>=30') and kept as it is.
- Several moods may be ticked on a day; one is kept: the label that is ticked least often in the
  study, as it says most (`MOODS` is in that order, NEUTRAL last).
- active_minutes = very + moderately active minutes.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from include.local.importers import cleaning
from include.local.importers.fitabase import without_non_wear
from include.local.importers.loading import Piece
from include.local.importers.reading import Chunk, Layout, find_files, read_chunks

if TYPE_CHECKING:
    import pandas as pd

MOODS = ("SAD", "ALERT", "TENSE/ANXIOUS", "HAPPY", "RESTED/RELAXED", "TIRED", "NEUTRAL")
DAILY = Layout(
    "*daily_fitbit_sema*",
    (
        "id",
        "date",
        "steps",
        "very_active_minutes",
        "moderately_active_minutes",
        "sedentary_minutes",
        "calories",
        "minutesAsleep",
        "sleep_duration",
        "resting_hr",
        "rmssd",
        "spo2",
        "stress_score",
        "age",
        "gender",
        *MOODS,
    ),
)
LAYOUTS = (DAILY,)
MS_PER_MINUTE = 60_000


def pieces(path: Path, today: date) -> Iterator[Piece]:
    """Users with their bins, then their daily rows, per chunk of the file."""
    for file in find_files(path, DAILY):
        for chunk in read_chunks(file, DAILY):
            frame = _daily(chunk, today)
            yield Piece("users", ("age_band", "sex"), _users(chunk, frame["external_id"]))
            yield Piece.daily(chunk, frame)


def _users(chunk: Chunk, external_id: "pd.Series[str]") -> "pd.DataFrame":
    """One row per user; some of a user's rows leave the bins out."""
    frame = chunk.kept(external_id.to_frame())
    frame["age_band"] = cleaning.texts(chunk, "age")
    frame["sex"] = cleaning.sexes(chunk, "gender")
    return frame.groupby("external_id", sort=False, as_index=False).first()


def _daily(chunk: Chunk, today: date) -> "pd.DataFrame":
    import pandas as pd

    steps = cleaning.numbers(chunk, "steps")
    very = cleaning.numbers(chunk, "very_active_minutes")
    stress_score = _measured(chunk, "stress_score")
    frame = pd.DataFrame(
        {
            "external_id": cleaning.external_ids(chunk, "id"),
            "day": cleaning.days(chunk, "date", ("%Y-%m-%d",), today),
            "steps": steps,
            "active_minutes": very + cleaning.numbers(chunk, "moderately_active_minutes"),
            "calories": cleaning.numbers(chunk, "calories"),
            "sleep_minutes": cleaning.numbers(chunk, "minutesAsleep"),
            "time_in_bed": cleaning.numbers(chunk, "sleep_duration") / MS_PER_MINUTE,
            "resting_heart_rate": _measured(chunk, "resting_hr"),
            "hrv": _measured(chunk, "rmssd"),
            "spo2": _measured(chunk, "spo2"),
            "stress": 100 - stress_score.where(stress_score <= 100),
            "mood": _mood(chunk),
        }
    )
    return without_non_wear(frame, cleaning.numbers(chunk, "sedentary_minutes"), steps)


def _measured(chunk: Chunk, column: str) -> "pd.Series[float]":
    """Numbers of a column in which 0 means not measured."""
    values = cleaning.numbers(chunk, column)
    return values.mask(values == 0)


def _mood(chunk: Chunk) -> "pd.Series[str]":
    import pandas as pd

    mood = pd.Series(None, index=chunk.rows.index, dtype="str")
    for label in MOODS:
        mood = mood.mask(mood.isna() & (cleaning.numbers(chunk, label) == 1), label)
    return mood
