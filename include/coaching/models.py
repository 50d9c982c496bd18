"""Typed values of coaching."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple
from uuid import UUID

Frequency = Literal["daily", "multipleTimesPerWeek", "onceAWeek"]
Preference = Literal["morning", "afternoon", "evening"]

PUSH_LENGTH = 120
TEMPLATE, BY_RULES = "template", "rules"  # who writes and who simulates where no model does


class MessageType(StrEnum):
    """What a message is."""

    CHECK_IN = "check_in"
    ENCOURAGEMENT = "encouragement"
    CHALLENGE = "challenge"
    REMINDER = "reminder"
    ALIGNMENT_REFLECTION = "alignment_reflection"
    GENERAL_REFLECTION = "general_reflection"
    PERSONAL_INSIGHT = "personal_insight"
    RELEVANT_LESSON = "relevant_lesson"


class Action(StrEnum):
    """What a simulated outcome recommends."""

    SEND = "SEND_MESSAGE"
    SKIP = "SKIP_MESSAGE"
    REVISE = "REVISE_MESSAGE"


class Outcome(StrEnum):
    """What a tick came to for a user; coaching_schedule.outcome."""

    BOOTSTRAPPED = "bootstrapped"  # had no due time, has one now
    OUTSIDE_WINDOW = "outside_window"
    ALREADY_TODAY = "already_today"  # a message was sent on this local day
    TRIES_USED_UP = "tries_used_up"  # of this local day
    SENT = "sent"
    SKIPPED = "skipped"  # not worth a message; a success
    SAFETY = "safety"  # resources instead of coaching
    FAILED = "failed"


class Due(NamedTuple):
    """A user whose turn it may be: settings and schedule."""

    user_id: int
    frequency: Frequency
    preference: Preference
    time_zone: str  # as the source has it; a name that the zone database does not know counts as UTC
    next_due_at: datetime | None
    last_message_day: date | None = None
    failures: int = 0
    tries: int = 0
    tries_day: date | None = None


class Plan(NamedTuple):
    """What a tick does with a due user. outcome None = write; otherwise wait until next_due_at."""

    outcome: Outcome | None
    local_day: date
    next_due_at: datetime | None


class Entry(NamedTuple):
    """A journal entry."""

    entry_id: UUID
    local_day: date
    written_at: datetime
    source: Literal["user", "coaching"]
    body: str


class Insight(NamedTuple):
    """A finding of the weekly batch."""

    key: str
    kind: str
    metric: str
    direction: str
    confidence: float
    evidence: dict[str, Any]
    text: str
    week_of: date


class Earlier(NamedTuple):
    """A message that was sent, and what followed."""

    message_type: str
    subject: str | None
    local_day: date
    opened: bool
    answered: bool
    dismissed: bool


class Source(NamedTuple):
    """All that the warehouse has for one user's message; entries and messages newest first."""

    due: Due
    entries: tuple[Entry, ...]
    insights: tuple[Insight, ...]
    earlier: tuple[Earlier, ...]


class Held(NamedTuple):
    """What the screen held back; place: 'entry:<id>' or 'message:<attempt>'."""

    place: str
    category: str


class Draft(NamedTuple):
    """A message before anybody sees it."""

    content: str
    push: str  # at most PUSH_LENGTH characters


class Simulation(NamedTuple):
    """How a message would be taken."""

    rating: int  # 1 to 10
    action: Action
    reason: str


class Attempted(NamedTuple):
    """What a model made of one attempt. draft None: it wrote nothing, for the reason told."""

    draft: Draft | None
    simulation: Simulation | None
    writer: str
    prompt_version: str
    variant: str | None
    simulator: str
    reason: str | None
    cost_usd: float
