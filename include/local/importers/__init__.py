"""Real exports into the tables of app: users, daily_health, lab_results, questions, question_attempts, searches,
coaching_config, journal_entries, engagement_events.

One module a source: its file layouts (`LAYOUTS`) and how their rows become ours (`pieces`). Reading,
cleaning and loading are shared.
"""

from datetime import date
from pathlib import Path

from include.core.db import Connection
from include.local.importers import csv_contract, diary, fitabase, glucose, labs, lifesnaps, lkt
from include.local.importers.loading import ImportReport, load_pieces, open_import
from include.local.importers.reading import SUFFIXES, BadImport, find_files

__all__ = ["SOURCES", "BadImport", "ImportReport", "detect", "load"]

SOURCES = {
    "fitabase": fitabase,
    "lifesnaps": lifesnaps,
    "labs": labs,
    "glucose": glucose,
    "csv": csv_contract,
    "lkt": lkt,
    "diary": diary,
}


def load(connection: Connection, source: str, path: Path, *, to: date | None = None) -> ImportReport:
    """Import a folder or a file. Loading the same twice changes nothing but the import record.
    `to`: the day on which a diary, of whenever it is, shall end.

    Raises BadImport where the source is unknown, nothing of its form is there, a file cannot be
    read or lacks a column. Malformed rows do not stop it: they are in app.rejected_rows.
    """
    if source not in SOURCES:
        raise BadImport(f"{source!r} is not a source; choose one of {', '.join(SOURCES)}.")
    if not _files(source, path):
        raise BadImport(f"{path.name}: no file of {source} there. {_looked_for(source)}")
    if to and source != "diary":
        raise BadImport(f"{path.name}: only a diary's days are moved; leave out the day for {source}.")
    import_id, today = open_import(connection, source, path.name)
    pieces = diary.pieces(path, today, to) if source == "diary" else SOURCES[source].pieces(path, today)
    return load_pieces(connection, import_id, pieces)


def detect(path: Path) -> str:
    """Which source a folder or file is, by the names of its files."""
    if not path.exists():
        raise BadImport(f"{path}: no such file or folder.")
    found = [source for source in SOURCES if _files(source, path)]
    if len(found) > 1:
        raise BadImport(
            f"{path.name}: holds files of {' and '.join(found)}; load them one by one, naming the source."
        )
    if not found:
        raise BadImport(f"{path.name}: no export known. " + " ".join(map(_looked_for, SOURCES)))
    return found[0]


def _files(source: str, path: Path) -> list[Path]:
    if not path.exists():
        raise BadImport(f"{path}: no such file or folder.")
    return [file for layout in SOURCES[source].LAYOUTS for file in find_files(path, layout)]


def _looked_for(source: str) -> str:
    patterns = ", ".join(layout.pattern for layout in SOURCES[source].LAYOUTS)
    return f"For {source}, looked for {patterns} as {', '.join(SUFFIXES)}."
