"""Generated learners: determinism, clocks, what is planted in them, and that they load as anyone's events do."""

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from include.core.db import Connection
from include.local import importers
from include.local.generated_learning import simulate_events
from include.local.population import fill_week, generate
from include.local.simulation.clocks import EPOCH, read_clocks
from include.local.simulation.event_rows import event_ids
from include.local.simulation.learners import (
    LEARNERS,
    NOT_MEASURED,
    RESENT,
    Attempts,
    Searches,
    Span,
    draw_abilities,
    simulate_learning,
)
from include.local.simulation.people import BLOCK, TIME_ZONES, Population, draw_people
from include.local.simulation.questions import CONCEPTS, FAULTS, SPELLINGS, draw_bank

SPRING = date(2026, 4, 6)  # the 13 weeks before: clocks go forward in America on 03-08, in Europe on 03-29
ZONES = list(TIME_ZONES)
EVENTS = (
    "SELECT users.external_id, event_id, questions.external_id, answered_at, received_at, utc_offset, correct,"
    " skipped, response_ms FROM app.question_attempts JOIN app.users AS users USING (user_id)"
    " JOIN app.questions AS questions USING (question_id) WHERE users.external_id <= %s ORDER BY 1, 2"
)
SEARCHES = (
    "SELECT external_id, event_id, query, results, searched_at, received_at"
    " FROM app.searches JOIN app.users USING (user_id) WHERE external_id <= %s ORDER BY 1, 2"
)


@pytest.fixture
def connection(warehouse: str) -> Iterator[Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


def population(users: int = 4 * BLOCK, weeks: int = 13, attempts: float = 40, seed: int = 5) -> Population:
    return Population(users, weeks, seed, SPRING, attempts_per_user=attempts)


@pytest.fixture(scope="module")
def events() -> tuple[Attempts, Searches]:
    return simulate_events(population(), draw_bank(5))


def rows(connection: Connection, query: str = EVENTS, last: str = "gen-999999") -> list[tuple[object, ...]]:
    return connection.execute(query, (last,)).fetchall()


def one(connection: Connection, query: str) -> tuple[object, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=int(microseconds))


# ------------------------------------------------------------------ in the warehouse


def test_same_seed_same_rows_and_a_small_population_begins_a_large_one(connection: Connection) -> None:
    generate(connection, users=30, weeks=3, seed=7, week_of=SPRING, attempts_per_user=9)
    small, searches = rows(connection), rows(connection, SEARCHES)
    generate(connection, users=BLOCK + 20, weeks=3, seed=7, week_of=SPRING, attempts_per_user=9)
    assert rows(connection, last="gen-000030") == small != []
    assert rows(connection, SEARCHES, last="gen-000030") == searches != []
    generate(connection, users=30, weeks=3, seed=8, week_of=SPRING, attempts_per_user=9)
    assert rows(connection) != small
    generate(connection, users=30, weeks=3, seed=8, week_of=SPRING)
    assert (rows(connection), rows(connection, SEARCHES)) == ([], [])


def test_people_are_the_same_with_and_without_learning(connection: Connection) -> None:
    people = (
        "SELECT external_id, display_name, time_zone, last_active_at, created_at FROM app.users ORDER BY 1"
    )
    generate(connection, users=30, weeks=2, seed=7, week_of=SPRING)
    before = connection.execute(people).fetchall()
    generate(connection, users=30, weeks=2, seed=7, week_of=SPRING, attempts_per_user=9)
    assert connection.execute(people).fetchall() == before


def test_attempts_of_others_stay_and_keys_and_indexes_stand_as_before(connection: Connection) -> None:
    defined = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'app' ORDER BY indexname"
    before = connection.execute(defined).fetchall()
    generate(connection, users=20, weeks=1, seed=1, week_of=SPRING, attempts_per_user=9)
    assert connection.execute(defined).fetchall() == before
    connection.execute("INSERT INTO app.users (external_id) VALUES ('someone')")
    connection.execute(
        "INSERT INTO app.question_attempts (user_id, event_id, question_id, answered_at, correct, import_id)"
        " SELECT user_id, gen_random_uuid(), (SELECT min(question_id) FROM app.questions), now(), true, 1"
        " FROM app.users WHERE external_id = 'someone'"
    )
    generate(connection, users=20, weeks=1, seed=2, week_of=SPRING, attempts_per_user=9)
    assert [row[0] for row in rows(connection, last="z")].count("someone") == 1
    assert connection.execute(defined).fetchall() == before
    with pytest.raises(psycopg.errors.UniqueViolation), connection.transaction():
        connection.execute(
            "INSERT INTO app.question_attempts (user_id, event_id, question_id,"
            " answered_at, correct, import_id) SELECT user_id, event_id, question_id, answered_at, correct, 1"
            " FROM app.question_attempts LIMIT 1"
        )


def test_events_stand_in_order_of_receipt_and_none_is_from_before_the_questions(
    connection: Connection,
) -> None:
    fill_week(connection, users=300, attempts=6_000, seed=1, monday=date(2026, 3, 2))
    heap = connection.execute("SELECT received_at FROM app.question_attempts ORDER BY ctid").fetchall()
    assert heap == sorted(heap)
    counts = one(
        connection,
        "SELECT count(*) FILTER (WHERE answered_at >= '2026-03-02') BETWEEN 4500 AND 7500,"
        " count(DISTINCT user_id) > 285, bool_and(answered_at <= received_at),"
        " max(received_at) < '2026-03-09', min(answered_at) > (SELECT max(created_at) FROM app.questions),"
        " (SELECT count(*) FROM app.daily_health), bool_or(response_ms IS NULL), min(response_ms) > 0"
        " FROM app.question_attempts",
    )
    assert counts == (True, True, True, True, True, 0, True, True)


def test_written_rows_are_the_simulated_ones_and_those_that_the_files_of_devices_give(
    connection: Connection, tmp_path: Path
) -> None:
    """The same events, with what was sent twice and in any order, loaded from CSV as anybody's."""
    bank, people, seed = draw_bank(3), draw_people(3, 0), 3
    generate(connection, users=120, weeks=2, seed=seed, week_of=SPRING, attempts_per_user=30)
    written, searched = rows(connection), rows(connection, SEARCHES)
    one(connection, "WITH gone AS (DELETE FROM app.question_attempts RETURNING 1) SELECT count(*) FROM gone")
    connection.execute("TRUNCATE app.searches")
    first = EPOCH + timedelta(days=(SPRING - EPOCH.date()).days - 14)
    span = Span(first.date(), 14, read_clocks(ZONES, first, first + timedelta(days=14)))
    attempts, searches = simulate_learning(people, bank, span, seed, 30)
    attempts, searches = attempts.at(attempts.user < 120), searches.at(searches.user < 120)
    assert attempts.resent.sum() > 2
    frame = pd.DataFrame(
        {
            "external_id": [f"gen-{user + 1:06d}" for user in attempts.user],
            "event_id": [
                uuid.UUID(bytes=raw.tobytes()) for raw in event_ids(seed, attempts.user, attempts.number, 0)
            ],
            "question": [bank.names[place] for place in attempts.question],
            "answered_at": [moment(time).isoformat() for time in attempts.answered],
            "received_at": [moment(time).isoformat() for time in attempts.received],
            "utc_offset": attempts.offset,
            "correct": attempts.correct,
            "skipped": attempts.skipped,
            "response_ms": [None if ms == NOT_MEASURED else ms for ms in attempts.response_ms],
        }
    )
    frame.sample(frac=1, random_state=1).to_csv(tmp_path / "question_attempts.csv", index=False)
    pd.DataFrame(
        {
            "external_id": [f"gen-{user + 1:06d}" for user in searches.user],
            "event_id": [
                uuid.UUID(bytes=raw.tobytes()) for raw in event_ids(seed, searches.user, searches.number, 1)
            ],
            "query": [bank.spellings[place] for place in searches.query],
            "results": searches.results,
            "searched_at": [moment(time).isoformat() for time in searches.searched],
            "received_at": [moment(time).isoformat() for time in searches.received],
        }
    ).to_csv(tmp_path / "searches.csv", index=False)
    for _ in range(2):
        report = importers.load(connection, "csv", tmp_path)
        assert (report.rows_read, report.rows_rejected) == (len(frame) + len(searches.user), 0)
        assert rows(connection) == written
        assert [row[:2] + row[3:] for row in rows(connection, SEARCHES)] == [
            row[:2] + row[3:] for row in searched
        ]


# ------------------------------------------------------------------ clocks


@given(
    zone=st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})),
    seconds=st.integers(0, 400 * 86_400),
)
@settings(max_examples=150, deadline=None)
def test_offsets_are_those_of_the_time_zone_database(zone: str, seconds: int) -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    clocks = read_clocks([zone], first, first + timedelta(days=400))
    when = first + timedelta(seconds=seconds)
    expected = when.astimezone(ZoneInfo(zone)).utcoffset()
    since = np.array([(when - EPOCH).total_seconds()], np.int64)
    assert clocks.offsets(np.array([0]), since)[0] == expected.total_seconds() / 60
    local = since + 60 * clocks.offsets(np.array([0]), since)
    back = clocks.to_utc(np.array([0]), local)
    again = back + 60 * clocks.offsets(np.array([0]), back)
    assert (again == local).all()  # a local time that existed is found again, be it the other of two


def test_offsets_are_right_across_daylight_saving(events: tuple[Attempts, Searches]) -> None:
    attempts, _ = events
    home = np.concatenate([draw_people(5, block).time_zones for block in range(4)])
    for zone, change, before, after in (
        ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC), -300, -240),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC), 60, 120),
    ):
        there = np.flatnonzero((home[attempts.user] == zone) & np.isin(attempts.offset, (before, after)))
        late = attempts.answered[there] >= (change - EPOCH) // timedelta(microseconds=1)
        usual = np.where(late, after, before) == attempts.offset[there]
        assert 0 < late.sum() < len(late)
        assert usual.mean() > 0.99  # the rest are away in the zone that has the other offset


def test_most_study_in_the_evening_of_where_they_are(events: tuple[Attempts, Searches]) -> None:
    attempts, _ = events
    local = attempts.answered // 1_000_000 + 60 * attempts.offset
    hour = local % 86_400 // 3_600
    assert 0.5 < np.isin(hour, (18, 19, 20, 21)).mean() < 0.75
    assert np.isin(hour, (1, 2, 3, 4)).mean() < 0.01


def test_some_travel_and_most_are_at_home(events: tuple[Attempts, Searches]) -> None:
    attempts, _ = events
    zones = [ZoneInfo(zone) for block in range(4) for zone in draw_people(5, block).time_zones]
    some = np.random.default_rng(1).choice(len(attempts.user), 3_000, replace=False)
    away = [
        moment(attempts.answered[place]).astimezone(zones[attempts.user[place]]).utcoffset()
        != timedelta(minutes=int(attempts.offset[place]))
        for place in some
    ]
    assert 0.002 < np.mean(away) < 0.02


# ------------------------------------------------------------------ what is planted


def test_numbers_of_attempts_are_very_unequal(events: tuple[Attempts, Searches]) -> None:
    attempts, _ = events
    counts = np.sort(np.bincount(attempts.user, minlength=4 * BLOCK))
    assert counts.mean() == pytest.approx(40, rel=0.12)
    assert np.mean(counts > 0) == pytest.approx(LEARNERS, abs=0.05)
    assert 0.3 < counts[-len(counts) // 10 :].sum() / counts.sum() < 0.7


def test_ability_and_difficulty_are_recovered_in_rank(events: tuple[Attempts, Searches]) -> None:
    attempts, _ = events
    bank = draw_bank(5)
    level = np.concatenate([draw_abilities(draw_people(5, block), 5).level for block in range(4)])
    answers = pd.DataFrame(attempts._asdict()).query("not skipped")
    of_user = answers.groupby("user")["correct"].agg(["mean", "size"]).query("size >= 40")
    assert spearmanr(of_user["mean"], level[of_user.index]).statistic > 0.8
    sound = [place for place, fault in enumerate(bank.faults) if not fault]
    easy = answers.groupby("question")["correct"].mean()[sound]
    assert spearmanr(easy, -bank.difficulty[sound]).statistic > 0.95


def test_faults_show_in_the_answers(events: tuple[Attempts, Searches]) -> None:
    attempts, _ = events
    bank = draw_bank(5)
    every = pd.DataFrame(attempts._asdict()).assign(fault=np.array(bank.faults)[attempts.question])
    total = every.groupby("user")["correct"].transform("mean")
    answers = every[~every["skipped"]].assign(total=total)
    of_fault = {fault: answers[answers["fault"] == fault] for fault in ("", *FAULTS)}
    related = {fault: some["correct"].corr(some["total"]) for fault, some in of_fault.items()}
    assert related["wrong key"] < 0 and abs(related["ambiguous"]) < 0.15 < related[""]
    assert of_fault["too easy"]["correct"].mean() > 0.95
    assert of_fault["too hard"]["correct"].mean() < 0.08
    skips = every.groupby("fault")["skipped"].mean()
    assert skips["skipped"] > 0.25 > 0.08 > skips[""] > 0.02
    seconds = answers.groupby("fault")["response_ms"].median()
    assert seconds["slow"] > 3 * seconds[""]
    assert sum(map(bool, bank.faults)) / len(bank.faults) == pytest.approx(0.075)


def test_days_of_study_come_in_runs(events: tuple[Attempts, Searches]) -> None:
    attempts, _ = events
    day = (attempts.answered // 1_000_000 + 60 * attempts.offset) // 86_400
    days = np.zeros((4 * BLOCK, 92), bool)
    days[attempts.user, day - day.min()] = True
    often = days.mean(axis=1)
    some = days[(often > 0.1) & (often < 0.4)]
    assert some[:, 1:][some[:, :-1]].mean() > 1.5 * some.mean()


def test_some_events_are_late_and_some_are_sent_again() -> None:
    bank, monday = draw_bank(5), SPRING - timedelta(days=28)
    first = EPOCH + timedelta(days=(monday - EPOCH.date()).days)
    span = Span(monday, 28, read_clocks(ZONES, first, first + timedelta(days=28)))
    attempts, _ = simulate_learning(draw_people(5, 0), bank, span, 5, 40)
    hours = (attempts.received - attempts.answered)[~attempts.resent] / 3.6e9
    assert 0.02 < np.mean(hours > 0.3) < 0.06 and hours.max() > 72
    assert np.median(hours[hours > 0.3]) == pytest.approx(9, rel=0.5)
    keys = list(zip(attempts.user, attempts.number, strict=True))
    assert len(set(keys)) == len(keys) - attempts.resent.sum()
    assert attempts.resent.mean() == pytest.approx(RESENT, rel=0.5)


def test_searches_miss_what_is_not_taught_and_some_of_what_is_misspelt(
    events: tuple[Attempts, Searches],
) -> None:
    _, searches = events
    bank = draw_bank(5)
    taught = searches.query < len(CONCEPTS) * SPELLINGS
    right = searches.query % SPELLINGS == 0
    nothing = searches.results == 0
    assert nothing[~taught].all() and not nothing[taught & right].any()
    assert 0.4 < nothing[taught & ~right].mean() < 0.6
    wanted = pd.Series([bank.spellings[place] for place in searches.query[nothing]]).value_counts()
    assert wanted.index[0] == "bayes theorem"
    assert len(wanted) > 50


def test_ids_of_events_are_uuids_that_differ() -> None:
    users, numbers = np.repeat(np.arange(100), 60), np.tile(np.arange(60), 100)
    ids = {
        uuid.UUID(bytes=raw.tobytes())
        for seed in (0, 1)
        for kind in (0, 1)
        for raw in event_ids(seed, users, numbers, kind)
    }
    assert len(ids) == 4 * len(users)
    assert {(found.version, found.variant) for found in ids} == {(8, uuid.RFC_4122)}


def test_negative_attempts_say_what_to_give(connection: Connection) -> None:
    with pytest.raises(ValueError, match="no negative attempts"):
        generate(connection, users=1, weeks=1, seed=1, week_of=SPRING, attempts_per_user=-1)
