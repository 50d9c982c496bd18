"""One message in words."""

from functools import cache
from pathlib import Path

from include.coaching.context import Context
from include.coaching.models import Draft
from include.coaching.rules.message_type import Choice


@cache
def version() -> str:
    """The name of these texts, for provenance."""
    return Path(__file__).with_name("VERSION").read_text().strip()


def write(context: Context, choice: Choice, attempt: int) -> Draft:
    """Write the message; attempt 1 is the first, 2 a really different text."""
    about = choice.material.text if choice.material else "How are you today?"
    return Draft(
        f"It is {context.weekday}. {about}", f"A thought for your {context.weekday} {context.preference}"
    )
