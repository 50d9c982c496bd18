"""Which of the eight messages a user gets, and on what it is built."""

from typing import Any, NamedTuple

from include.coaching.context import Context
from include.coaching.models import MessageType


class Choice(NamedTuple):
    """A decision: what message, why (a short code), and about what."""

    message_type: MessageType
    reason: str
    subject: str | None  # 'insight:<key>', 'theme:<name>' …; what variety is counted by
    material: Any  # what the message is built on


def choose(context: Context, avoid: frozenset[str] = frozenset()) -> Choice:
    """Choose by facts; types in `avoid` only where nothing else fits."""
    if context.insights and MessageType.PERSONAL_INSIGHT not in avoid:
        insight = context.insights[0]
        return Choice(MessageType.PERSONAL_INSIGHT, "strong_insight", f"insight:{insight.key}", insight)
    if context.entries:
        return Choice(MessageType.GENERAL_REFLECTION, "nothing_special", None, None)
    return Choice(MessageType.CHECK_IN, "never_wrote", None, None)
