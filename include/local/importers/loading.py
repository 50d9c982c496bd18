"""The way every source takes into the warehouse: COPY into a temporary table, then one upsert a table."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from psycopg import sql

from include.core.db import Connection
from include.core.statements import statement
from include.local.importers.reading import RAW_LIMIT, Chunk, Rejected

if TYPE_CHECKING:
    import pandas as pd

# Per target: the statements that bring its temporary table into it, in order.
UPSERTS = {
    "users": ("insert_users", "update_users"),
    "daily_health": ("insert_users", "upsert_daily_health", "delete_empty_days"),
    "lab_results": ("insert_users", "upsert_lab_results"),
    "questions": ("upsert_questions",),
    "question_attempts": ("insert_users", "upsert_question_attempts"),
    "searches": ("insert_users", "upsert_searches"),
    "coaching_config": ("insert_users", "upsert_coaching_config"),
    "journal_entries": ("insert_users", "upsert_journal_entries"),
    "engagement_events": ("insert_users", "upsert_engagement_events"),
}
EVENT_TIMES = {
    "question_attempts": "answered_at",
    "searches": "searched_at",
    "journal_entries": "written_at",
    "engagement_events": "occurred_at",
}


class ImportReport(NamedTuple):
    """What an import did. A row of which only some values were rejected counts as loaded, too."""

    import_id: int
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    users: int
    ignored: tuple[str, ...] = ()  # 'file: column' that the data contract does not know
    rows_left_out: int = 0  # of another kind than is loaded; nothing is wrong with them


class Piece(NamedTuple):
    """Rows for one target table. `carried` names the columns that the file has: those are replaced,
    others keep what earlier imports brought. `chunk`, where given, is counted and its rejections kept.
    Questions come before the attempts at them; events carry nothing, as they are never replaced."""

    table: str
    carried: tuple[str, ...]
    frame: "pd.DataFrame"
    chunk: Chunk | None = None

    @classmethod
    def daily(cls, chunk: Chunk, frame: "pd.DataFrame") -> "Piece":
        """external_id, day and the metrics that the file carries."""
        carried = tuple(name for name in frame.columns if name not in ("external_id", "day"))
        return cls("daily_health", carried, chunk.kept(frame), chunk)


@dataclass
class _Counts:
    read: int = 0
    loaded: int = 0
    rejected: int = 0
    left_out: int = 0
    users: set[str] = field(default_factory=set)
    ignored: dict[str, None] = field(default_factory=dict)  # as an ordered set

    def report(self, import_id: int) -> ImportReport:
        return ImportReport(
            import_id,
            self.read,
            self.loaded,
            self.rejected,
            len(self.users),
            tuple(self.ignored),
            self.left_out,
        )


def open_import(connection: Connection, source: str, name: str) -> tuple[int, date]:
    """A new row of app.imports: its id, and the latest calendar day anywhere on earth."""
    row = connection.execute(
        statement("importers/open_import"), {"source": source, "file_name": name}
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def load_pieces(connection: Connection, import_id: int, pieces: Iterable[Piece]) -> ImportReport:
    """Load all pieces under one import. Nothing is committed."""
    counts = _Counts()
    staged: dict[str, tuple[str, ...]] = {}
    for table in UPSERTS:
        connection.execute(statement(f"importers/create_incoming_{table}"))
    for piece in (_admitted(connection, found) for found in pieces):
        if staged.get(piece.table, piece.carried) != piece.carried:
            _upsert(connection, piece.table, staged[piece.table], import_id)
        staged[piece.table] = piece.carried
        copy_frame(connection, f"incoming_{piece.table}", piece.frame)
        if "external_id" in piece.frame:
            counts.users.update(piece.frame["external_id"].unique())
        if piece.chunk is not None:
            _count(connection, piece.chunk, import_id, counts)
    for table in UPSERTS:
        if table in staged:
            _upsert(connection, table, staged[table], import_id)
        connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(f"incoming_{table}")))
    report = counts.report(import_id)
    connection.execute(statement("importers/close_import"), report._asdict())
    return report


def copy_frame(connection: Connection, table: str, frame: "pd.DataFrame") -> None:
    """COPY a data frame into the table's columns of the same names; missing values become NULL."""
    import pyarrow as pa
    from pyarrow import csv

    target = sql.Identifier(*table.split("."))
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    buffer = io.BytesIO()
    options = csv.WriteOptions(include_header=False)
    csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), buffer, options)
    copy_in = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(target, columns)
    with connection.cursor() as cursor, cursor.copy(copy_in) as copy:
        copy.write(buffer.getvalue())


def _admitted(connection: Connection, piece: Piece) -> Piece:
    """The piece without events that only the warehouse can tell to be impossible: later than now, or at a
    question that is not known. Once it is, the same file can be loaded again."""
    if piece.chunk is None or piece.table not in EVENT_TIMES:
        return piece
    frame, chunk, time = piece.frame, piece.chunk, EVENT_TIMES[piece.table]
    if "local_time" in frame:
        frame = _in_users_zones(connection, frame)
    row = connection.execute(statement("importers/select_latest_moment")).fetchone()
    assert row is not None
    chunk.reject_rows(frame.index[frame[time] > row[0]], f"{time}: in the future")
    if "question" in frame:
        named = {"questions": list(frame["question"].unique())}
        unknown = connection.execute(statement("importers/select_unknown_questions"), named).fetchall()
        without = frame["question"].isin([question for (question,) in unknown])
        chunk.reject_rows(
            frame.index[without], "question: not known; load it in questions, then this file again"
        )
    return piece._replace(frame=chunk.kept(frame))


def _in_users_zones(connection: Connection, frame: "pd.DataFrame") -> "pd.DataFrame":
    """`written_at` and `local_day` for `local_time` and `moment`, of which a row has at least one."""
    import pandas as pd

    columns = {
        "users": frame["external_id"].tolist(),
        "moments": _as_objects(frame["moment"]),
        "local_times": _as_objects(frame["local_time"]),
    }
    found = connection.execute(statement("importers/select_written_moments"), columns).fetchall()
    written = pd.DataFrame(found, columns=["written_at", "local_day"], index=frame.index, dtype="object")
    return frame.drop(columns=["moment", "local_time"]).assign(
        written_at=pd.to_datetime(written["written_at"], utc=True), local_day=written["local_day"]
    )


def _as_objects(times: "pd.Series[pd.Timestamp]") -> list[datetime | None]:
    return [
        None if missing else time
        for time, missing in zip(times.dt.to_pydatetime(), times.isna(), strict=True)
    ]


def _upsert(connection: Connection, table: str, carried: tuple[str, ...], import_id: int) -> None:
    incoming = sql.Identifier(f"incoming_{table}")
    for name in UPSERTS[table]:
        query = statement(f"importers/{name}").format(incoming=incoming)
        connection.execute(query, {"carried": list(carried), "import_id": import_id})
    connection.execute(sql.SQL("TRUNCATE {}").format(incoming))


def _count(connection: Connection, chunk: Chunk, import_id: int, counts: _Counts) -> None:
    counts.read += len(chunk.rows) + len(chunk.malformed)
    counts.loaded += len(chunk.rows) - len(chunk.dropped)
    counts.left_out += chunk.left_out
    counts.ignored |= dict.fromkeys(chunk.ignored)
    counts.rejected += len(chunk.malformed) + len({row.line for row in chunk.rejected})
    _keep_rejected(connection, import_id, [*chunk.malformed, *chunk.rejected])


def _keep_rejected(connection: Connection, import_id: int, rejected: list[Rejected]) -> None:
    """Rows set aside, without the NUL bytes that PostgreSQL's text cannot hold."""
    copy_in = "COPY app.rejected_rows (import_id, line_number, reason, raw_row) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy_in) as copy:
        for row in rejected:
            raw = row.raw.replace("\0", "")[:RAW_LIMIT]
            copy.write_row((import_id, row.line, row.reason.replace("\0", ""), raw))
