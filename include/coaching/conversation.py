"""A message and its simulation by a model: what is asked for, and what came of it."""

from collections.abc import Sequence

from include.batch.job import Run
from include.coaching.context import Context
from include.coaching.models import Attempted
from include.coaching.rules.message_type import Choice
from include.core.db import Connection
from include.llm.models import Request, WriterSettings


def requests_for(
    settings: WriterSettings, wanted: Sequence[tuple[Context, Choice]]
) -> list[tuple[Request, str | None]]:
    """What to ask for each user, and the variant it belongs to."""
    return []


def attempts(
    connection: Connection, run: Run, settings: WriterSettings, wanted: Sequence[tuple[Context, Choice]]
) -> dict[int, list[Attempted]]:
    """By user: the attempts that a model has made, in order."""
    return {}
