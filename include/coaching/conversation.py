"""A message and its simulation by a model: what is asked for, what follows from an answer, and what came of it.

message → simulation of it → (not worth sending: a revised message, with the critique → simulation) → end. All that a
step needs is in the document before it, so that a conversation goes on from wherever the ledger has it.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from include.batch.job import Run
from include.coaching.context import Context
from include.coaching.models import BY_RULES, TEMPLATE, Attempted, Simulation
from include.coaching.prompting import (
    PROMPT_VERSION,
    SIMULATION_VERSION,
    as_text,
    document,
    draft,
    prompt,
    simulation,
)
from include.coaching.rules.gate import Verdict, verdict
from include.coaching.rules.message_type import Choice
from include.core.db import Connection
from include.llm import experiments, ledger
from include.llm.client import facts_key
from include.llm.ledger import Answered
from include.llm.models import Request, WriterSettings, WritingJob

NEVER_ASKED = "not_asked"  # repairs and retries take what is there, and ask for nothing


class Step(NamedTuple):
    """A request of a conversation, and the ledger's answer; None = there is none."""

    request: Request
    answered: Answered | None


def requests_for(
    settings: WriterSettings, wanted: Sequence[tuple[Context, Choice]]
) -> list[tuple[Request, str | None]]:
    """What to ask first for each user, and the variant it belongs to."""
    asked = []
    for context, choice in wanted:
        variant, version = experiments.assign(settings.experiment, context.user_id, PROMPT_VERSION)
        told = document(context, choice)
        asked.append((_request(context.user_id, version, told, settings.provider), variant))
    return asked


def ask_for(
    connection: Connection, run: Run, settings: WriterSettings, wanted: Sequence[tuple[Context, Choice]]
) -> int:
    """Ask for what the ledger does not have of these conversations; returns how many texts."""
    requests = [request for request, _ in requests_for(settings, wanted)]
    return ledger.add_requests(connection, run.run_id, requests, settings.models, WRITING, settings.provider)


def follow(request: Request, answer: dict[str, Any], provider: str) -> Request | None:
    """What to ask after an answer: the simulation of a message, or once a better message."""
    told = json.loads(request.facts)
    of_message, _, of_simulation = request.prompt_version.partition("/")
    if not of_simulation:
        attempt = 2 if "critique" in told else 1
        judged = {"facts": told["facts"], "attempt": attempt, "message": answer}
        return _request(request.user_id, f"{of_message}/{SIMULATION_VERSION}", judged, provider)
    if verdict(simulation(answer), told["attempt"]) is not Verdict.REVISE:
        return None
    critique = {"effectiveness_rating": answer["effectiveness_rating"], "reason": answer["reason"]}
    better = {"facts": told["facts"], "refused": told["message"], "critique": critique}
    return _request(request.user_id, of_message, better, provider)


def _request(user_id: int, version: str, told: dict[str, Any], provider: str) -> Request:
    text = as_text(told)
    return Request(facts_key(text, prompt(version), provider), user_id, version, text)


WRITING = WritingJob("hourly_coaching", prompt, follow)


def attempts(
    connection: Connection, run: Run, settings: WriterSettings, wanted: Sequence[tuple[Context, Choice]]
) -> dict[int, list[Attempted]]:
    """By user: what a model has made of each attempt, in order. Empty for the template writer.

    An attempt without a draft was not written, for the reason told; one without a simulation is for the rules
    to judge.
    """
    if settings.writer == TEMPLATE:
        return {}
    asked = requests_for(settings, wanted)
    talks = _talks(connection, settings, [request for request, _ in asked])
    keys = [step.request.facts_key for talk in talks for step in talk]
    reasons = ledger.reasons(connection, run.run_id, keys)
    spent = ledger.spent(connection, run.run_id, keys)
    return {
        talk[0].request.user_id: _attempted(talk, variant, reasons, spent)
        for talk, (_, variant) in zip(talks, asked, strict=True)
    }


def _talks(connection: Connection, settings: WriterSettings, openings: Sequence[Request]) -> list[list[Step]]:
    """Each conversation as far as the ledger has it, with the first request that has no answer."""
    talks: list[list[Step]] = [[] for _ in openings]
    open_ones: dict[int, Request] = dict(enumerate(openings))
    while open_ones:
        known = ledger.answers(connection, [one.facts_key for one in open_ones.values()], settings.models)
        following: dict[int, Request] = {}
        for place, request in open_ones.items():
            answered = known.get(request.facts_key)
            talks[place].append(Step(request, answered))
            then = follow(request, answered.answer, settings.provider) if answered else None
            if then:
                following[place] = then
        open_ones = following
    return talks


def _attempted(
    talk: Sequence[Step], variant: str | None, reasons: dict[str, str], spent: dict[str, float]
) -> list[Attempted]:
    """Messages and simulations take turns."""
    made = []
    for place in range(0, len(talk), 2):
        of_message = talk[place]
        of_simulation = talk[place + 1] if place + 1 < len(talk) else None
        key = of_message.request.facts_key
        cost = spent.get(key, 0.0)
        cost += spent.get(of_simulation.request.facts_key, 0.0) if of_simulation else 0.0
        found, simulator = _simulated(of_simulation)
        made.append(
            Attempted(
                draft=draft(of_message.answered.answer) if of_message.answered else None,
                simulation=found,
                writer=of_message.answered.model if of_message.answered else TEMPLATE,
                prompt_version=of_message.request.prompt_version,
                variant=variant,
                simulator=simulator,
                reason=reasons.get(key, None if of_message.answered else NEVER_ASKED),
                cost_usd=cost,
            )
        )
    return made


def _simulated(step: Step | None) -> tuple[Simulation | None, str]:
    if step is None or step.answered is None:
        return None, BY_RULES
    return simulation(step.answered.answer), step.answered.model
