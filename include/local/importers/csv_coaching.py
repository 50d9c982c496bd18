"""The part of docs/data-contract.md that is about coaching: coaching, journal and engagement files."""

import uuid
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from include.coaching.models import Frequency, Preference
from include.local.importers import cleaning
from include.local.importers.csv_learning import events
from include.local.importers.loading import Piece
from include.local.importers.reading import Chunk, Layout

if TYPE_CHECKING:
    import pandas as pd

SETTINGS = Layout("coaching", ("external_id",))
JOURNAL = Layout("journal", ("external_id", "written_at", "text"))
ENGAGEMENT = Layout("engagement", ("external_id", "event_id", "component", "action", "occurred_at"))
LAYOUTS = (SETTINGS, JOURNAL, ENGAGEMENT)
OPTIONAL = {
    SETTINGS: ("enable_coaching_messages", "frequency", "time_preference"),
    JOURNAL: ("entry_id",),
    ENGAGEMENT: (
        "insight_key",
        "coaching_message_id",
        "engagement_time",
        "scroll_depth",
        "brief_week",
        "user_segment",
        "received_at",
    ),
}
ACTIONS = ("view", "dismiss", "expand", "action_taken")
SEGMENTS = ("power", "regular", "new")
NAMED = r"(?i)(?:Z|:\d{2}(?:[.,:]\d+)*\s*[+-]\d{2}(?::?\d{2})?)$"  # a time that says where it was, or that it is UTC


def _settings(chunk: Chunk, _: date) -> Piece:
    import pandas as pd

    frame = pd.DataFrame({"external_id": cleaning.external_ids(chunk, "external_id")})
    if "enable_coaching_messages" in chunk.rows:
        frame["enable_coaching_messages"] = cleaning.flags(chunk, "enable_coaching_messages")
    for name, known in (("frequency", get_args(Frequency)), ("time_preference", get_args(Preference))):
        if name in chunk.rows:
            frame[name] = cleaning.choices(chunk, name, known)
    return Piece("coaching_config", (), chunk.kept(frame), chunk)


def _journal(chunk: Chunk, _: date) -> Piece:
    """A time without an offset is of the user's own clock."""
    import pandas as pd

    body = cleaning.texts(chunk, "text", cleaning.JOURNAL_LIMIT)
    chunk.reject(body.isna(), "text: missing", whole_row=True)
    moment = cleaning.moments(chunk, "written_at")
    offset = cleaning.named_offsets(chunk, "written_at")
    named = chunk.rows["written_at"].str.strip().str.contains(NAMED, regex=True, na=False)
    local = moment.dt.tz_localize(None) + pd.to_timedelta(offset.fillna(0).astype("int64"), unit="min")
    external_id = cleaning.external_ids(chunk, "external_id")
    frame = pd.DataFrame(
        {
            "external_id": external_id,
            "entry_id": _entry_ids(chunk, external_id, body),
            "moment": moment.where(named),
            "local_time": local.where(~named | offset.notna()),
            "body": body,
        }
    )
    return Piece("journal_entries", (), chunk.kept(frame), chunk)


def _entry_ids(chunk: Chunk, external_id: "pd.Series[str]", body: "pd.Series[str]") -> "pd.Series[str]":
    """The app's, or one that follows from who wrote what and when."""
    import pandas as pd

    known = pd.Series(pd.NA, chunk.rows.index, dtype="str")
    if "entry_id" in chunk.rows:
        known = chunk.rows["entry_id"].str.strip().str.replace("\0", "", regex=False)
        known = known.mask(known == "")
    missing = known.isna()
    parts = zip(
        external_id[missing].fillna(""),
        chunk.rows["written_at"][missing].fillna("").str.strip(),
        body[missing].fillna(""),
        strict=True,
    )
    known[missing] = [str(uuid.uuid5(cleaning.EVENT_IDS, "\0".join(part))) for part in parts]
    return cleaning.as_uuids(known)


def _engagement(chunk: Chunk, _: date) -> Piece:
    frame = events(chunk, "occurred_at").assign(
        component=cleaning.texts(chunk, "component"), action=cleaning.choices(chunk, "action", ACTIONS)
    )
    untold = frame["component"].isna() | cleaning.texts(chunk, "action").isna()
    chunk.reject(untold, "component or action: missing", whole_row=True)
    readers: dict[str, Callable[[Chunk, str], Any]] = {
        "insight_key": cleaning.texts,
        "coaching_message_id": cleaning.uuids,
        "engagement_time": cleaning.numbers,
        "scroll_depth": cleaning.shares,
        "brief_week": cleaning.weeks,
        "user_segment": partial(cleaning.choices, known=SEGMENTS, whole_row=False),
    }
    for name, read in readers.items():
        if name in chunk.rows:
            frame[name] = read(chunk, name)
    return Piece("engagement_events", (), chunk.kept(frame), chunk)


READERS = {SETTINGS: _settings, JOURNAL: _journal, ENGAGEMENT: _engagement}
