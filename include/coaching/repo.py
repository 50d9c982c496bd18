"""All access of coaching to the warehouse, on a connection it is handed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from include.batch import staging
from include.batch.job import Run
from include.coaching.coach import Attempt, Coached
from include.coaching.models import Due, Earlier, Entry, Insight, Outcome, Source
from include.coaching.rules.resources import RESOURCES_VERSION, resources_for
from include.coaching.rules.schedule import tries_on
from include.coaching.rules.screen import SCREEN_VERSION
from include.coaching.rules.windows import WINDOWS, local
from include.core.db import Connection, copy_rows
from include.core.statements import statement

SCHEDULE = "warehouse.coaching_schedule"
MESSAGES = "warehouse.coaching_messages"
SAFETY = "warehouse.coaching_safety"
NAMES = UUID("6a1c2f0e-1d0b-5c57-9a34-0d5f5d1c7b11")  # of messages and their journal entries
HELD_BACK = "(held back by the screen)"
TRIED = {Outcome.SENT, Outcome.SKIPPED, Outcome.SAFETY, Outcome.FAILED}
COUNTS_AS_SUCCESS = {Outcome.SENT, Outcome.SKIPPED, Outcome.SAFETY}

SCHEDULE_COLUMNS = (
    "user_id", "enabled", "next_due_at", "last_message_day", "failures", "tries", "tries_day", "outcome", "tick",
    "run_id",
)  # fmt: skip
MESSAGE_COLUMNS = (
    "user_id", "tick", "generation_attempt", "message_id", "message_type", "type_reason", "subject",
    "message_content", "push_notification_text", "effectiveness_rating", "recommended_action", "was_sent",
    "failure_reason", "journal_entry_id", "context_used", "user_timezone", "user_time_preference", "scheduled_for",
    "send_before", "local_day", "writer", "writer_reason", "simulator", "prompt_version", "variant", "cost_usd",
    "code_version", "run_id", "created_at", "updated_at",
)  # fmt: skip
SAFETY_COLUMNS = (
    "user_id", "tick", "place", "category", "local_day", "resources", "screen_version", "run_id", "screened_at",
    "shown",
)  # fmt: skip


class Making(NamedTuple):
    """What the rows of a tick have in common."""

    run: Run
    tick: datetime
    now: datetime


def read_due(connection: Connection, users: Sequence[int]) -> list[Due]:
    """Settings and schedules of these users, in order of their ids."""
    rows = connection.execute(statement("coaching/select_due"), {"users": list(users)})
    return [Due(*row) for row in rows]


def read_sources(connection: Connection, due: Sequence[Due], tick: datetime) -> Iterator[Source]:
    """What the warehouse has for the messages of these users, as it stood at the tick."""
    values = {"users": [one.user_id for one in due], "tick": tick}
    entries = _by_user(connection, "coaching/select_entries", values, Entry)
    insights = _by_user(connection, "coaching/select_insights", values, Insight)
    earlier = _by_user(connection, "coaching/select_earlier", values, Earlier)
    for one in due:
        user = one.user_id
        yield Source(one, *(tuple(found.get(user, ())) for found in (entries, insights, earlier)))


def _by_user(connection: Connection, name: str, values: dict[str, Any], kind: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for user_id, *rest in connection.execute(statement(name), values):
        found.setdefault(user_id, []).append(kind(*rest))
    return found


def stage(connection: Connection, making: Making, made: Sequence[Coached]) -> None:
    """COPY what a shard came to into the run's staging tables."""
    tables: dict[str, tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]] = {
        SCHEDULE: (SCHEDULE_COLUMNS, (_schedule(making, one) for one in made)),
        MESSAGES: (MESSAGE_COLUMNS, (_message(making, one, tried) for one in made for tried in one.attempts)),
        SAFETY: (SAFETY_COLUMNS, (row for one in made for row in _held(making, one))),
    }
    for table, (columns, rows) in tables.items():
        copy_rows(connection, staging.staged_name(table, making.run), columns, rows)


def _schedule(making: Making, one: Coached) -> tuple[Any, ...]:
    due, day, outcome = one.due, one.plan.local_day, one.outcome
    tries = tries_on(due, day) + (outcome in TRIED)
    failures = due.failures + 1 if outcome is Outcome.FAILED else due.failures
    return (
        due.user_id, True, one.next_due_at, day if outcome is Outcome.SENT else due.last_message_day,
        0 if outcome in COUNTS_AS_SUCCESS else failures, tries, day, outcome, making.tick, making.run.run_id,
    )  # fmt: skip


def _message(making: Making, one: Coached, tried: Attempt) -> tuple[Any, ...]:
    due, choice, judged = one.due, tried.choice, tried.simulation
    shown = tried.draft if judged else tried.draft._replace(content=HELD_BACK, push=HELD_BACK)
    name = uuid5(NAMES, f"message:{due.user_id}:{making.tick.isoformat()}:{tried.number}")
    sent = tried.failure is None
    return (
        due.user_id, making.tick, tried.number, name, choice.message_type, choice.reason, choice.subject,
        shown.content, shown.push, judged and judged.rating, judged and judged.action, sent, tried.failure,
        uuid5(NAMES, f"entry:{name}") if sent else None, json.dumps(one.used), due.time_zone, due.preference,
        due.next_due_at or making.tick, window_end(due, making.tick), one.plan.local_day, tried.writer,
        tried.writer_reason, tried.simulator, tried.prompt_version, tried.variant, tried.cost_usd,
        making.run.code_version, making.run.run_id, making.now, making.now,
    )  # fmt: skip


def window_end(due: Due, tick: datetime) -> datetime:
    """When the window that the tick is in closes; a clock set back within it may open it again."""
    wall = local(tick, due.time_zone)
    end = wall.replace(hour=WINDOWS[due.preference].end, minute=0, second=0, microsecond=0)
    return max(end.astimezone(UTC), tick + timedelta(minutes=1))


def _held(making: Making, one: Coached) -> Iterator[tuple[Any, ...]]:
    for held in one.held:
        yield (
            one.due.user_id, making.tick, held.place, held.category, one.plan.local_day, RESOURCES_VERSION,
            SCREEN_VERSION, making.run.run_id, making.now, resources_for(one.due.time_zone),
        )  # fmt: skip
