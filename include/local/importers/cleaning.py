"""Text cells into values. What cannot be a value is set aside in the chunk with its reason."""

from datetime import date
from typing import TYPE_CHECKING

from include.local.importers.reading import Chunk

if TYPE_CHECKING:
    import pandas as pd

TEXT_LIMIT = 200
TINY = 1e-37  # single precision holds nothing smaller in full
EARLIEST = date(1900, 1, 1)
SEXES = {"f": "female", "female": "female", "m": "male", "male": "male"}


def external_ids(chunk: Chunk, column: str, prefix: str = "") -> "pd.Series[str]":
    """The source's user ids. A row without a usable one cannot be loaded."""
    values = chunk.rows[column].str.strip()
    chunk.reject(values.isna() | (values == ""), f"{column}: missing", whole_row=True)
    chunk.reject(
        values.str.contains("\0", regex=False, na=False), f"{column}: holds a NUL byte", whole_row=True
    )
    too_long = values.str.len().gt(TEXT_LIMIT).fillna(False)
    chunk.reject(too_long, f"{column}: longer than {TEXT_LIMIT} characters", whole_row=True)
    return prefix + values


def instants(chunk: Chunk, column: str, formats: tuple[str, ...]) -> "pd.Series[pd.Timestamp]":
    """Local times without a zone, in the first of the formats that fits; NaT where none does."""
    import pandas as pd

    text = chunk.rows[column].str.strip()
    found = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    for form in formats:
        found = found.fillna(pd.to_datetime(text, format=form, errors="coerce").astype("datetime64[us]"))
    return found


def days(chunk: Chunk, column: str, formats: tuple[str, ...], today: date) -> "pd.Series[pd.Timestamp]":
    """The calendar day of each row. A row without a possible day cannot be loaded."""
    import pandas as pd

    found = instants(chunk, column, formats).dt.normalize()
    chunk.reject(found.isna(), f"{column}: not a date of the expected form", whole_row=True)
    chunk.reject(found > pd.Timestamp(today), f"{column}: in the future", whole_row=True)
    chunk.reject(found < pd.Timestamp(EARLIEST), f"{column}: before {EARLIEST.year}", whole_row=True)
    return found


def numbers(chunk: Chunk, column: str) -> "pd.Series[float]":
    """Finite numbers from 0 up that fit single precision; others are set aside, missing is NaN."""
    import numpy as np
    import pandas as pd

    text = chunk.rows[column].str.strip()
    text = text.mask(text == "")
    values = pd.to_numeric(text, errors="coerce").astype("float64")
    chunk.reject(text.notna() & values.isna(), f"{column}: not a number")
    chunk.reject(pd.Series(np.isinf(values), index=values.index), f"{column}: infinite")
    chunk.reject(values.between(-np.inf, 0, inclusive="neither"), f"{column}: negative")
    limit = float(np.finfo(np.float32).max)
    chunk.reject(values.between(limit, np.inf, inclusive="neither"), f"{column}: too large")
    values = values.where(values.between(0, limit))
    return values.mask(values < TINY, 0.0)


def texts(chunk: Chunk, column: str) -> "pd.Series[str]":
    """Text without NUL bytes, cut to 200 characters; empty is missing."""
    values = chunk.rows[column].str.replace("\0", "", regex=False).str.strip().str.slice(0, TEXT_LIMIT)
    return values.mask(values == "")


def sexes(chunk: Chunk, column: str) -> "pd.Series[str]":
    """'female' or 'male', the two that cohorts are formed by; anything else is set aside."""
    values = texts(chunk, column)
    known = values.str.lower().map(SEXES)
    chunk.reject(values.notna() & known.isna(), f"{column}: neither female nor male; left empty")
    return known


def time_zones(chunk: Chunk, column: str) -> "pd.Series[str]":
    """IANA names; an unknown one is set aside and UTC used."""
    from zoneinfo import available_timezones

    values = texts(chunk, column)
    known = values.isin(available_timezones())
    chunk.reject(values.notna() & ~known, f"{column}: unknown time zone; UTC used")
    return values.where(known, "UTC")


def timestamps(chunk: Chunk, column: str, today: date) -> "pd.Series[pd.Timestamp]":
    """ISO 8601 instants, UTC where they name no offset; later than the end of `today` is set aside."""
    import pandas as pd

    text = texts(chunk, column)
    found = pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")
    chunk.reject(text.notna() & found.isna(), f"{column}: not an ISO 8601 time")
    future = found >= pd.Timestamp(today, tz="UTC") + pd.Timedelta(days=1)
    chunk.reject(future, f"{column}: in the future")
    return found.mask(future)


def age_band(age: float) -> str:
    """The decade of an age in years: '18-29' below 30, then '30-39' … '70-79', '80+'."""
    if age < 30:
        return "18-29"
    decade = int(age // 10) * 10
    return "80+" if decade >= 80 else f"{decade}-{decade + 9}"
