"""Anyone's own coaching settings, journals and engagement: the contract, and what happens to rows that break it."""

import gzip
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.core.db import Connection
from include.local import importers
from include.local.importers import BadImport, ImportReport
from include.local.importers.cleaning import EVENT_IDS

JOURNAL = "external_id,entry_id,written_at,text"
EVENTS = "external_id,event_id,component,action,occurred_at"
ENTRY = uuid.UUID("0b9f3f1e-5d2c-4a7b-8c3d-2e1f0a9b8c7d")


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


def load(connection: Connection, folder: Path, **files: str) -> ImportReport:
    """The folder with these files, and no others."""
    for old in folder.glob("*"):
        old.unlink()
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    return importers.load(connection, "csv", folder)


def load_lines(connection: Connection, folder: Path, *rows: object) -> ImportReport:
    """A journal of JSON lines; text is written as it is."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path = folder / "journal.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return importers.load(connection, "csv", path)


def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


def entries(connection: Connection, columns: str = "body") -> list[tuple[object, ...]]:
    return rows(
        connection,
        f"SELECT external_id, {columns} FROM app.journal_entries JOIN app.users USING (user_id)"
        " ORDER BY external_id, written_at, body",
    )


def reasons(connection: Connection) -> list[tuple[int, str]]:
    found = connection.execute("SELECT line_number, reason FROM app.rejected_rows ORDER BY 1, 2").fetchall()
    return [(line, reason.partition(", ")[2]) for line, reason in found]


def config(connection: Connection) -> list[tuple[object, ...]]:
    return rows(
        connection,
        "SELECT external_id, enable_coaching_messages, frequency, time_preference FROM app.coaching_config"
        " JOIN app.users USING (user_id) ORDER BY 1",
    )


# ------------------------------------------------------------------ settings


def test_settings_load_and_the_unknown_is_rejected_with_what_is_known(
    connection: Connection, tmp_path: Path
) -> None:
    lines = [
        "external_id,enable_coaching_messages,frequency,time_preference",
        "ann,true,daily,morning",
        "bob,no,ONCEAWEEK,Evening",
        "cem,,,",
        "dee,true,hourly,morning",
        "eve,true,daily,night",
        "fay,maybe,daily,morning",
    ]
    report = load(connection, tmp_path, coaching="\n".join(lines))
    assert config(connection) == [
        ("ann", True, "daily", "morning"),
        ("bob", False, "onceAWeek", "evening"),
        ("cem", True, "daily", "morning"),
    ]
    assert reasons(connection) == [
        (5, "frequency: none of daily, multipleTimesPerWeek, onceAWeek"),
        (6, "time_preference: none of morning, afternoon, evening"),
        (7, "enable_coaching_messages: neither true nor false"),
    ]
    assert report[1:4] == (6, 3, 3)


def test_users_alone_are_enough_and_have_the_defaults(connection: Connection, tmp_path: Path) -> None:
    load(connection, tmp_path, coaching="external_id\nann\n")
    assert config(connection) == [("ann", True, "daily", "morning")]


def test_only_a_change_is_planned_anew(connection: Connection, tmp_path: Path) -> None:
    files = "external_id,frequency\nann,daily\nbob,daily\n"
    load(connection, tmp_path, coaching=files)
    connection.execute("UPDATE warehouse.coaching_schedule SET next_due_at = '2026-01-01'")
    planned = (
        "SELECT external_id FROM warehouse.coaching_schedule JOIN app.users USING (user_id)"
        " WHERE next_due_at IS NOT NULL ORDER BY 1"
    )
    load(connection, tmp_path, coaching=files)
    assert rows(connection, planned) == [("ann",), ("bob",)]
    load(connection, tmp_path, coaching=files.replace("ann,daily", "ann,onceAWeek"))
    assert rows(connection, planned) == [("bob",)]


def test_an_opt_out_holds_until_somebody_says_otherwise(connection: Connection, tmp_path: Path) -> None:
    header = "external_id,enable_coaching_messages,frequency\n"
    load(connection, tmp_path, coaching=f"{header}ann,false,daily\n")
    load(connection, tmp_path, coaching=f"{header}ann,,onceAWeek\n")
    load(connection, tmp_path, coaching="external_id,time_preference\nann,evening\n")
    assert config(connection) == [("ann", False, "onceAWeek", "evening")]
    assert rows(connection, "SELECT enabled FROM warehouse.coaching_schedule") == [(False,)]
    load(connection, tmp_path, coaching=f"{header}ann,true,\nann,false,\nann,true,\n")
    assert config(connection) == [("ann", True, "onceAWeek", "evening")]


# ------------------------------------------------------------------ journals


def test_a_time_with_an_offset_is_of_that_clock_and_one_without_of_the_users(
    connection: Connection, tmp_path: Path
) -> None:
    lines = [
        JOURNAL,
        "ann,1,2024-07-01T23:30:00,local",
        "ann,2,2024-07-02T22:30:00Z,utc",
        "ann,3,2024-07-03T23:30:00-05:00,elsewhere",
        "ann,4,2024-03-31T02:30:00,in the gap",
        "ann,5,2024-07-05,a day",
        "ann,8,2024-10-27T02:30:00,when clocks strike two again",
        "bob,6,2024-07-01 23:30,of nobody's zone",
        "cem,7,2024-07-01T23:30:00+00:00,written by a machine",
    ]
    users = "external_id,time_zone\nann,Europe/Berlin\ncem,Asia/Kathmandu\n"
    connection.execute("INSERT INTO app.users (external_id, time_zone) VALUES ('bob', 'Mars/Olympus')")
    load(connection, tmp_path, users=users, journal="\n".join(lines))
    found = entries(connection, "body, (written_at AT TIME ZONE 'UTC')::text, local_day::text")
    assert [row[1:] for row in found] == [
        ("in the gap", "2024-03-31 01:30:00", "2024-03-31"),
        ("local", "2024-07-01 21:30:00", "2024-07-01"),
        ("utc", "2024-07-02 22:30:00", "2024-07-03"),
        ("elsewhere", "2024-07-04 04:30:00", "2024-07-03"),
        ("a day", "2024-07-04 22:00:00", "2024-07-05"),
        ("when clocks strike two again", "2024-10-27 01:30:00", "2024-10-27"),
        ("of nobody's zone", "2024-07-01 23:30:00", "2024-07-01"),
        ("written by a machine", "2024-07-01 23:30:00", "2024-07-02"),
    ]
    assert reasons(connection) == []


def test_impossible_entries_are_rejected_with_the_reason(connection: Connection, tmp_path: Path) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    lines = [
        JOURNAL,
        "ann,1,2999-01-01T10:00:00Z,from the future",
        f"ann,2,{soon:%Y-%m-%dT%H:%M:%S},from the near future of a local clock",
        f"ann,3,{soon.isoformat()},from the near future",
        "ann,4,1999-12-31T10:00:00Z,from a clock that was never set",
        "ann,5,yesterday,when?",
        "ann,6,,when?",
        "ann,7,2024-03-01T10:00:00Z,",
        'ann,8,2024-03-01T10:00:00Z,"  \n "',
        ",9,2024-03-01T10:00:00Z,who?",
        "ann,10,2024-03-01T10:00:00Z,good",
    ]
    report = load(connection, tmp_path, journal="\n".join(lines))
    assert reasons(connection) == [
        (2, "written_at: in the future"),
        (3, "written_at: in the future"),
        (4, "written_at: in the future"),
        (5, "written_at: before 2000"),
        (6, "written_at: not an ISO 8601 time"),
        (7, "written_at: not an ISO 8601 time"),
        (8, "text: missing"),
        (9, "text: missing"),
        (10, "external_id: missing"),
    ]
    assert entries(connection) == [("ann", "good")]
    assert report[1:4] == (10, 1, 9)


def test_an_hour_ahead_in_london_is_past_in_tokyo(connection: Connection, tmp_path: Path) -> None:
    """A local time without an offset is in the future or not by its writer's clock."""
    soon = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}"
    users = "external_id,time_zone\nann,Europe/Lisbon\nbob,Asia/Tokyo\n"
    load(connection, tmp_path, users=users, journal=f"{JOURNAL}\nbob,1,{soon},here\nbob,2,{soon}Z,there\n")
    assert entries(connection) == [("bob", "here")]


def test_an_entry_counts_once_and_an_edited_one_as_it_is_now(connection: Connection, tmp_path: Path) -> None:
    lines = [
        JOURNAL,
        f"ann,{ENTRY},2024-03-01T10:00:00Z,first",
        f"ann,{ENTRY.hex},2024-03-01T10:00:00Z,second",
    ]
    lines += ["bob,x,2024-03-01T10:00:00Z,of bob"]
    load(connection, tmp_path, journal="\n".join(lines))
    before = entries(connection, "entry_id, body, journal_entries.ctid::text, stored_at, import_id")
    assert [row[:3] for row in before] == [
        ("ann", ENTRY, "second"),
        ("bob", uuid.uuid5(EVENT_IDS, "x"), "of bob"),
    ]
    load(connection, tmp_path, journal="\n".join(lines))
    assert entries(connection, "entry_id, body, journal_entries.ctid::text, stored_at, import_id") == before
    load(connection, tmp_path, journal=f"{JOURNAL}\nann,{ENTRY},2024-03-01T10:00:00Z,third\n")
    assert entries(connection) == [("ann", "third"), ("bob", "of bob")]


def test_without_an_id_the_same_words_at_the_same_time_are_one_entry(
    connection: Connection, tmp_path: Path
) -> None:
    header = "external_id,written_at,text\n"
    one, other = "ann,2024-03-01T10:00:00Z,one\n", "ann,2024-03-01T10:00:00Z,other\n"
    load(connection, tmp_path, journal=header + one + other + one + one.replace("ann", "bob"))
    load(connection, tmp_path, journal=header + other)
    load(connection, tmp_path, journal=f"{JOURNAL}\nann,,2024-03-01T10:00:00Z,one\n")
    assert entries(connection) == [("ann", "one"), ("ann", "other"), ("bob", "one")]


def test_what_coaching_wrote_is_never_overwritten(connection: Connection, tmp_path: Path) -> None:
    connection.execute("INSERT INTO app.users (external_id) VALUES ('ann')")
    connection.execute(
        "INSERT INTO app.journal_entries (user_id, entry_id, written_at, local_day, source, body, coaching_message_id)"
        " SELECT user_id, %s, '2024-03-01', '2024-03-01', 'coaching', 'ours', gen_random_uuid() FROM app.users",
        (ENTRY,),
    )
    load(connection, tmp_path, journal=f"{JOURNAL}\nann,{ENTRY},2024-03-01T10:00:00Z,theirs\n")
    assert entries(connection, "source, body") == [("ann", "coaching", "ours")]


@pytest.mark.parametrize(
    "text",
    [
        "睡得不好，今天很累。",
        "नींद अच्छी आई",
        "نمت جيدا",
        "👩‍👩‍👧 and e\u0301",
        'she said "no", twice\r\nand left',
        "a line\n\\.\nand another\n",
        "\\N",
        "x" * 5_000_000,
        'ends in a quote"',
        "\u202eright to left override",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_any_text_comes_in_whole_from_csv_and_json(connection: Connection, tmp_path: Path, text: str) -> None:
    row = {"external_id": "ann", "entry_id": "1", "written_at": "2024-03-01T10:00:00Z", "text": text}
    (tmp_path / "csv").mkdir()
    load(connection, tmp_path / "csv", journal=pd.DataFrame([row]).to_csv(index=False))
    load_lines(connection, tmp_path, row | {"external_id": "bob"})
    written = text.strip()
    assert entries(connection) == [("ann", written), ("bob", written)]
    assert reasons(connection) == []


@given(texts=st.lists(st.text(st.characters(codec=None), max_size=60), min_size=20, max_size=40))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_stops_an_import(connection: Connection, tmp_path: Path, texts: list[str]) -> None:
    """Half of a surrogate pair becomes a question mark, a NUL goes, and blank text is rejected."""
    connection.execute("TRUNCATE app.journal_entries")
    lines = [
        {"external_id": f"{place:03d}", "written_at": "2024-03-01", "text": text}
        for place, text in enumerate(texts)
    ]
    load_lines(connection, tmp_path, *lines)
    written = [text.encode("utf-8", "replace").decode().replace("\0", "").strip() for text in texts]
    assert entries(connection) == [(f"{place:03d}", text) for place, text in enumerate(written) if text]


def test_lines_that_are_no_object_are_rejected_by_their_number(
    connection: Connection, tmp_path: Path
) -> None:
    good = {"external_id": 7, "written_at": "2024-03-01T10:00:00Z", "text": "good", "mood": ["fine"]}
    report = load_lines(
        connection,
        tmp_path,
        '{"external_id": "ann", "text": "cut o',
        "[1, 2]",
        "",
        "[" * 100_000,
        '{"external_id": ' + "9" * 5_000 + "}",
        {"external_id": "ann", "text": "no time"},
        good,
    )
    assert entries(connection) == [("7", "good")]
    assert reasons(connection) == [
        (1, "not a JSON object"),
        (2, "not a JSON object"),
        (4, "not a JSON object"),
        (5, "not a JSON object"),
        (6, "written_at: not an ISO 8601 time"),
    ]
    assert report.ignored == ("journal.jsonl: mood",)


def test_json_lines_may_be_packed_and_need_their_columns(connection: Connection, tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl.gz"
    rows = [{"external_id": "ann", "written_at": f"2024-03-{day:02d}", "text": "t"} for day in range(1, 29)]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode("utf-8-sig")))
    assert importers.load(connection, "csv", path).rows_loaded == 28
    connection.commit()
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(BadImport, match=r"journal\.jsonl\.gz: cannot be read .* JSON lines, gzip of either"):
        importers.load(connection, "csv", path)
    connection.rollback()
    path.write_bytes(gzip.compress(b'{"external_id": "ann", "body": "t"}'))
    with pytest.raises(BadImport, match=r"missing columns written_at, text"):
        importers.load(connection, "csv", path)


def test_parquet_and_csv_load_alike(connection: Connection, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "external_id": [1, 2],
            "entry_id": ["a", None],
            "written_at": pd.to_datetime(["2024-07-01 10:00:00.5", "2024-07-01 23:59:59.0"], utc=True),
            "text": ["one", "two\nlines"],
        }
    )
    frame.to_parquet(tmp_path / "journal.parquet")
    everything = "entry_id, written_at, local_day, body"
    assert importers.load(connection, "csv", tmp_path).rows_rejected == 0
    before = entries(connection, everything)
    assert len(before) == 2
    connection.execute("TRUNCATE app.journal_entries")
    (tmp_path / "csv").mkdir()
    load(connection, tmp_path / "csv", journal=frame.to_csv(index=False))
    assert [row[2:] for row in entries(connection, everything)] == [row[2:] for row in before]


# ------------------------------------------------------------------ engagement


def test_engagement_loads_and_what_cannot_be_is_set_aside(connection: Connection, tmp_path: Path) -> None:
    header = f"{EVENTS},insight_key,coaching_message_id,engagement_time,scroll_depth,brief_week,user_segment"
    lines = [
        header,
        f"ann,1,coaching_message,view,2024-03-01T10:00:00Z,,{ENTRY},12.5,,,",
        "ann,2,weekly_brief,Dismiss,2024-03-01T11:00:00Z,sleep:low,,,0.5,2024-02-26,power",
        "ann,3,weekly_brief,view,2024-03-01T12:00:00Z,,here,-1,1.5,2024-02-27,everybody",
        "ann,4,weekly_brief,swipe,2024-03-01T13:00:00Z,,,,,,",
        "ann,5,,view,2024-03-01T13:00:00Z,,,,,,",
        "ann,6,weekly_brief,,2024-03-01T13:00:00Z,,,,,,",
        "ann,7,weekly_brief,view,2999-03-01T13:00:00Z,,,,,,",
    ]
    load(connection, tmp_path, engagement="\n".join(lines))
    assert rows(
        connection,
        "SELECT component, action, insight_key, coaching_message_id, engagement_time, scroll_depth,"
        " brief_week::text, user_segment FROM app.engagement_events ORDER BY occurred_at",
    ) == [
        ("coaching_message", "view", None, ENTRY, 12.5, None, None, None),
        ("weekly_brief", "dismiss", "sleep:low", None, None, 0.5, "2024-02-26", "power"),
        ("weekly_brief", "view", None, None, None, None, None, None),
    ]
    assert reasons(connection) == [
        (4, "brief_week: not a Monday of the form YYYY-MM-DD"),
        (4, "coaching_message_id: not a UUID"),
        (4, "engagement_time: negative"),
        (4, "scroll_depth: larger than 1"),
        (4, "user_segment: none of power, regular, new"),
        (5, "action: none of view, dismiss, expand, action_taken"),
        (6, "component or action: missing"),
        (7, "component or action: missing"),
        (8, "occurred_at: in the future"),
    ]


def test_of_copies_of_an_event_the_first_received_counts(connection: Connection, tmp_path: Path) -> None:
    lines = [
        f"{EVENTS},received_at",
        "ann,1,weekly_brief,view,2024-03-01T10:00:00Z,2024-03-03T10:00:00Z",
        "ann,1,weekly_brief,expand,2024-03-01T10:00:00Z,2024-03-02T10:00:00Z",
    ]
    for content in (lines, lines[:2], [lines[0], *reversed(lines[1:])]):
        load(connection, tmp_path, engagement="\n".join(content))
        assert rows(connection, "SELECT action FROM app.engagement_events") == [("expand",)]
