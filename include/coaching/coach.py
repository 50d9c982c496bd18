"""What a tick comes to for one user: plan, screen, choose, write, screen again, simulate, revise once, gate.

Pure: the clock is the tick, and what a model has written is handed in.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from include.coaching import prose
from include.coaching.context import Context, build, recent
from include.coaching.models import (
    BY_RULES,
    TEMPLATE,
    Attempted,
    Draft,
    Due,
    Held,
    Outcome,
    Plan,
    Simulation,
    Source,
)
from include.coaching.rules import schedule
from include.coaching.rules.gate import FAILURES, MOST_ATTEMPTS, Verdict, verdict
from include.coaching.rules.message_type import Choice, choose
from include.coaching.rules.screen import screen
from include.coaching.rules.simulated import simulate


class Attempt(NamedTuple):
    """One try at a message, as it is kept. failure None = sent."""

    number: int
    choice: Choice
    draft: Draft
    simulation: Simulation | None  # None = the screen held the draft back before
    failure: str | None
    writer: str
    writer_reason: str | None
    prompt_version: str
    variant: str | None
    simulator: str
    cost_usd: float


class Coached(NamedTuple):
    """What a tick came to for a user."""

    due: Due
    plan: Plan
    outcome: Outcome
    next_due_at: datetime
    attempts: tuple[Attempt, ...] = ()
    held: tuple[Held, ...] = ()
    used: dict[str, Any] | None = None


class Words(NamedTuple):
    """What is known before anything is written."""

    context: Context
    choice: Choice


def held_before(source: Source, plan: Plan) -> tuple[Held, ...]:
    """Recent entries that the screen holds back: with any of them there is no coaching."""
    found = ((entry, screen(entry.body)) for entry in recent(source, plan))
    return tuple(Held(f"entry:{entry.entry_id}", category) for entry, category in found if category)


def words(source: Source, plan: Plan) -> Words:
    """What the message will be built on, and its type."""
    context = build(source, plan)
    return Words(context, choose(context))


def wait(due: Due, plan: Plan) -> Coached:
    """No message now: only the next due time changes."""
    assert plan.outcome is not None
    assert plan.next_due_at is not None
    return Coached(due, plan, plan.outcome, plan.next_due_at)


def coach(source: Source, plan: Plan, tick: datetime, told: Sequence[Attempted] = ()) -> Coached:
    """A user whose message may be written. told: what a model has written and simulated, in order."""
    held = held_before(source, plan)
    if held:
        return _ended(source.due, plan, tick, Outcome.SAFETY, (), held, None)
    known = words(source, plan)
    attempts: list[Attempt] = []
    for number in range(1, MOST_ATTEMPTS + 1):
        attempt, held = _attempt(known, number, told[number - 1] if number <= len(told) else None)
        attempts.append(attempt)
        if attempt.failure != FAILURES[Verdict.REVISE]:
            break
    outcome = _outcome(attempts[-1])
    return _ended(source.due, plan, tick, outcome, tuple(attempts), held, known.context.used)


def failed(due: Due, plan: Plan, tick: datetime) -> Coached:
    """Nothing could be made, whatever the reason: a later tick tries again."""
    return _ended(due, plan, tick, Outcome.FAILED, (), (), None)


def _attempt(known: Words, number: int, told: Attempted | None) -> tuple[Attempt, tuple[Held, ...]]:
    draft = told.draft if told and told.draft else prose.write(known.context, known.choice, number)
    category = screen(f"{draft.content}\n{draft.push}")
    if category:
        held = (Held(f"message:{number}", category),)
        return _kept(known, number, draft, told, None, FAILURES[Verdict.HELD]), held
    simulation = told.simulation if told else None
    by_rules = simulation or simulate(known.context, known.choice, draft)
    return _kept(known, number, draft, told, by_rules, FAILURES[verdict(by_rules, number)]), ()


def _kept(
    known: Words,
    number: int,
    draft: Draft,
    told: Attempted | None,
    simulation: Simulation | None,
    failure: str | None,
) -> Attempt:
    by_model = bool(told and told.draft)
    return Attempt(
        number,
        known.choice,
        draft,
        simulation,
        failure,
        writer=told.writer if told and by_model else TEMPLATE,
        writer_reason=told.reason if told else None,
        prompt_version=told.prompt_version if told and by_model else prose.version(),
        variant=told.variant if told else None,
        simulator=told.simulator if told and told.simulation else BY_RULES,
        cost_usd=told.cost_usd if told else 0.0,
    )


def _outcome(last: Attempt) -> Outcome:
    by_failure = {
        None: Outcome.SENT,
        FAILURES[Verdict.SKIP]: Outcome.SKIPPED,
        FAILURES[Verdict.HELD]: Outcome.SAFETY,
    }
    return by_failure.get(last.failure, Outcome.FAILED)


def _ended(
    due: Due,
    plan: Plan,
    tick: datetime,
    outcome: Outcome,
    attempts: tuple[Attempt, ...],
    held: tuple[Held, ...],
    used: dict[str, Any] | None,
) -> Coached:
    following = schedule.after_failure if outcome is Outcome.FAILED else schedule.after_success
    return Coached(due, plan, outcome, following(due, tick), attempts, held, used)
