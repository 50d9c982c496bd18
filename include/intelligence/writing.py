"""The texts of briefs by a model: what is asked for before a shard is processed, and what came of it."""

from collections.abc import Sequence
from typing import NamedTuple

from include.batch import runs
from include.batch.job import Run
from include.core.db import Connection
from include.intelligence.models import Facts, Prose
from include.intelligence.prompting import PROMPT_VERSION, facts_text, prompt, prose
from include.llm import experiments, ledger
from include.llm.client import facts_key
from include.llm.models import Request, WriterSettings, frozen_settings

NEVER_ASKED = "not_asked"  # repairs and retries take what is there, and ask for nothing


class Text(NamedTuple):
    """A model's text for one user; without prose the template writes, for the reason told."""

    prose: Prose | None
    writer: str
    prompt_version: str
    reason: str | None
    variant: str | None
    cost_usd: float


def settings_of(connection: Connection, run: Run) -> WriterSettings:
    """The writer as frozen with the run; template where nothing was frozen."""
    return frozen_settings(runs.metadata(connection, run).get("writer"))


def requests_for(settings: WriterSettings, facts: Sequence[Facts]) -> list[tuple[Request, str | None]]:
    """What to ask for each user with enough data, and the variant it belongs to."""
    asked = []
    for one in facts:
        if one.sufficient:
            variant, version = experiments.assign(settings.experiment, one.user_id, PROMPT_VERSION)
            text = facts_text(one)
            key = facts_key(text, prompt(version), settings.provider)
            asked.append((Request(key, one.user_id, version, text), variant))
    return asked


def ask_for(connection: Connection, run: Run, settings: WriterSettings, facts: Sequence[Facts]) -> int:
    """Ask for the texts that the ledger does not have; returns how many."""
    requests = [request for request, _ in requests_for(settings, facts)]
    return ledger.add_requests(connection, run.run_id, requests, settings.models)


def texts(
    connection: Connection, run: Run, settings: WriterSettings, facts: Sequence[Facts]
) -> dict[int, Text]:
    """By user: the ledger's text, or the reason why the template writes. Empty for the template writer."""
    if settings.writer == "template":
        return {}
    asked = requests_for(settings, facts)
    keys = [request.facts_key for request, _ in asked]
    answers = ledger.answers(connection, keys, settings.models)
    reasons = ledger.reasons(connection, run.run_id, keys)
    spent = ledger.spent(connection, run.run_id, keys)
    found = {}
    for request, variant in asked:
        key, version = request.facts_key, request.prompt_version
        answer, reason, cost = answers.get(key), reasons.get(key), spent.get(key, 0.0)
        if answer:
            found[request.user_id] = Text(prose(answer.answer), answer.model, version, reason, variant, cost)
        else:
            found[request.user_id] = Text(None, "template", version, reason or NEVER_ASKED, variant, cost)
    return found
