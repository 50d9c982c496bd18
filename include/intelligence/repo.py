"""All access of weekly intelligence to the warehouse, on a connection it is handed."""

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from psycopg import sql

from include.batch.job import Run
from include.core import cache_keys
from include.core.db import Connection
from include.core.envelope import Content, sealed
from include.core.periods import Week
from include.core.statements import statement
from include.intelligence.metrics import METRICS, NAMES
from include.intelligence.rules.facts import Block, Cohorts, Lab

WINDOW_DAYS = 91
BLOCK_USERS = 1_000
COHORT_SAMPLE = 50_000
WARM_FOR = timedelta(days=14)
_DAY = np.dtype(
    [("offset", ">i2"), ("values", ">f4", len(METRICS))]
)  # as sql/intelligence/read_days packs it
_NONE = float(np.float32(-1e38))  # how it says that there is no value
_COPY_HEADER = 19


class Source(NamedTuple):
    """A block of users as read: what the rules need, and the newest import behind each user."""

    block: Block
    data_through: list[int]


class Row(NamedTuple):
    """One user's days as they come from PostgreSQL; `days` are packed as in _DAY."""

    user_id: int
    days: bytes
    moods: str
    data_through: int


def read_blocks(
    connection: Connection, week: Week, users: Sequence[int], cohorts: Cohorts
) -> Iterator[Source]:
    """Thirteen weeks of these users (ascending ids), in blocks. A user without a row is left out."""
    for start in range(0, len(users), BLOCK_USERS):
        chunk = users[start : start + BLOCK_USERS]
        rows = _read_days(connection, week, chunk)
        if rows:
            yield _source(connection, week, rows, cohorts)


def _read_days(connection: Connection, week: Week, users: Sequence[int]) -> list[Row]:
    dense = users[-1] - users[0] < 2 * len(users)
    query = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(statement("intelligence/read_days"))
    bounds = {
        "first": users[0],
        "last": users[-1],
        "only": None if dense else list(users),
        "none": _NONE,
        "first_day": week.sunday - timedelta(days=WINDOW_DAYS - 1),
        "monday": week.monday,
        "sunday": week.sunday,
    }
    wanted = set(users)
    rows: list[Row] = []
    with connection.cursor() as cursor, cursor.copy(query, bounds) as copy:
        header = _COPY_HEADER
        while data := copy.read():
            raw = bytes(data)[header:]
            header = 0
            if len(raw) > 2:  # two bytes are the trailer
                row = _parse(raw)
                if row.user_id in wanted:
                    rows.append(row)
    return rows


def _parse(raw: bytes) -> Row:
    """One tuple of binary COPY: field count, then (length, bytes) a field."""
    user_id, length = struct.unpack_from(">qi", raw, 6)
    end = 18 + length
    mood_length = struct.unpack_from(">i", raw, end)[0]
    moods = raw[end + 4 : end + 4 + mood_length].decode()
    data_through = struct.unpack_from(">q", raw, end + 8 + mood_length)[0]
    return Row(user_id, raw[18:end], moods, data_through)


def _source(connection: Connection, week: Week, rows: list[Row], cohorts: Cohorts) -> Source:
    user_ids = np.array([row.user_id for row in rows], dtype=np.int64)
    bounds = {
        "first": int(user_ids[0]),
        "last": int(user_ids[-1]),
        "sunday": week.sunday,
        "week_of": week.week_of,
    }
    block = Block(
        user_ids=user_ids,
        values=unpack_days([row.days for row in rows]),
        moods=[_count_moods(row.moods) for row in rows],
        labs=_labs(connection, user_ids, bounds),
        cohort=_cohort_indexes(connection, user_ids, bounds, cohorts),
        dismissed=_dismissed(connection, user_ids, bounds),
    )
    return Source(block, [row.data_through for row in rows])


def unpack_days(packed: Sequence[bytes]) -> np.ndarray:
    """Arrays users × 91 days × metrics (float64, NaN = no data) from the users' packed days.

    What a source holds as NaN is no measurement; it comes out infinite, for the rules to clean with the reason.
    """
    counts = [len(one) // _DAY.itemsize for one in packed]
    table = np.frombuffer(b"".join(packed), dtype=_DAY)
    values = np.full((len(packed), WINDOW_DAYS, len(METRICS)), np.nan)
    sent = table["values"].astype(np.float32)
    sent[np.isnan(sent)] = np.inf
    sent[sent == _NONE] = np.nan
    values[np.repeat(np.arange(len(packed)), counts), table["offset"]] = sent
    return values


def _count_moods(labels: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for label in labels.split("\n") if labels else ():
        counted[label] = counted.get(label, 0) + 1
    return counted


def _labs(connection: Connection, user_ids: np.ndarray, bounds: dict[str, object]) -> list[list[Lab]]:
    found: dict[int, list[Lab]] = {}
    for user_id, *lab in connection.execute(statement("intelligence/select_labs"), bounds):
        found.setdefault(user_id, []).append(Lab(*lab))
    return [found.get(user_id, []) for user_id in user_ids.tolist()]


def _dismissed(
    connection: Connection, user_ids: np.ndarray, bounds: dict[str, object]
) -> list[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for user_id, key in connection.execute(statement("intelligence/select_dismissals"), bounds):
        found.setdefault(user_id, set()).add(key)
    return [frozenset(found.get(user_id, ())) for user_id in user_ids.tolist()]


def _cohort_indexes(
    connection: Connection, user_ids: np.ndarray, bounds: dict[str, object], cohorts: Cohorts
) -> np.ndarray:
    index = {label: number for number, label in enumerate(cohorts.labels)}
    rows = connection.execute(statement("intelligence/select_cohort_of_users"), bounds)
    own = {user_id: index.get(label, -1) for user_id, label in rows}
    return np.array([own.get(user_id, -1) for user_id in user_ids.tolist()], dtype=np.intp)


def freeze_cohorts(connection: Connection, run: Run, *, anew: bool) -> None:
    """Summaries of the week's cohorts, kept for every later wave, repair and retry of the week.

    They are the run's own until it is published: a run that never is changes nothing for the others.
    """
    of = Week.parse(run.period)
    week = {"week_of": of.week_of, "run_id": run.run_id}
    if anew:
        connection.execute(statement("intelligence/delete_cohorts"), week)
    frozen = connection.execute(statement("intelligence/count_cohorts"), week).fetchone()
    first, last, users = connection.execute(statement("intelligence/select_user_bounds")).fetchone() or (
        0,
        0,
        0,
    )
    if users and not (frozen and frozen[0]):
        connection.execute(
            statement("intelligence/insert_cohorts"),
            {
                **week,
                "monday": of.monday,
                "saturday": of.sunday - timedelta(days=1),
                "first_user": first,
                "last_user": last,
                "every": sampling_step(users),
            },
        )


def sampling_step(users: int) -> int:
    """Every how-manieth user stands for the cohorts: 1 up to 50,000 users; odd, so that no parity is favoured."""
    step = -(-users // COHORT_SAMPLE)
    return step if step % 2 else step + 1


def load_cohorts(connection: Connection, week: Week, run_id: int | None = None) -> Cohorts:
    """The frozen summaries as arrays: (cohorts, metrics) users and (cohorts, metrics, 101) quantiles.

    run_id: with what this run froze, where it did; otherwise as published.
    """
    values = {"week_of": week.week_of, "run_id": run_id}
    rows = connection.execute(statement("intelligence/select_cohorts"), values).fetchall()
    labels = sorted({row[0] for row in rows} | {"all"})
    users = np.zeros((len(labels), len(METRICS)), dtype=np.int64)
    quantiles = np.full((len(labels), len(METRICS), 101), np.nan)
    for cohort, metric, count, values in rows:
        where = labels.index(cohort), NAMES.index(metric)
        users[where], quantiles[where] = count, values
    return Cohorts(labels, users, quantiles)


def warm_briefs(
    connection: Connection, table: sql.Identifier, week: Week, now: datetime
) -> list[tuple[str, bytes, int]]:
    """Cache entries (key, bytes, seconds) of recently active users: their briefs, and who they are, which is the
    first thing that the read API asks."""
    query = statement("intelligence/select_warm_briefs").format(weekly_health_briefs=table)
    values = {"week_of": week.week_of, "since": now - WARM_FOR}
    stored_at = datetime.now(UTC).timestamp()
    entries: list[tuple[str, bytes, int]] = []
    for user_id, external_id, brief, generated_at in connection.execute(query, values):
        entry = sealed(Content(brief.encode(), generated_at), cache_keys.BRIEF, stored_at)
        who = sealed(Content(str(user_id).encode()), cache_keys.USER_ID, stored_at)
        entries.append((cache_keys.brief(user_id, week.week_of), entry.packed(), cache_keys.BRIEF.kept))
        entries.append((cache_keys.user_id(external_id), who.packed(), cache_keys.USER_ID.kept))
    return entries


def newest_week(connection: Connection, job: str) -> date | None:
    """The newest week that was published for anybody."""
    row = connection.execute(statement("intelligence/select_newest_week"), {"job": job}).fetchone()
    return row[0] if row else None
