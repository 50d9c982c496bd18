"""What is said for each reason, a module a message type: columns of sentences, one of each column; empty = the
sentence may be left out.

A sentence is used only where all of its {fields} are known (prose/fields.py); each column has one that needs
no more than every message has, or may be empty. Attempt 2 speaks from `second`: shorter, from another side.
"""

from include.coaching.prose.scripts import (
    alignment_reflection,
    challenge,
    check_in,
    encouragement,
    general_reflection,
    personal_insight,
    relevant_lesson,
    reminder,
)
from include.coaching.prose.scripts.columns import Column, Script

__all__ = ["SCRIPTS", "Column"]

SCRIPTS: dict[str, Script] = {
    **check_in.SCRIPTS,
    **encouragement.SCRIPTS,
    **reminder.SCRIPTS,
    **alignment_reflection.SCRIPTS,
    **personal_insight.SCRIPTS,
    **relevant_lesson.SCRIPTS,
    **challenge.SCRIPTS,
    **general_reflection.SCRIPTS,
}
