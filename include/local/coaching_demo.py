"""Coaching in the demo: at which tick it runs, and one message with its reasons."""

from typing import Any

from psycopg.rows import dict_row
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from include.core.periods import Hour
from include.core.settings import Settings
from include.core.statements import statement
from include.local import stack
from include.local.console import console

DAG = "hourly_coaching"


def busiest_tick(settings: Settings) -> Hour | None:
    """The hour in which most users fall due; None where nobody is coached."""
    with stack.warehouse(settings) as connection:
        row = connection.execute(statement("local/select_coaching_tick")).fetchone()
    return Hour.due(row[0]) if row else None


def show_message(settings: Settings, tick: Hour) -> None:
    """One message of the tick, and how it came about."""
    with stack.warehouse(settings) as connection, connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(statement("local/select_showcase_message"), {"tick": tick.first}).fetchone()
    if found is None:
        console.print(f"No message was worth sending at {tick.key}; see almanac coaching list-eligible.")
        return
    console.print(message_panel(found))


def message_panel(found: dict[str, Any]) -> Panel:
    """A message as its reader sees it, and below it the reasons."""
    used = found["context_used"]
    reasons = (
        f"{found['message_type']} because {found['type_reason']}, about {found['subject'] or 'nothing in particular'}\n"
        f"from {len(used['entries'])} journal entries and {len(used['insights'])} insights, "
        f"{used['characters']:,} characters\n"
        f"rated {found['effectiveness_rating']} of 10 by {found['simulator']} ({found['recommended_action']}), "
        f"written by {found['writer']}, attempt {found['generation_attempt']}\n"
        f"due {found['scheduled_for']:%Y-%m-%d %H:%M} UTC, {found['user_time_preference']} in "
        f"{found['user_timezone']}; next {found['next_due_at']:%Y-%m-%d %H:%M} UTC"
    )
    parts = Group(
        Text(found["message_content"]),
        Text(f"\nPush: {found['push_notification_text']}", style="italic"),
        Text(f"\n{reasons}", style="dim"),
    )
    return Panel(parts, title=f"A coaching message to {found['external_id']}", width=100)
