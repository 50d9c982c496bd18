"""The review schedule kept from new answers alone, and one reminder a local morning."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from include.batch import publication, stages, staging
from include.core.db import connect
from include.learning.reviews.job import JOB
from include.learning.reviews.models import Answer, Memory
from include.learning.reviews.rules import review_all
from tests.batch.rows import query
from tests.batch.walk import finish, open_run, stage
from tests.learning.learners import QUESTIONS, Event, arrive, fill, moment, send, tick

MORNING = "2015-11-05T08:00"
LATER = timedelta(minutes=5)


def answers(user: int, questions: int, day: int = 2, hour: int = 19, *, correct: bool = True) -> list[Event]:
    """A right answer to each of the first questions, a minute apart."""
    start = datetime(2015, 11, day, hour, tzinfo=UTC)
    return [Event(user, start + timedelta(minutes=n), 0, n, correct=correct) for n in range(1, questions + 1)]


def schedule(url: str) -> dict[tuple[int, int], Memory]:
    rows = query(
        url,
        "SELECT user_id, question_id, stability, difficulty, reviewed_at AT TIME ZONE 'UTC', "
        "due_at AT TIME ZONE 'UTC', reviews, lapses FROM warehouse.review_schedule",
    )
    return {
        row[:2]: Memory(*row[2:4], *(at.replace(tzinfo=UTC) for at in row[4:6]), *row[6:]) for row in rows
    }


def reminders(url: str) -> list[tuple[Any, ...]]:
    return query(
        url,
        "SELECT user_id, period, payload FROM ops.notification_outbox WHERE kind = 'review_reminder' ORDER BY id",
    )


def from_scratch(events: list[Event], before: str) -> dict[tuple[int, int], Memory | None]:
    """The schedule of all answers before a tick, by the pure rule."""
    by_card = defaultdict(list)
    for event in sorted(events, key=lambda e: e.at):
        if event.at < moment(before) and not event.skipped:
            by_card[event.user_id, event.question].append(Answer(event.at, event.correct))
    return {card: review_all(None, given) for card, given in by_card.items()}


@pytest.mark.parametrize(("due", "told"), [(4, []), (5, [(1, "2015-11-05")])])
def test_five_reviews_make_a_reminder(warehouse: str, due: int, told: list[tuple[int, str]]) -> None:
    fill(warehouse, {1: "UTC"}, answers(1, due))
    tick(warehouse, JOB, MORNING)
    assert [row[:2] for row in reminders(warehouse)] == told


def test_a_reminder_says_how_many_and_which_concepts_and_no_question(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, answers(1, 10))
    tick(warehouse, JOB, MORNING)
    assert reminders(warehouse) == [
        (1, "2015-11-05", {"due": 10, "concepts": ["concept 1", "concept 2", "concept 0"]})
    ]


def test_what_falls_due_later_that_day_counts_and_tomorrow_does_not(warehouse: str) -> None:
    """Answered at 19:00, due two days later: at eight in the morning of that day it is to do."""
    fill(warehouse, {1: "UTC"}, answers(1, 5))
    tick(warehouse, JOB, "2015-11-03T08:00")
    assert reminders(warehouse) == []
    tick(warehouse, JOB, "2015-11-04T08:00")
    assert [row[1] for row in reminders(warehouse)] == ["2015-11-04"]


def test_the_first_tick_after_eight_serves_half_hour_zones(warehouse: str) -> None:
    fill(warehouse, {1: "Asia/Kolkata", 2: "Mars/Olympus"}, [*answers(1, 5), *answers(2, 5)])
    tick(warehouse, JOB, "2015-11-05T02:00")  # 07:30
    assert reminders(warehouse) == []
    tick(warehouse, JOB, "2015-11-05T03:00")  # 08:30
    assert [row[0] for row in reminders(warehouse)] == [1]
    tick(warehouse, JOB, MORNING)
    assert [row[0] for row in reminders(warehouse)] == [1, 2]


def test_exactly_one_reminder_a_local_day(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, answers(1, 6))
    for _ in range(2):
        tick(warehouse, JOB, MORNING)
    query(
        warehouse, "UPDATE app.users SET time_zone = 'America/New_York'"
    )  # moves on, and is woken once more
    tick(warehouse, JOB, "2015-11-05T13:00")
    assert [row[1] for row in reminders(warehouse)] == ["2015-11-05"]
    tick(warehouse, JOB, "2015-11-06T13:00")
    assert [row[1] for row in reminders(warehouse)] == ["2015-11-05", "2015-11-06"]


def test_a_tick_that_runs_a_day_late_reminds_nobody(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, answers(1, 6))
    tick(warehouse, JOB, MORNING, late=timedelta(hours=17))
    assert reminders(warehouse) == []
    assert len(schedule(warehouse)) == 6


def test_a_switched_off_job_reminds_nobody(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, answers(1, 6))
    tick(warehouse, JOB, MORNING)
    query(warehouse, "UPDATE ops.feature_flags SET state = 'off' WHERE flag = 'review_reminders'")
    assert tick(warehouse, JOB, "2015-11-06T08:00")["processed"] == 0
    assert len(reminders(warehouse)) == 1


def test_skips_and_answers_of_impossible_clocks_are_no_reviews(warehouse: str) -> None:
    fill(
        warehouse,
        {1: "UTC"},
        [
            Event(1, moment("2015-11-02T19:00"), question=1, skipped=True),
            Event(1, moment("2015-11-02T19:00"), question=2, after=timedelta(minutes=-6)),
            Event(1, moment("2015-11-05T08:00"), question=3),  # not before the tick
            Event(1, moment("2015-11-05T07:59"), question=4),
        ],
    )
    tick(warehouse, JOB, MORNING, late=LATER)
    assert set(schedule(warehouse)) == {(1, 4)}
    tick(warehouse, JOB, "2015-11-06T08:00")
    assert set(schedule(warehouse)) == {(1, 3), (1, 4)}


def test_only_new_answers_are_read_and_other_questions_left_alone(warehouse: str) -> None:
    """What is known of a question is gone on from: history that vanished from the source is not missed."""
    first = answers(1, 3)
    fill(warehouse, {1: "UTC"}, first)
    tick(warehouse, JOB, MORNING)
    query(warehouse, "DELETE FROM app.question_attempts")
    more = Event(1, moment("2015-11-05T20:00"), question=2)
    arrive(warehouse, more)
    tick(warehouse, JOB, "2015-11-06T08:00")
    assert schedule(warehouse) == from_scratch([*first, more], "2015-11-06T08:00")


def test_a_late_answer_counts_its_question_afresh(warehouse: str) -> None:
    events = [*answers(1, 3), Event(1, moment("2015-11-04T20:00"), question=1)]
    fill(warehouse, {1: "UTC"}, events)
    tick(warehouse, JOB, MORNING)
    late = Event(1, moment("2015-11-03T10:00"), question=1, correct=False, after=timedelta(days=2))
    arrive(warehouse, late)
    tick(warehouse, JOB, "2015-11-06T08:00")
    assert schedule(warehouse) == from_scratch([*events, late], "2015-11-06T08:00")
    assert schedule(warehouse)[1, 1].lapses == 1


def test_a_file_of_old_answers_that_is_loaded_late_counts(warehouse: str) -> None:
    """The source says that they were received at once; that they came here later is what matters."""
    events = answers(1, 3)
    fill(warehouse, {1: "UTC"}, events)
    tick(warehouse, JOB, MORNING)
    old = Event(
        1, moment("2015-11-01T10:00"), question=1, correct=False, stored_at=moment("2015-11-05T09:00")
    )
    arrive(warehouse, old)
    tick(warehouse, JOB, "2015-11-06T08:00")
    assert schedule(warehouse) == from_scratch([*events, old], "2015-11-06T08:00")


def test_who_was_not_heard_of_is_not_worked_on(warehouse: str) -> None:
    fill(warehouse, {1: "UTC", 2: "UTC"}, answers(1, 2))
    assert tick(warehouse, JOB, MORNING)["processed"] == 1
    assert tick(warehouse, JOB, "2015-11-06T08:00")["processed"] == 0


def test_an_older_tick_run_again_puts_nothing_back(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, [*answers(1, 3), *answers(1, 3, day=4)])
    tick(warehouse, JOB, MORNING)
    before = schedule(warehouse)
    assert tick(warehouse, JOB, "2015-11-04T08:00")["processed"] == 0
    assert schedule(warehouse) == before


def test_of_two_ticks_at_once_the_newer_stays_and_nobody_is_queued(warehouse: str) -> None:
    events = [*answers(1, 6), *answers(1, 3, day=4)]
    fill(warehouse, {1: "UTC"}, events)
    older = open_run(warehouse, "2015-11-04T08:00", job=JOB, now=moment("2015-11-04T08:00"))
    refused = stage(warehouse, older, JOB)
    tick(warehouse, JOB, MORNING)
    finish(warehouse, older, refused, job=JOB)
    assert schedule(warehouse) == from_scratch(events, MORNING)
    assert query(warehouse, "SELECT * FROM ops.job_retry_queue") == []


def test_killed_between_staging_and_publication_nothing_is_seen_and_the_rerun_gives_all(
    warehouse: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = answers(1, 6)
    fill(warehouse, {1: "UTC"}, events)
    run = open_run(warehouse, MORNING, job=JOB, now=moment(MORNING))
    refused = stage(warehouse, run, JOB)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publication, "_merge", killed)  # after the reminders were written
        with pytest.raises(KeyboardInterrupt):
            finish(warehouse, run, refused, job=JOB)
    assert (schedule(warehouse), reminders(warehouse)) == ({}, [])
    finish(warehouse, run, refused, job=JOB)
    assert schedule(warehouse) == from_scratch(events, MORNING)
    assert len(reminders(warehouse)) == 1


def test_a_schedule_that_cannot_be_is_made_again(warehouse: str) -> None:
    fill(warehouse, {1: "UTC"}, answers(1, 2))
    run = open_run(warehouse, MORNING, job=JOB, now=moment(MORNING))
    stage(warehouse, run, JOB)
    with connect(warehouse) as connection:
        staged = staging.staged("warehouse.review_schedule", run)
        connection.execute(sql.SQL("UPDATE {} SET stability = 'NaN'").format(staged))
        refused = stages.check(connection, JOB, run)
    assert refused == [[1]]
    finish(warehouse, run, refused, job=JOB)
    assert schedule(warehouse) == from_scratch(answers(1, 2), MORNING)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_day_by_day_gives_what_starting_afresh_gives(warehouse: str, seed: int) -> None:
    """Random answers, late by up to four days and in any order, against the pure rule over all that is there."""
    chance = random.Random(seed)
    with psycopg.connect(warehouse) as connection:
        connection.execute(
            "TRUNCATE app.users, app.questions, warehouse.learner_reviews, warehouse.review_schedule CASCADE"
        )
    fill(warehouse, dict.fromkeys(range(1, 31), "UTC"))
    start = moment("2015-11-01T08:00")
    pending = sorted((_random_event(chance, start) for _ in range(1500)), key=lambda e: e.received_at)
    arrived: list[Event] = []
    for day in range(1, 8):
        now = start + timedelta(days=day)
        ready = [event for event in pending if event.received_at <= now]
        pending = pending[len(ready) :]
        arrived += ready
        with connect(warehouse) as connection:
            send(connection, ready)
        key = now.strftime("%Y-%m-%dT%H:%M")
        tick(warehouse, JOB, key)
        assert schedule(warehouse) == from_scratch(arrived, key)


def _random_event(chance: random.Random, start: datetime) -> Event:
    delay = chance.choice([0, 0, 0, 2, 30, 100]) * timedelta(hours=chance.random())
    return Event(
        chance.randint(1, 30),
        start + timedelta(milliseconds=chance.randrange(7 * 24 * 3600 * 1000)),
        question=chance.randint(1, QUESTIONS // 8),
        correct=chance.random() < 0.7,
        skipped=chance.random() < 0.1,
        after=delay,
    )
