"""Messages that were sent, and what their users did with them, as rows."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from include.core.db import Connection

NAMES = UUID(int=5)
MESSAGE = """
    INSERT INTO warehouse.coaching_messages (
        user_id, tick, generation_attempt, message_id, message_type, type_reason, message_content,
        push_notification_text, effectiveness_rating, recommended_action, was_sent, failure_reason,
        journal_entry_id, context_used, user_timezone, user_time_preference, scheduled_for, send_before, local_day,
        writer, simulator, prompt_version, code_version, run_id, created_at, updated_at)
    VALUES (%(user)s, %(tick)s, 1, %(id)s, 'check_in', 'quiet', 'How are you?', 'A thought for you', %(rating)s,
        'SEND_MESSAGE', %(sent)s, CASE WHEN NOT %(sent)s THEN 'under_gate' END,
        CASE WHEN %(sent)s THEN %(id)s::uuid END, '{}', 'UTC', 'morning', %(tick)s, %(tick)s + interval '3 hours',
        %(tick)s::date, 'template', 'rules', '1', 'test', 1, %(tick)s, %(tick)s)"""
EVENT = """
    INSERT INTO app.engagement_events (user_id, event_id, component, action, coaching_message_id, occurred_at)
    VALUES (%s, gen_random_uuid(), %s, %s, %s, %s)"""


def add_user(connection: Connection, user: int) -> None:
    connection.execute("INSERT INTO app.users (user_id, external_id) VALUES (%s, %s)", (user, f"u{user}"))


def send(connection: Connection, user: int, tick: datetime, rating: int, *, sent: bool = True) -> UUID:
    """A message of a tick, or an attempt that was not sent; its id."""
    name = uuid5(NAMES, f"{user} {tick}")
    values = {"user": user, "tick": tick, "id": name, "rating": rating, "sent": sent}
    connection.execute(MESSAGE, values)
    return name


def act(
    connection: Connection,
    user: int,
    message: UUID,
    action: str,
    at: datetime,
    after: timedelta = timedelta(hours=1),
    component: str = "coaching_message",
) -> None:
    """What a user does with a message, some time after a moment."""
    connection.execute(EVENT, (user, component, action, message, at + after))
