"""The gate: below six of ten nothing is sent, and a message is revised once."""

import pytest

from include.coaching.models import Action, Simulation
from include.coaching.rules.gate import Verdict, verdict


@pytest.mark.parametrize(
    ("rating", "action", "attempt", "expected"),
    [
        (6, Action.SEND, 1, Verdict.SEND),
        (10, Action.SEND, 1, Verdict.SEND),
        (5, Action.SEND, 1, Verdict.REVISE),
        (9, Action.REVISE, 1, Verdict.REVISE),
        (9, Action.SKIP, 1, Verdict.SKIP),
        (1, Action.SKIP, 2, Verdict.SKIP),
        (6, Action.REVISE, 2, Verdict.SEND),
        (6, Action.SEND, 2, Verdict.SEND),
        (5, Action.SEND, 2, Verdict.REFUSE),
        (5, Action.REVISE, 2, Verdict.REFUSE),
    ],
)
def test_a_message_is_sent_skipped_revised_once_or_refused(
    rating: int, action: Action, attempt: int, expected: Verdict
) -> None:
    assert verdict(Simulation(rating, action, "reason"), attempt) is expected
