"""`almanac estimate`: what a run's texts would cost, before it runs. Nothing is written and nothing is sent."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, NamedTuple

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from include.batch import shards, staging
from include.batch.job import BatchJob, Run, RunRequest
from include.batch.runs import code_version
from include.coaching import coach, conversation
from include.coaching import repo as coaching_repo
from include.coaching.job import JOB as COACHING
from include.coaching.job import PIECE_USERS, RULES_FAIL, tick_of
from include.coaching.models import Plan, Source
from include.coaching.rules import schedule
from include.core.db import Connection
from include.core.periods import Hour, Period, Week
from include.core.settings import Settings
from include.core.statements import statement
from include.intelligence import repo
from include.intelligence.job import JOB, isolate, nothing_to_do
from include.intelligence.writing import requests_for
from include.jobs import load_writing
from include.llm import accounts, budget, client, ledger, prices
from include.llm.accounts import Cap, Usual
from include.llm.models import Request, Usage, WriterSettings
from include.local import stack
from include.local.commands.costs import usd
from include.local.commands.writer import require_writing
from include.local.console import console
from include.local.processes import StackError
from include.local.provider import ANTHROPIC, LABEL

app = typer.Typer()
BYTES_A_TOKEN = 3.0  # of JSON and English; on the safe side of the usual four
OUTPUT_TOKENS = 600  # a brief of the usual length, where too few calls have been made yet
CALLS = {JOB.name: 1, COACHING.name: 2}  # a user: a message, and its simulation
EACH = {JOB.name: "", COACHING.name: "a message and its simulation each; a revised one is two more"}
PROMPTS = {JOB.name: "weekly-", COACHING.name: "coaching-"}


class Draft(NamedTuple):
    """The texts of a period, as they would be asked for now. All but `eligible` and `deferred` are of the sample."""

    job: str
    eligible: int
    deferred: int
    sampled: int
    with_enough_data: int
    texts: int
    known: int
    mean_bytes: float
    max_tokens: int

    @property
    def scale(self) -> float:
        """Eligible users behind each of the sample."""
        return self.eligible / max(self.sampled, 1)

    @property
    def to_write(self) -> int:
        """Texts of the whole period that the ledger does not have."""
        return round((self.texts - self.known) * self.scale) * CALLS[self.job]


class Price(NamedTuple):
    """What one text would cost by one model, in US dollars."""

    model: str
    tokens_in: float
    tokens_out: float
    by_message: float
    by_batch: float
    at_most: float  # reserved before a message is sent
    basis: str  # where the figures come from


@app.command("estimate")
def show_estimate(
    job: Annotated[str, typer.Argument(help="e.g. weekly_intelligence")],
    week: Annotated[str | None, typer.Option(help="Monday of delivery, YYYY-MM-DD")] = None,
    hour: Annotated[str | None, typer.Option(help="of hourly_coaching: YYYY-MM-DDTHH:00, UTC")] = None,
    sample: Annotated[
        int,
        typer.Option(min=1, help="users looked at; of more, every so-manieth, and the rest is extrapolated"),
    ] = 20_000,
) -> None:
    """What a model's texts for a week or an hour would cost. It is an estimate; nothing is written, nothing is sent."""
    require_writing(job)
    now = datetime.now(UTC)
    period = _period(job, week, hour)
    with stack.warehouse(Settings()) as connection:
        settings = ledger.settings_of(connection, job)._replace(provider=_provider())
        with console.status(f"Computing the facts of {period.key}"):
            found = draft(connection, job, period, settings, now, sample)
        usual = accounts.usual_usage(connection, PROMPTS[job])
        priced = [price(model, found, usual) for model in settings.models]
        today = accounts.caps(connection, [budget.scopes(0, now.date())[0]])
    console.print(estimate_page(period, settings, found, priced, today[0] if today else None))


def _period(job: str, week: str | None, hour: str | None) -> Period:
    """What the job's runs are for; an error that says how to name it."""
    if job == COACHING.name:
        if hour is None:
            raise StackError(f"{job} has an hour: --hour 2026-03-04T08:00")
        return Hour.parse(hour)
    if week is None:
        raise StackError(f"{job} has a week: --week 2026-01-05")
    return Week.parse(week)


def _provider() -> str:
    """Whose texts of the ledger count: those of the provider that would be asked."""
    return LABEL if stack.provider_of(Settings()) == "fake" else ANTHROPIC


def draft(
    connection: Connection, name: str, period: Period, settings: WriterSettings, now: datetime, most: int
) -> Draft:
    """Do what a run does before it asks, in a transaction that is rolled back."""
    job = COACHING if name == COACHING.name else JOB
    run = Run(0, job.name, period.key, code_version(), now, RunRequest()._asdict())
    _require_nobody_at_work(connection, run)
    with connection.transaction(force_rollback=True):
        staging.create_members(connection, job, run)
        deferred = shards.select_members(connection, job, run, RunRequest())
        users = shards.all_members(connection, run)
        if not users:
            raise StackError(_nobody(connection, job, run))
        looked_at = users[:: -(-len(users) // most)]
        if job is JOB:
            repo.freeze_cohorts(connection, run, anew=True)
        return _count(connection, run, settings, looked_at)._replace(eligible=len(users), deferred=deferred)


def _nobody(connection: Connection, job: BatchJob, run: Run) -> str:
    if job is COACHING:
        return f"Nobody is due at {run.period}: see almanac coaching list-eligible --at {run.period}"
    return f"Nobody is eligible for {run.period}. {nothing_to_do(connection, run)}"


def _require_nobody_at_work(connection: Connection, run: Run) -> None:
    key = {"job_name": run.job_name, "period": run.period}
    holder = connection.execute(statement("batch/select_lease_holder"), key).fetchone()
    if holder and holder[1] > run.started_at:
        raise StackError(f"{holder[0]} is at work on {run.period}; look at almanac costs when it has ended.")


def _count(connection: Connection, run: Run, settings: WriterSettings, users: Sequence[int]) -> Draft:
    writing = load_writing(run.job_name)
    sizes: dict[str, int] = {}
    known: set[str] = set()
    sufficient = max_tokens = 0
    for requests in _requests(connection, run, settings, users):
        sufficient += len(requests)
        for one in requests:
            max_tokens = max(max_tokens, writing.prompt(one.prompt_version).max_tokens)
            sizes[one.facts_key] = client.size_of(client.body(writing, one, settings.models[0]))
        known |= accounts.free_keys(connection, [one.facts_key for one in requests], settings.models)
    new = [size for key, size in sizes.items() if key not in known]
    mean_bytes = sum(new) / len(new) if new else 0.0
    return Draft(run.job_name, 0, 0, len(users), sufficient, len(sizes), len(known), mean_bytes, max_tokens)


def _requests(
    connection: Connection, run: Run, settings: WriterSettings, users: Sequence[int]
) -> Iterator[list[Request]]:
    """What would be asked first, block by block."""
    if run.job_name == COACHING.name:
        yield from _coaching_requests(connection, run, settings, users)
        return
    cohorts = repo.load_cohorts(connection, Week.parse(run.period))
    for source in repo.read_blocks(connection, Week.parse(run.period), users, cohorts):
        facts, _, _ = isolate(source.block, cohorts)
        yield [request for request, _ in requests_for(settings, facts)]


def _coaching_requests(
    connection: Connection, run: Run, settings: WriterSettings, users: Sequence[int]
) -> Iterator[list[Request]]:
    tick = tick_of(run)
    for first in range(0, len(users), PIECE_USERS):
        due = coaching_repo.read_due(connection, users[first : first + PIECE_USERS])
        plans = {one.user_id: plan for one in due if (plan := schedule.plan(one, tick)).outcome is None}
        sources = coaching_repo.read_sources(connection, [one for one in due if one.user_id in plans], tick)
        words = [_words(source, plans[source.due.user_id]) for source in sources]
        wanted = [one for one in words if one is not None]
        yield [request for request, _ in conversation.requests_for(settings, wanted)]


def _words(source: Source, plan: Plan) -> coach.Words | None:
    """What a model would be told; None for whom it is told nothing."""
    try:
        return None if coach.held_before(source, plan) else coach.words(source, plan)
    except RULES_FAIL:
        return None


def price(model: str, found: Draft, usual: dict[tuple[str, bool], Usual]) -> Price:
    """From the mean of past calls: of this way, else of the other, else of another model; else from the size."""
    own = usual.get((model, False)) or usual.get((model, True))
    other = max(usual.values(), key=lambda one: one.calls, default=None)
    by_message = own or (other or _from_size(found))._replace(calls_a_text=1.0)
    by_batch = usual.get((model, True)) or by_message
    if own:
        basis = f"the mean of {own.calls:,} past calls"
    else:
        basis = "as many tokens as past calls of others" if other else "guessed from the size of the requests"
    tokens_in = by_message.input + by_message.cache_read + by_message.cache_write
    return Price(
        model,
        tokens_in,
        by_message.output,
        _cost(model, by_message, batch=False),
        _cost(model, by_batch, batch=True),
        prices.most(model, round(found.mean_bytes), found.max_tokens, batch=False),
        basis,
    )


def _from_size(found: Draft) -> Usual:
    """All input as new, nothing from the cache: more than it will be."""
    output = min(OUTPUT_TOKENS, found.max_tokens // 2)
    return Usual(0, found.mean_bytes / BYTES_A_TOKEN + prices.OVERHEAD_TOKENS, output, 0.0, 0.0, 1.0)


def _cost(model: str, usual: Usual, *, batch: bool) -> float:
    tokens = Usage(*(round(count) for count in usual[1:5]))
    return prices.cost(model, tokens, batch=batch) * usual.calls_a_text


def estimate_page(
    period: Period, settings: WriterSettings, found: Draft, priced: Sequence[Price], today: Cap | None
) -> Group:
    """Who, how many texts, what by which model, and how far the caps reach."""
    return Group(
        Text(f"{found.job} {period.key}", style="bold"),
        Text("An estimate: nothing was written, nothing was sent."),
        _users_table(found),
        Text("\nIf one model wrote them all", style="bold cyan"),
        _prices_table(found, priced),
        Text(_basis(priced), style="dim"),
        Text("\nCaps", style="bold cyan"),
        *(Text(line) for line in _cap_lines(settings, found, priced[0], today)),
    )


def _users_table(found: Draft) -> Table:
    table = Table.grid(padding=(0, 2))
    scaled = [round(n * found.scale) for n in (found.with_enough_data, found.known)]
    rows = [
        ("eligible users", found.eligible, f"{found.deferred:,} more in the second wave"),
        ("with enough data", scaled[0], "the others get a template, free"),
        ("texts in the ledger", scaled[1], "free"),
        ("texts to be written", found.to_write, EACH[found.job]),
    ]
    for label, number, note in rows:
        table.add_row(f"[dim]{label}[/]", f"{number:,}", f"[dim]{note}[/]")
    if found.sampled < found.eligible:
        table.add_row("[dim]looked at[/]", f"{found.sampled:,}", "[dim]the rest is extrapolated[/]")
    return table


def _prices_table(found: Draft, priced: Sequence[Price]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("model", no_wrap=True)
    for heading in ("in a call", "out", "by messages", "by batches", "at most"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in priced:
        amounts = [usd(found.to_write * each) for each in (one.by_message, one.by_batch, one.at_most)]
        table.add_row(one.model, f"{one.tokens_in:,.0f}", f"{one.tokens_out:,.0f}", *amounts)
    return table


def _basis(priced: Sequence[Price]) -> str:
    """Where the figures come from."""
    told = [f"{one.model}: {one.basis}" for one in priced]
    return f"{'; '.join(told)}. At most: a token a byte and the longest answer, without second tries."


def _cap_lines(settings: WriterSettings, found: Draft, first: Price, today: Cap | None) -> Iterator[str]:
    each = first.by_batch if settings.writer == "batches" else first.by_message
    way = "batches" if settings.writer == "batches" else "messages"
    left = settings.day_cap_usd - (today.spent_usd + today.reserved_usd if today else 0.0)
    for name, amount in (("A run", settings.run_cap_usd), ("Today", max(left, 0.0))):
        reach = int(amount / each) if each else found.to_write
        enough = "enough" if reach >= found.to_write else f"for about {reach:,} of {found.to_write:,} texts"
        what = "may cost" if name == "A run" else "has left"
        yield f"{name} {what} {usd(amount)}: {enough} by {way} of {first.model}."
    if settings.writer == "template":
        yield f"The writer is the template now, which costs nothing: almanac writer {found.job} {way}"
