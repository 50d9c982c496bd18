"""Files into chunks of text rows, with the line of every row and of everything set aside.

CSV and JSON lines (plain or gzip) and Parquet come out alike: a data frame of strings, NULL where nothing
was written, indexed by line number (CSV: the header is line 1; the others: the first row is 1). A line
number counts records, so that a quoted line break does not shift it. Bytes that are not UTF-8 become
the replacement character.
"""

import codecs
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".jsonl", ".jsonl.gz")
BLOCK_BYTES = 16 << 20  # of text at a time; also the longest CSV record that can be read
BLOCK_ROWS = 200_000  # of Parquet at a time
RAW_LIMIT = 2_000  # characters kept of a rejected row


class BadImport(ValueError):
    """A file or folder that cannot be imported; the message names it and says what is needed."""


class Layout(NamedTuple):
    """One kind of file of a source: a name pattern without suffix, and the columns it must have."""

    pattern: str
    columns: tuple[str, ...]


class Rejected(NamedTuple):
    """One row, or one value of a row, that was not loaded."""

    line: int
    reason: str
    raw: str


@dataclass
class Chunk:
    """Some rows of one file as text. Cleaning sets rows and values aside into `rejected`."""

    file: str
    rows: "pd.DataFrame"
    malformed: list[Rejected] = field(default_factory=list)  # never became rows
    rejected: list[Rejected] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)
    left_out: int = 0  # rows of another kind
    ignored: list[str] = field(default_factory=list)  # columns that nothing reads

    def reject(self, bad: "pd.Series[bool]", reason: str, *, whole_row: bool = False) -> None:
        """Set aside the rows where `bad` holds; with `whole_row` nothing of them is loaded."""
        if bad.any():
            self._set_aside(self.rows[bad], reason, whole_row=whole_row)

    def reject_rows(self, lines: "pd.Index[int]", reason: str) -> None:
        """Set aside whole rows by their line numbers."""
        self._set_aside(self.rows.loc[lines], reason, whole_row=True)

    def leave_out(self, rows: "pd.Series[bool]") -> None:
        """Rows of another kind than is loaded: nothing is wrong with them."""
        self.left_out += int(rows.sum())
        self.dropped.update(map(int, self.rows.index[rows]))

    def _set_aside(self, found: "pd.DataFrame", reason: str, *, whole_row: bool) -> None:
        rows = found.fillna("")
        for line, row in zip(rows.index, rows.itertuples(index=False), strict=True):
            raw = ",".join(row)
            self.rejected.append(Rejected(int(line), f"{self.file}, {reason}", raw))
            if whole_row:
                self.dropped.add(int(line))

    def kept(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """`frame` (indexed as the rows) without the rows that were set aside whole or left out."""
        return frame.drop(index=list(self.dropped), errors="ignore") if self.dropped else frame


def stem(path: Path) -> str:
    """The file's name without one of `SUFFIXES`; empty for any other file."""
    name = path.name.lower()
    for suffix in SUFFIXES:
        if name.endswith(suffix) and not name.startswith("."):
            return path.name[: -len(suffix)]
    return ""


def find_files(path: Path, layout: Layout) -> list[Path]:
    """Files of this layout in a folder, or the file itself where its name matches."""
    candidates = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in candidates if fnmatch(stem(file).lower(), layout.pattern.lower())]


def columns_of(path: Path) -> list[str]:
    """The column names of a file."""
    import pyarrow.parquet as pq

    with Readable(path):
        if path.name.lower().endswith(".parquet"):
            return list(pq.read_schema(path).names)
        if _is_json(path):
            return list({name: None for _, row in _json_rows(path) if row for name in row})
        with _open_csv(path) as lines:
            return list(_csv_reader(lines, [], lambda _: "skip").schema.names)


def read_chunks(path: Path, layout: Layout) -> Iterator[Chunk]:
    """The rows of a file; BadImport names the file and the columns that are missing."""
    names = columns_of(path)
    missing = [column for column in layout.columns if column not in names]
    if missing:
        raise BadImport(
            f"{path.name}: missing columns {', '.join(missing)}. "
            f"Needed: {', '.join(layout.columns)}; found: {', '.join(names)}."
        )
    duplicates = sorted({name for name in names if names.count(name) > 1})
    if duplicates:
        raise BadImport(
            f"{path.name}: columns {', '.join(duplicates)} appear more than once; keep one of each."
        )
    with Readable(path):
        parquet = path.name.lower().endswith(".parquet")
        chunks = _parquet_chunks if parquet else _json_chunks if _is_json(path) else _csv_chunks
        yield from chunks(path, names)


class Readable:
    """Turns what the decoders raise into a BadImport that names the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        if not self.path.is_file():
            raise BadImport(f"{self.path.name}: no such file.")

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        import pyarrow as pa

        if isinstance(error, (OSError, EOFError, zlib.error, pa.ArrowException)):
            raise BadImport(
                f"{self.path.name}: cannot be read ({type(error).__name__}). "
                "Expected CSV with a header line, JSON lines, gzip of either (.gz), or Parquet."
            ) from error


@contextmanager
def _open_csv(path: Path) -> Iterator[Any]:
    """Bytes of the file as clean UTF-8, without a byte-order mark."""
    with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as plain:
        yield codecs.EncodedFile(plain, "utf-8", "utf-8-sig", "replace")


def _csv_reader(lines: Any, names: list[str], invalid: Callable[[Any], str]) -> Any:
    import pyarrow as pa
    from pyarrow import csv

    return csv.open_csv(
        lines,
        csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),  # threads lose the row numbers
        csv.ParseOptions(invalid_row_handler=invalid, newlines_in_values=True, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
        ),
    )


def _csv_chunks(path: Path, names: list[str]) -> Iterator[Chunk]:
    import numpy as np
    import pandas as pd

    invalid: list[Rejected] = []

    def set_aside(row: Any) -> str:
        reason = f"{path.name}, {row.actual_columns} fields instead of {row.expected_columns}"
        invalid.append(Rejected(row.number, reason, row.text))
        return "skip"

    line = 2
    with _open_csv(path) as lines:
        for batch in _csv_reader(lines, names, set_aside):
            # The parser reads ahead: a malformed row may belong to a later batch.
            candidates = np.arange(line, line + batch.num_rows + len(invalid))
            numbers = np.setdiff1d(candidates, [row.line for row in invalid])[: batch.num_rows]
            line = int(numbers[-1]) + 1 if len(numbers) else line
            yield _chunk(path, batch, numbers)
    yield Chunk(path.name, pd.DataFrame(columns=names, dtype="str"), malformed=invalid)


def _parquet_chunks(path: Path, names: list[str]) -> Iterator[Chunk]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    line = 1
    with pq.ParquetFile(path) as file:
        texts = pa.schema([(name, pa.string()) for name in names])
        for batch in file.iter_batches(BLOCK_ROWS):
            yield _chunk(path, batch.cast(texts), np.arange(line, line + batch.num_rows))
            line += batch.num_rows


def _is_json(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(".jsonl")


def _json_rows(path: Path) -> Iterator[tuple[str, dict[str, str | None] | None]]:
    """Each line with its values as text; None where it is no JSON object."""
    opened = gzip.open if path.name.lower().endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", errors="replace", newline="\n") as lines:
        for line in lines:
            try:
                values = json.loads(line) if line.strip() else {}
            except (ValueError, RecursionError):
                values = None
            yield line, _as_texts(values) if isinstance(values, dict) else None


def _as_texts(values: dict[str, Any]) -> dict[str, str | None]:
    """Half of a surrogate pair, which JSON can write and UTF-8 cannot, becomes a question mark."""
    texts = {
        name: None if value is None else value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }
    return {
        name.encode("utf-8", "replace").decode(): value and value.encode("utf-8", "replace").decode()
        for name, value in texts.items()
    }


def _json_chunks(path: Path, names: list[str]) -> Iterator[Chunk]:
    import pandas as pd

    rows: dict[int, dict[str, str | None]] = {}
    malformed: list[Rejected] = []
    size = 0

    def gathered() -> Chunk:
        frame = pd.DataFrame(
            list(rows.values()), index=pd.Index(rows, dtype="int64"), columns=names, dtype="str"
        )
        return Chunk(path.name, frame.dropna(how="all"), malformed=malformed)

    for number, (line, row) in enumerate(_json_rows(path), start=1):
        if row is None:
            malformed.append(Rejected(number, f"{path.name}, not a JSON object", line[:RAW_LIMIT]))
        else:
            rows[number] = row
        size += len(line)
        if size > BLOCK_BYTES:
            yield gathered()
            rows, malformed, size = {}, [], 0
    yield gathered()


def _chunk(path: Path, batch: "pa.RecordBatch", lines: Any) -> Chunk:
    import pandas as pd

    rows = batch.to_pandas()
    rows.index = pd.Index(lines, dtype="int64")
    return Chunk(path.name, rows.dropna(how="all"))  # blank lines are not rows
