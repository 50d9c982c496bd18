"""Text cells into values. What cannot be a value is set aside in the chunk with its reason."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from include.local.importers.reading import Chunk

if TYPE_CHECKING:
    import pandas as pd

TEXT_LIMIT = 200
LONG_TEXT_LIMIT = 2_000  # a question's wording
JOURNAL_LIMIT = (
    10_000_000  # more than anybody writes in a day: what comes after the cut is not screened either
)
TINY = 1e-37  # single precision holds nothing smaller in full
EARLIEST = date(1900, 1, 1)
EARLIEST_EVENT = datetime(2000, 1, 1, tzinfo=UTC)
FAST_CLOCK = timedelta(minutes=5)  # a device may be ahead by so much
LARGEST_INTEGER = 2**31 - 1
OFFSETS = (-12 * 60, 14 * 60)  # minutes from UTC that there are
# The second and third are how Parquet's timestamps read as text.
ISO_DAY = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")
UUID_FORM = r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"
OFFSET_FORM = r":\d{2}(?:[.,:]\d+)*\s*([+-]\d{2}):?(\d{2})?$"
EVENT_IDS = uuid.UUID("5c9f1d53-0a0e-5d0b-9a5e-3a1f0b6f6a57")  # the name space of ids that are no uuid
FLAGS = {"true": True, "t": True, "yes": True, "1": True, "1.0": True}
FLAGS |= {"false": False, "f": False, "no": False, "0": False, "0.0": False}
SEXES = {"f": "female", "female": "female", "m": "male", "male": "male"}


def external_ids(chunk: Chunk, column: str, prefix: str = "", limit: int = TEXT_LIMIT) -> "pd.Series[str]":
    """The source's ids of users or questions. A row without a usable one cannot be loaded."""
    values = chunk.rows[column].str.strip()
    chunk.reject(values.isna() | (values == ""), f"{column}: missing", whole_row=True)
    chunk.reject(
        values.str.contains("\0", regex=False, na=False), f"{column}: holds a NUL byte", whole_row=True
    )
    too_long = values.str.len().gt(limit).fillna(False)
    chunk.reject(too_long, f"{column}: longer than {limit} characters", whole_row=True)
    return prefix + values


def instants(chunk: Chunk, column: str, formats: tuple[str, ...]) -> "pd.Series[pd.Timestamp]":
    """Local times without a zone, in the first of the formats that fits; NaT where none does."""
    import pandas as pd

    text = chunk.rows[column].str.strip()
    found = pd.Series(pd.NaT, index=text.index, dtype="datetime64[us]")
    for form in formats:
        found = found.fillna(pd.to_datetime(text, format=form, errors="coerce").astype("datetime64[us]"))
    return found


def weeks(chunk: Chunk, column: str) -> "pd.Series[pd.Timestamp]":
    """Mondays that weeks are named by, YYYY-MM-DD; anything else is set aside."""
    text, found = texts(chunk, column), instants(chunk, column, ISO_DAY).dt.normalize()
    found = found.where(found.dt.weekday == 0)
    chunk.reject(text.notna() & found.isna(), f"{column}: not a Monday of the form YYYY-MM-DD")
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


def texts(chunk: Chunk, column: str, limit: int = TEXT_LIMIT) -> "pd.Series[str]":
    """Text without NUL bytes, cut to `limit` characters; empty is missing."""
    values = chunk.rows[column].str.replace("\0", "", regex=False).str.strip().str.slice(0, limit)
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
    found = _instants_of(text)
    chunk.reject(text.notna() & found.isna(), f"{column}: not an ISO 8601 time")
    future = found >= pd.Timestamp(today, tz="UTC") + pd.Timedelta(days=1)
    chunk.reject(future, f"{column}: in the future")
    return found.mask(future)


def _instants_of(text: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """NaT for what is not ISO 8601; the parser would take the words 'now' and 'today' as well."""
    import pandas as pd

    written = text.where(text.str.match(r"\d"))
    return pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce").astype("datetime64[us, UTC]")


def moments(
    chunk: Chunk, column: str, otherwise: "pd.Series[pd.Timestamp] | None" = None
) -> "pd.Series[pd.Timestamp]":
    """When events happened: ISO 8601, UTC where it names no offset; `otherwise`, where given, for empty
    cells. A row without a possible time cannot be loaded."""
    text = texts(chunk, column)
    found = _instants_of(text)
    bad = found.isna() if otherwise is None else found.isna() & text.notna()
    chunk.reject(bad, f"{column}: not an ISO 8601 time", whole_row=True)
    reject_early(chunk, found, column)
    return found if otherwise is None else found.where(text.notna(), otherwise)


def reject_early(chunk: Chunk, found: "pd.Series[pd.Timestamp]", column: str) -> None:
    """A clock that was never set begins in 1970 or 1980: such events cannot be loaded."""
    chunk.reject(found < EARLIEST_EVENT, f"{column}: before {EARLIEST_EVENT.year}", whole_row=True)


def named_offsets(chunk: Chunk, column: str) -> "pd.Series[int]":
    """Minutes from UTC that times name; missing where they name none, or 0, which machines write for UTC."""
    import pandas as pd

    parts = chunk.rows[column].str.strip().str.extract(OFFSET_FORM)
    hours, minutes = (pd.to_numeric(parts[part]).astype("Int64") for part in parts)
    sign = parts[0].str.startswith("-").map({True: -1, False: 1}).astype("Int64")
    found = hours * 60 + sign * minutes.fillna(0)
    return found.where((found != 0) & found.between(*OFFSETS))


def offsets(chunk: Chunk, column: str) -> "pd.Series[int]":
    """Whole minutes from UTC, east positive; anything else is set aside."""
    import pandas as pd

    text = texts(chunk, column)
    found = pd.to_numeric(text, errors="coerce").astype("Float64")
    found = found.where(found.between(*OFFSETS) & (found == found.round()))
    chunk.reject(text.notna() & found.isna(), f"{column}: not minutes from UTC")
    return found.astype("Int64")


def event_ids(chunk: Chunk, column: str) -> "pd.Series[str]":
    """Ids that the device gave, as uuid: a text of another form becomes its version 5 uuid (RFC 9562)."""
    return as_uuids(external_ids(chunk, column))


def as_uuids(names: "pd.Series[str]") -> "pd.Series[str]":
    """See event_ids."""
    text = names.fillna("")
    other = text[~text.str.fullmatch(UUID_FORM)]
    text[other.index] = [str(uuid.uuid5(EVENT_IDS, name)) for name in other]
    return text


def flags(chunk: Chunk, column: str) -> "pd.Series[bool]":
    """true, yes, t or 1 and their opposites in any case, missing where empty. A row with anything else
    cannot be loaded."""
    values = texts(chunk, column)
    known = values.str.lower().map(FLAGS).astype("boolean")
    chunk.reject(values.notna() & known.isna(), f"{column}: neither true nor false", whole_row=True)
    return known


def uuids(chunk: Chunk, column: str) -> "pd.Series[str]":
    """References to what has a uuid; anything else is set aside."""
    values = texts(chunk, column)
    known = values.str.fullmatch(UUID_FORM).fillna(False).astype(bool)
    chunk.reject(values.notna() & ~known, f"{column}: not a UUID")
    return values.where(known)


def shares(chunk: Chunk, column: str) -> "pd.Series[float]":
    """Numbers from 0 to 1; larger ones are set aside."""
    values = numbers(chunk, column)
    chunk.reject(values > 1, f"{column}: larger than 1")
    return values.where(values <= 1)


def choices(chunk: Chunk, column: str, known: tuple[str, ...], *, whole_row: bool = True) -> "pd.Series[str]":
    """One of the words known, in any case; missing where empty. Anything else is set aside, with its row unless
    the row does without it."""
    values = texts(chunk, column)
    found = values.str.lower().map({word.lower(): word for word in known})
    bad = values.notna() & found.isna()
    chunk.reject(bad, f"{column}: none of {', '.join(known)}", whole_row=whole_row)
    return found


def counts(chunk: Chunk, column: str) -> "pd.Series[int]":
    """Whole numbers from 0 up, rounded; what a four-byte integer cannot hold is set aside."""
    values = numbers(chunk, column).round()
    chunk.reject(values > LARGEST_INTEGER, f"{column}: too large")
    return values.mask(values > LARGEST_INTEGER).astype("Int64")


def age_band(age: float) -> str:
    """The decade of an age in years: '18-29' below 30, then '30-39' … '70-79', '80+'."""
    if age < 30:
        return "18-29"
    decade = int(age // 10) * 10
    return "80+" if decade >= 80 else f"{decade}-{decade + 9}"
