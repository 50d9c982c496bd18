"""PostgreSQL: connections and COPY. Functions take a connection and never commit it."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

Connection = psycopg.Connection[TupleRow]


@contextmanager
def connect(
    url: str, *, application: str = "almanac", timeout_s: int = 0, autocommit: bool = False
) -> Iterator[Connection]:
    """One transaction, unless `autocommit`: commits on the way out, rolls back on an error.

    `timeout_s` bounds each statement on the server (0 = no bound).
    """
    # In UTC, since a date compared with a moment means its midnight in the session's time zone.
    ours = f"-c statement_timeout={timeout_s * 1000} -c jit=off -c timezone=UTC"
    options = f"{conninfo_to_dict(url).get('options') or ''} {ours}"  # of two values the later counts
    with psycopg.connect(
        url, application_name=application, options=options, autocommit=autocommit
    ) as connection:
        yield connection


def escape_copy(text: bytes) -> bytes:
    """JSON or a whole line in PostgreSQL's COPY text format: its backslashes doubled.

    JSON has neither raw tabs nor raw newlines; a line's free text goes through `one_line` before.
    """
    return text.replace(b"\\", b"\\\\")


def one_line(text: str) -> str:
    """Free text without the characters that end a field or a line of COPY's text format."""
    return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")


def copy_field(text: str) -> str:
    """Free text as one field in COPY's text format: on one line, its backslashes kept."""
    return one_line(text).replace("\\", "\\\\")


def copy_rows(
    connection: Connection, table: str, columns: Iterable[str], rows: Iterable[Sequence[Any]]
) -> None:
    """COPY rows of values into `schema.table`."""
    with connection.cursor() as cursor, cursor.copy(_copy_into(table, columns)) as copy:
        for row in rows:
            copy.write_row(row)


def copy_text(connection: Connection, table: str, columns: Iterable[str], rows: Iterable[bytes]) -> None:
    """COPY ready lines (text format, each with its newline) into `schema.table`."""
    with connection.cursor() as cursor, cursor.copy(_copy_into(table, columns)) as copy:
        for row in rows:
            copy.write(row)


def _copy_into(table: str, columns: Iterable[str]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(*table.split(".")), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
