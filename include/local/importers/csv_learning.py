"""The part of docs/data-contract.md that is about learning: questions, question_attempts and searches files."""

from datetime import date
from typing import TYPE_CHECKING

from include.local.importers import cleaning
from include.local.importers.loading import Piece
from include.local.importers.reading import Chunk, Layout

if TYPE_CHECKING:
    import pandas as pd

QUESTIONS = Layout("questions", ("question", "concept"))
ATTEMPTS = Layout("question_attempts", ("external_id", "event_id", "question", "answered_at", "correct"))
SEARCHES = Layout("searches", ("external_id", "event_id", "query", "results", "searched_at"))
LAYOUTS = (QUESTIONS, ATTEMPTS, SEARCHES)
OPTIONAL = {
    QUESTIONS: ("prompt", "created_at"),
    ATTEMPTS: ("skipped", "response_ms", "utc_offset", "received_at"),
    SEARCHES: ("received_at",),
}


def _questions(chunk: Chunk, today: date) -> Piece:
    import pandas as pd

    carried = tuple(name for name in OPTIONAL[QUESTIONS] if name in chunk.rows)
    frame = pd.DataFrame(
        {
            "question": cleaning.external_ids(chunk, "question"),
            "concept": cleaning.texts(chunk, "concept"),
        }
    )
    chunk.reject(frame["concept"].isna(), "concept: missing", whole_row=True)
    if "prompt" in carried:
        frame["prompt"] = cleaning.texts(chunk, "prompt", cleaning.LONG_TEXT_LIMIT)
    if "created_at" in carried:
        frame["created_at"] = cleaning.timestamps(chunk, "created_at", today)
    return Piece("questions", carried, chunk.kept(frame), chunk)


def _attempts(chunk: Chunk, _: date) -> Piece:
    """A skip is never correct, whatever the row says of it."""
    correct, skipped = cleaning.flags(chunk, "correct"), _skips(chunk)
    untold = cleaning.texts(chunk, "correct").isna() & ~skipped
    chunk.reject(untold, "correct: missing", whole_row=True)
    frame = events(chunk, "answered_at").assign(
        question=cleaning.external_ids(chunk, "question"),
        utc_offset=_offsets(chunk),
        correct=correct.fillna(False) & ~skipped,
        skipped=skipped,
        response_ms=cleaning.counts(chunk, "response_ms") if "response_ms" in chunk.rows else None,
    )
    return Piece("question_attempts", (), chunk.kept(frame), chunk)


def _searches(chunk: Chunk, _: date) -> Piece:
    frame = events(chunk, "searched_at").assign(
        query=cleaning.texts(chunk, "query"), results=cleaning.counts(chunk, "results")
    )
    missing = frame[["query", "results"]].isna().any(axis=1)
    chunk.reject(missing, "query or results: missing", whole_row=True)
    return Piece("searches", (), chunk.kept(frame), chunk)


READERS = {QUESTIONS: _questions, ATTEMPTS: _attempts, SEARCHES: _searches}


def events(chunk: Chunk, time: str) -> "pd.DataFrame":
    """external_id, event_id, the event's time, and received_at: the same time where nothing is told."""
    import pandas as pd

    happened = cleaning.moments(chunk, time)
    received = happened
    if "received_at" in chunk.rows:
        received = cleaning.moments(chunk, "received_at", happened)
        chunk.reject(
            happened > received + cleaning.FAST_CLOCK, f"{time}: later than received_at", whole_row=True
        )
    return pd.DataFrame(
        {
            "external_id": cleaning.external_ids(chunk, "external_id"),
            "event_id": cleaning.event_ids(chunk, "event_id"),
            time: happened,
            "received_at": received,
        }
    )


def _skips(chunk: Chunk) -> "pd.Series[bool]":
    import pandas as pd

    if "skipped" not in chunk.rows:
        return pd.Series(False, chunk.rows.index)
    return cleaning.flags(chunk, "skipped").fillna(False)


def _offsets(chunk: Chunk) -> "pd.Series[int]":
    """The device's own, else the one that its time names; missing where neither is told."""
    named = cleaning.named_offsets(chunk, "answered_at")
    if "utc_offset" not in chunk.rows:
        return named
    return cleaning.offsets(chunk, "utc_offset").fillna(named)
