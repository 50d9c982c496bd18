"""How a message would be taken: a rating by rules, where no model is asked."""

from include.coaching.context import Context
from include.coaching.models import Action, Draft, Simulation
from include.coaching.rules.message_type import Choice


def simulate(context: Context, choice: Choice, draft: Draft) -> Simulation:
    """Rate the draft from 1 to 10, with an action and its reason."""
    return Simulation(7, Action.SEND, "plain")
