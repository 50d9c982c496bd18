"""What generated people have of coaching, into the source and the warehouse: settings, journals, the messages of
the last weeks and what was done with them, and when the next is due."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from include.coaching.models import Action, MessageType
from include.core.db import Connection
from include.core.statements import statement
from include.local.importers.loading import copy_frame
from include.local.simulation.clocks import EPOCH, Ints, instants, read_clocks
from include.local.simulation.coached import (
    ACTIONS,
    AHEAD,
    FREQUENCIES,
    HOUR,
    NEVER,
    PREFERENCES,
    TYPES,
    WINDOW_LEFT,
    Attempted,
    Coached,
    Events,
    draw_attempts,
    draw_coached,
    draw_events,
)
from include.local.simulation.days import Days, simulate_days
from include.local.simulation.event_rows import event_ids
from include.local.simulation.journals import Written, simulate_journals
from include.local.simulation.learners import SECOND, Span
from include.local.simulation.people import TIME_ZONES, People, Population
from include.local.simulation.phrases import phrases

if TYPE_CHECKING:
    import pandas as pd

SPAN_WEEKS = 4
ENTRIES, MESSAGES, SHOWN, EVENTS = 2, 3, 4, 5  # kinds of event_ids
BEGINNING = np.datetime64(EPOCH.date())
UNDER_GATE = "under_gate"
GENERATED = "generated"
OF_NO_THEME = (MessageType.CHECK_IN, MessageType.GENERAL_REFLECTION)


class CoachedBlock(NamedTuple):
    """The coaching of a block of people."""

    people: People
    coached: Coached
    entries: Written
    attempts: Attempted
    events: Events


def copy_coaching(connection: Connection, population: Population, *, with_health: bool) -> int:
    """Settings, journals, messages, engagement and schedule; how many rows there are of the first four."""
    span = coaching_span(population)
    rows = 0
    for people, count in population.blocks():
        health = simulate_days(people, population.seed, population.days) if with_health else None
        block = simulate_coaching(people, span, population, health)
        tables = {
            "app.coaching_config": _settings(block, population, count),
            "app.journal_entries": _journals(block, population, count),
            "warehouse.coaching_messages": _messages(block, population, count),
            "app.engagement_events": _engagement(block, population, count),
        }
        for table, frame in tables.items():
            copy_frame(connection, table, frame)
            rows += len(frame)
        connection.execute(
            statement("importers/upsert_generated_schedule"), _schedule(block, population, count)
        )
    return rows


def coaching_span(population: Population) -> Span:
    """The last weeks of the history."""
    days = min(population.weeks, SPAN_WEEKS) * 7
    monday = population.end - timedelta(days=days)
    first = EPOCH + timedelta(days=(monday - EPOCH.date()).days)
    return Span(monday, days, read_clocks(list(TIME_ZONES), first, first + timedelta(days=days + AHEAD)))


def simulate_coaching(
    people: People, span: Span, population: Population, health: Days | None
) -> CoachedBlock:
    """The whole block. `health`: its days of the whole history, where it has any."""
    coached = draw_coached(people, span, population.days, population.seed)
    attempts = draw_attempts(people, coached, span, population.seed)
    return CoachedBlock(
        people=people,
        coached=coached,
        entries=simulate_journals(people, span, population.days, population.seed, health),
        attempts=attempts,
        events=draw_events(people, attempts, span, population.seed),
    )


def _settings(block: CoachedBlock, population: Population, count: int) -> "pd.DataFrame":
    import pandas as pd

    coached = block.coached
    frame = pd.DataFrame(
        {
            "user_id": block.people.numbers + population.first_id,
            "enable_coaching_messages": coached.enabled,
            "frequency": np.array(list(FREQUENCIES), object)[coached.frequency],
            "time_preference": np.array(list(PREFERENCES), object)[coached.preference],
            "updated_at": pd.Timestamp(population.monday, tz="UTC"),
        }
    )
    return frame[coached.has & (np.arange(len(frame)) < count)]


def _journals(block: CoachedBlock, population: Population, count: int) -> "pd.DataFrame":
    """What people wrote, and the messages among it."""
    import pandas as pd

    entries, sent = block.entries, _sent(block.attempts)
    written = pd.DataFrame(
        {
            "place": entries.user,
            "entry_id": _ids(block, population, entries.user, entries.number, ENTRIES),
            "written_at": instants(entries.written * SECOND),
            "local_day": BEGINNING + entries.day,
            "source": "user",
            "body": entries.bodies,
            "coaching_message_id": None,
        }
    )
    shown = pd.DataFrame(
        {
            "place": sent.user,
            "entry_id": _ids(block, population, sent.user, sent.number, SHOWN),
            "written_at": instants(sent.tick * SECOND),
            "local_day": BEGINNING + sent.day,
            "source": "coaching",
            "body": _contents(sent),
            "coaching_message_id": _ids(block, population, sent.user, sent.number, MESSAGES),
        }
    )
    return _of_users(pd.concat([written, shown]), block, population, count).assign(
        import_id=population.import_id
    )


def _messages(block: CoachedBlock, population: Population, count: int) -> "pd.DataFrame":
    """All attempts; what is only of messages that were sent is missing in the others."""
    import pandas as pd

    attempts, coached = block.attempts, block.coached
    preference = coached.preference[attempts.user]
    tick = instants(attempts.tick * SECOND)
    frame = pd.DataFrame(
        {
            "place": attempts.user,
            "tick": tick,
            "generation_attempt": 1,
            "message_id": _ids(block, population, attempts.user, attempts.number, MESSAGES),
            "effectiveness_rating": attempts.rating,
            "recommended_action": [
                (Action.SEND if sent else Action.REVISE).value for sent in attempts.sent.tolist()
            ],
            "was_sent": attempts.sent,
            "failure_reason": [None if sent else UNDER_GATE for sent in attempts.sent.tolist()],
            "context_used": "{}",
            "user_timezone": block.people.time_zones[attempts.user],
            "user_time_preference": np.array(list(PREFERENCES), object)[preference],
            "scheduled_for": instants(attempts.scheduled * SECOND),
            "send_before": instants((attempts.scheduled + WINDOW_LEFT[preference] * HOUR) * SECOND),
            "local_day": BEGINNING + attempts.day,
            "run_id": 0,
            "created_at": tick,
            "updated_at": tick,
        }
    )
    shown = _ids(block, population, attempts.user, attempts.number, SHOWN)
    frame["journal_entry_id"] = pd.Series(shown, dtype="object").where(attempts.sent)
    frame = pd.concat([frame, _words(attempts)], axis="columns")
    return _of_users(frame, block, population, count)


def _words(attempts: Attempted) -> "pd.DataFrame":
    """What messages are, what they say, and that nobody really wrote them."""
    import pandas as pd

    bank = phrases()
    kinds = [TYPES[kind] for kind in attempts.kind.tolist()]
    themes = [list(bank.themes)[theme] for theme in attempts.theme.tolist()]
    made_by = ("type_reason", "writer", "simulator", "prompt_version", "code_version")
    return pd.DataFrame(
        {
            "message_type": [kind.value for kind in kinds],
            "subject": [
                None if kind in OF_NO_THEME else f"theme:{theme}"
                for kind, theme in zip(kinds, themes, strict=True)
            ],
            "message_content": _contents(attempts),
            "push_notification_text": [bank.messages[kind][1] for kind in kinds],
        }
    ).assign(**dict.fromkeys(made_by, GENERATED))


def _engagement(block: CoachedBlock, population: Population, count: int) -> "pd.DataFrame":
    import pandas as pd

    events, attempts = block.events, block.attempts
    user = attempts.user[events.message]
    frame = pd.DataFrame(
        {
            "place": user,
            "event_id": _ids(block, population, user, events.number, EVENTS),
            "component": "coaching_message",
            "action": np.array(ACTIONS, object)[events.action],
            "coaching_message_id": _ids(block, population, user, attempts.number[events.message], MESSAGES),
            "engagement_time": events.seconds.round(1),
            "occurred_at": instants(events.occurred * SECOND),
            "received_at": instants(events.received * SECOND),
        }
    )
    return _of_users(frame, block, population, count)


def _schedule(block: CoachedBlock, population: Population, count: int) -> dict[str, list[Any]]:
    """Columns of warehouse.coaching_schedule of those who have settings."""
    coached = block.coached
    of = np.flatnonzero(coached.has & (np.arange(len(coached.has)) < count))
    due, day = coached.next_due[of], coached.last_day[of]
    return {
        "users": (block.people.numbers[of] + population.first_id).tolist(),
        "enabled": coached.enabled[of].tolist(),
        "next_due_at": [None if at == NEVER else EPOCH + timedelta(seconds=at) for at in due.tolist()],
        "last_message_day": [
            None if at == NEVER else EPOCH.date() + timedelta(days=at) for at in day.tolist()
        ],
    }


def _of_users(
    frame: "pd.DataFrame", block: CoachedBlock, population: Population, count: int
) -> "pd.DataFrame":
    """The rows of those who are wanted, with their ids for their places in the block."""
    kept = frame[frame["place"] < count]
    user_ids = block.people.numbers[kept.pop("place")] + population.first_id
    return kept.assign(user_id=user_ids)


def _sent(attempts: Attempted) -> Attempted:
    return Attempted._make(values[attempts.sent] for values in attempts)


def _contents(attempts: Attempted) -> list[str]:
    chosen = zip(attempts.kind.tolist(), attempts.variant.tolist(), attempts.theme.tolist(), strict=True)
    return [_content(*parts) for parts in chosen]


@cache
def _content(kind: int, variant: int, theme: int) -> str:
    bank = phrases()
    return bank.messages[TYPES[kind]][0][variant].format(theme=list(bank.themes)[theme])


def _ids(block: CoachedBlock, population: Population, user: Ints, number: Ints, kind: int) -> list[str]:
    digits = event_ids(population.seed, block.people.numbers[user], number, kind).tobytes().hex()
    return [digits[first : first + 32] for first in range(0, len(digits), 32)]
