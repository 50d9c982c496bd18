"""Learners' answers to fill-in questions in statistics: the sample of the R package LKT (Pavlik & Eglington),
an export in the form of PSLC DataShop. One row a step of a learner.

- Rows of a question being shown for study (Outcome STUDY, a HINT_REQUEST) are nobody's attempt: left out.
- A row that ran out of time (Input '[timeout]', or condition 'timeout') is a skip, whatever its Outcome.
- `Time` is when the question was shown: US Central local time in whole seconds, without a zone.
  `CF..Response.Time.` is when it was answered by the learner's own clock, in ms since 1970, so that it needs
  no zone. In all but 21 attempts the second is the first plus the time taken (`CF..End.Latency.`). In those
  the page lay open, for up to a month, and the learner's next question was shown seconds after the answer
  (19 of 21; two ended there): the clock is right, the answer came late. So it is trusted where it lies
  between this question and the learner's next; else the answer was given when the question was shown plus
  the time taken.
- On 2015-11-01 01:00 to 02:00 came twice: of the two, the later that the learner's clock allows is meant.
- A KC..Cluster. is a concept behind a number; one concept has several numbers, so that they are cut off.
- The learners sat in one place: their time zone is that of the export. Events count as received when answered.
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

STEPS = Layout(
    "attempts*",
    (
        "Transaction.Id",
        "Anon.Student.Id",
        "Time",
        "Student.Response.Type",
        "Problem.Name",
        "Outcome",
        "Input",
        "Condition.Name",
        "KC..Cluster.",
        "CF..End.Latency.",
        "CF..Response.Time.",
    ),
)
LAYOUTS = (STEPS,)
ZONE = "America/Chicago"
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")
ROUNDING = timedelta(seconds=1)  # of `Time`


def pieces(path: Path, _: date) -> Iterator[Piece]:
    """Learners, questions, then the attempts, per chunk of the file."""
    for file in find_files(path, STEPS):
        for chunk in read_chunks(file, STEPS):
            attempts = _attempts(chunk)
            yield Piece("users", ("time_zone",), _learners(chunk, attempts))
            yield Piece("questions", ("prompt", "first_answer"), _questions(chunk, attempts))
            yield Piece("question_attempts", (), chunk.kept(attempts), chunk)


def _attempts(chunk: Chunk) -> "pd.DataFrame":
    import pandas as pd

    rows = chunk.rows
    chunk.leave_out((rows["Outcome"] == "STUDY") | (rows["Student.Response.Type"] == "HINT_REQUEST"))
    skipped = (rows["Input"] == "[timeout]") | (rows["Condition.Name"] == "timeout")
    marked = rows["Outcome"].isin(["CORRECT", "INCORRECT", "STUDY"])
    chunk.reject(~marked & ~skipped, "Outcome: neither CORRECT nor INCORRECT", whole_row=True)
    learner = cleaning.external_ids(chunk, "Anon.Student.Id")
    taken = _latency(chunk)
    answered = _answered(chunk, learner, taken)
    return pd.DataFrame(
        {
            "external_id": learner,
            "event_id": cleaning.event_ids(chunk, "Transaction.Id"),
            "question": cleaning.external_ids(chunk, "Problem.Name", limit=cleaning.LONG_TEXT_LIMIT),
            "answered_at": answered,
            "received_at": answered,
            "utc_offset": _utc_offset(answered),
            "correct": (rows["Outcome"] == "CORRECT") & ~skipped,
            "skipped": skipped,
            "response_ms": taken,
        }
    )


def _latency(chunk: Chunk) -> "pd.Series[int]":
    """Milliseconds from question to answer; -1 stands for none."""
    import pandas as pd

    found = pd.to_numeric(chunk.rows["CF..End.Latency."], errors="coerce").round()
    return found.where(found.between(0, cleaning.LARGEST_INTEGER)).astype("Int64")


def _answered(chunk: Chunk, learner: "pd.Series[str]", taken: "pd.Series[int]") -> "pd.Series[pd.Timestamp]":
    """UTC; see the module's text for which clock is trusted."""
    import pandas as pd

    milliseconds = pd.to_numeric(chunk.rows["CF..Response.Time."], errors="coerce")
    client = pd.to_datetime(milliseconds, unit="ms", utc=True, errors="coerce").astype("datetime64[us, UTC]")
    shown = _shown(chunk, client)
    in_order = pd.DataFrame({"learner": learner, "shown": shown}).sort_values("shown", kind="stable")
    following = in_order.groupby("learner")["shown"].shift(-1).reindex(shown.index)
    trusted = (client >= shown - ROUNDING) & ~(client > following + ROUNDING)
    answered = client.where(trusted, shown + pd.to_timedelta(taken.fillna(0), unit="ms"))
    cleaning.reject_early(chunk, answered, "Time")
    return answered


def _shown(chunk: Chunk, client: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    local = cleaning.instants(chunk, "Time", FORMATS)
    chunk.reject(local.isna(), "Time: not a time of the form YYYY-MM-DD HH:MM:SS", whole_row=True)
    first, second = (
        local.dt.tz_localize(ZONE, ambiguous=summer, nonexistent="shift_forward").dt.tz_convert("UTC")
        for summer in (True, False)
    )
    return second.where(client >= second - ROUNDING, first)


def _utc_offset(moments: "pd.Series[pd.Timestamp]") -> "pd.Series[int]":
    local = moments.dt.tz_convert(ZONE).dt.tz_localize(None)
    return ((local - moments.dt.tz_localize(None)).dt.total_seconds() // 60).astype("Int64")


def _learners(chunk: Chunk, attempts: "pd.DataFrame") -> "pd.DataFrame":
    known = chunk.kept(attempts)[["external_id"]].drop_duplicates()
    return known.assign(time_zone=ZONE)


def _questions(chunk: Chunk, attempts: "pd.DataFrame") -> "pd.DataFrame":
    """One row a question, with its first answer."""
    cluster = cleaning.texts(chunk, "KC..Cluster.", cleaning.LONG_TEXT_LIMIT)
    concept = cluster.str.replace(r"^\d+\s+", "", regex=True).fillna("none")
    kept = chunk.kept(attempts.assign(concept=concept)).sort_values("answered_at", kind="stable")
    questions = kept.groupby("question", sort=False, as_index=False).agg(
        concept=("concept", "first"), first_answer=("answered_at", "min")
    )
    return questions.assign(prompt=questions["question"])
