"""What must hold for a tick's plans and messages as a whole (Great Expectations)."""

from typing import Any

from include.coaching.models import PUSH_LENGTH, MessageType, Outcome
from include.coaching.repo import MESSAGES, SCHEDULE


def expectations() -> dict[str, list[Any]]:
    """Table → expectations; checked in the database before anything is published."""
    import great_expectations.expectations as gxe

    return {
        SCHEDULE: [
            gxe.ExpectColumnValuesToBeUnique(column="user_id"),
            gxe.ExpectColumnValuesToNotBeNull(column="next_due_at"),
            gxe.ExpectColumnValuesToBeInSet(column="outcome", value_set=list(Outcome)),
        ],
        MESSAGES: [
            gxe.ExpectColumnValuesToBeUnique(column="message_id"),
            gxe.ExpectColumnValuesToBeInSet(column="message_type", value_set=list(MessageType)),
            gxe.ExpectColumnValueLengthsToBeBetween(
                column="push_notification_text", min_value=1, max_value=PUSH_LENGTH
            ),
            gxe.ExpectColumnValueLengthsToBeBetween(column="message_content", min_value=1, max_value=2_000),
        ],
    }
