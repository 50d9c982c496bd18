"""Weekly intelligence over one shard: read → decide → write → stage."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
from psycopg import sql

from include.batch import distribution, publication, runs, shards, staging, warmup
from include.batch.job import BatchJob, Failure, Run, Shard, ShardResult
from include.batch.verification import Refused, quarantine
from include.core import cache_keys
from include.core.db import Connection, copy_text
from include.core.periods import Week
from include.core.statements import statement
from include.intelligence import repo, writing
from include.intelligence.brief import (
    BRIEF_COLUMNS,
    INSIGHT_COLUMNS,
    Freshness,
    Provenance,
    Rendered,
    TooFewComponents,
    render,
)
from include.intelligence.expectations import expectations
from include.intelligence.fallback import plain_facts, plain_prose
from include.intelligence.metrics import NAMES
from include.intelligence.models import Facts, Prose
from include.intelligence.prose import version, write
from include.intelligence.rules.facts import Block, Cleaned, Cohorts, compute_facts
from include.intelligence.writing import Text

BRIEFS = "warehouse.weekly_health_briefs"
INSIGHTS = "warehouse.health_insights"
PIECE_USERS = 250  # computed together
RULES_FAIL = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError)


def week_of(run: Run) -> Week:
    return Week.parse(run.period)


class Made(NamedTuple):
    """What a shard's users came to, before it is staged."""

    rendered: list[Rendered]
    failures: list[Failure]
    cleaned: list[Cleaned]
    profile: np.ndarray  # (metrics, 4): users, with a value, sum and sum of squares of weekly means


def process(connection: Connection, run: Run, shard: Shard, users: Sequence[int] | None) -> ShardResult:
    """Make and stage the results of these users; who cannot be made is named with the reason."""
    made = make(connection, run, shards.members_of(connection, run, shard) if users is None else users)
    _stage(connection, run, made.rendered)
    _keep_cleaned(connection, run, made.cleaned)
    if shard.number >= 0:  # a repair repeats users that their shard has counted
        rows = [(name, *row) for name, row in zip(NAMES, made.profile.tolist(), strict=True)]
        distribution.store_profile(connection, run, shard.number, rows)
    return ShardResult(len(made.rendered), made.failures)


@contextmanager
def steady_processor() -> Iterator[None]:
    """One BLAS thread, since the workers fill the processors; and no cyclic garbage collection, since a
    shard makes millions of small objects and no cycles."""
    from threadpoolctl import threadpool_limits

    was_on = gc.isenabled()
    gc.disable()
    try:
        with threadpool_limits(1, user_api="blas"):
            yield
    finally:
        if was_on:
            gc.enable()


@steady_processor()
def make(connection: Connection, run: Run, users: Sequence[int]) -> Made:
    """Read, decide and write, block by block; nothing is stored."""
    cohorts = repo.load_cohorts(connection, week_of(run), run.run_id)
    origin = provenance(run, "template", version())
    settings = writing.settings_of(connection, run)
    made = Made([], [], [], np.zeros((len(NAMES), 4)))
    for source in repo.read_blocks(connection, week_of(run), users, cohorts):
        facts = _decide(made, source.block, cohorts)
        _add_to_profile(made.profile, facts)
        told = writing.texts(connection, run, settings, facts)
        _render_all(made, facts, source, origin, told)
    return made


@steady_processor()
def request_texts(connection: Connection, run: Run, users: Sequence[int]) -> int:
    """Ask for what a model shall write for these users; returns how many texts are new to the ledger."""
    cohorts = repo.load_cohorts(connection, week_of(run), run.run_id)
    settings = writing.settings_of(connection, run)
    nothing = Made([], [], [], np.zeros((len(NAMES), 4)))
    return sum(
        writing.ask_for(connection, run, settings, _decide(nothing, source.block, cohorts))
        for source in repo.read_blocks(connection, week_of(run), users, cohorts)
    )


def _decide(made: Made, block: Block, cohorts: Cohorts) -> list[Facts]:
    """Facts of a block as read, piece by piece: the arrays of a piece stay in the processor's cache."""
    found: list[Facts] = []
    for first in range(0, len(block.user_ids), PIECE_USERS):
        facts, cleaned, failures = isolate(_part(block, first, first + PIECE_USERS), cohorts)
        found.extend(facts)
        made.cleaned.extend(cleaned)
        made.failures.extend(failures)
    return found


def _render_all(
    made: Made, facts: list[Facts], source: repo.Source, origin: Provenance, told: dict[int, Text]
) -> None:
    fresh = dict(zip(source.block.user_ids.tolist(), freshness(source), strict=True))
    for one in facts:
        try:
            prose, whose = _prose(one, origin, told.get(one.user_id))
            made.rendered.append(render(one, prose, fresh[one.user_id], whose))
        except (*RULES_FAIL, TooFewComponents) as error:
            made.failures.append(Failure(one.user_id, f"writing failed: {type(error).__name__}"))


def _prose(facts: Facts, origin: Provenance, text: Text | None) -> tuple[Prose, Provenance]:
    """The model's words where there are any, else the template's; and the provenance of either."""
    if text is None:
        return write(facts, origin.week_of), origin
    whose = origin._replace(writer_reason=text.reason, variant=text.variant, cost_usd=text.cost_usd)
    if text.prose is None:
        return write(facts, origin.week_of), whose
    return text.prose, whose._replace(writer=text.writer, prompt_version=text.prompt_version)


def provenance(run: Run, writer: str, version: str) -> Provenance:
    now = datetime.now(UTC).isoformat()
    return Provenance(run.period, run.run_id, run.code_version, writer, version, now)


def isolate(block: Block, cohorts: Cohorts) -> tuple[list[Facts], list[Cleaned], list[Failure]]:
    """Facts of a block; where one user's data breaks a rule, only that user fails."""
    try:
        return *compute_facts(block, cohorts), []
    except RULES_FAIL as error:
        if len(block.user_ids) == 1:
            return [], [], [Failure(int(block.user_ids[0]), f"facts failed: {type(error).__name__}")]
    middle = len(block.user_ids) // 2
    left, right = isolate(_part(block, 0, middle), cohorts), isolate(_part(block, middle, None), cohorts)
    return left[0] + right[0], left[1] + right[1], left[2] + right[2]


def _part(block: Block, first: int, last: int | None) -> Block:
    part = slice(first, last)
    return Block(
        block.user_ids[part],
        block.values[part],
        block.moods[part],
        block.labs[part],
        block.cohort[part],
        block.dismissed[part],
    )


def freshness(source: repo.Source) -> list[Freshness]:
    """Per user the newest import and the days from the newest value to the Sunday."""
    known = ~np.isnan(source.block.values).all(axis=2)
    since = known[:, ::-1].argmax(axis=1)
    since[~known.any(axis=1)] = repo.WINDOW_DAYS
    return [Freshness(*one) for one in zip(source.data_through, since.tolist(), strict=True)]


def _add_to_profile(profile: np.ndarray, facts: list[Facts]) -> None:
    """Sums of the users' weekly means, the input of the distribution gate."""
    profile[:, 0] += len(facts)
    for index, name in enumerate(NAMES):
        means = [one.stats[name].this for one in facts if name in one.stats]
        values = np.array([mean for mean in means if mean is not None])
        profile[index, 1:] += len(values), values.sum(), (values**2).sum()


def _stage(connection: Connection, run: Run, rendered: list[Rendered]) -> None:
    copy_text(connection, staging.staged_name(BRIEFS, run), BRIEF_COLUMNS, (one.brief for one in rendered))
    lines = (line for one in rendered for line in one.insights)
    copy_text(connection, staging.staged_name(INSIGHTS, run), INSIGHT_COLUMNS, lines)


def _keep_cleaned(connection: Connection, run: Run, cleaned: list[Cleaned]) -> None:
    if cleaned:
        kept = [
            Refused(c.user_id, f"clean:{c.metric}", "cleaned", f"{c.days} days {c.reason}") for c in cleaned
        ]
        quarantine(connection, run, kept)


def prepare(connection: Connection, run: Run) -> None:
    """Freeze the cohorts: anew for a whole run, kept for its waves, repairs and retries."""
    whole = runs.request_of(run).scope == "all" or not publication.is_published(connection, JOB, run)
    repo.freeze_cohorts(connection, run, anew=whole)


def fallback(connection: Connection, run: Run, users: Sequence[int]) -> None:
    """Stage the plain means of these users, marked partial."""
    origin = provenance(run, "fallback", "fallback-1")
    rendered: list[Rendered] = []
    empty = repo.load_cohorts(connection, week_of(run), run.run_id)
    for source in repo.read_blocks(connection, week_of(run), users, empty):
        ids, week = source.block.user_ids.tolist(), source.block.values[:, -7:].tolist()
        for user_id, days, fresh in zip(ids, week, freshness(source), strict=True):
            rendered.append(render(plain_facts(user_id, days), plain_prose(), fresh, origin, "partial"))
    _stage(connection, run, rendered)


def nothing_to_do(connection: Connection, run: Run) -> str | None:
    """Why a week has nobody to work for, and what to do; None where its second wave will have somebody."""
    if run.started_at < week_of(run).over_first_at:
        return f"The week before {run.period} is not over for anybody yet. Choose an earlier Monday, or wait for it."
    if runs.metadata(connection, run).get("deferred"):
        return None
    row = connection.execute(statement("intelligence/select_data_range")).fetchone()
    users, first, last = row or (0, None, None)
    if not users:
        return "There are no users. Load data (`almanac load …`) or make some (`almanac generate …`) first."
    if first is None:
        return f"{users} users, but not one day of data. Load their daily data (`almanac load …`)."
    return (
        f"No eligible user has data in the 28 days before {run.period}; the data goes from {first} to {last}. "
        "Choose a week between them, load newer data, or look at the roll-out flag (`almanac flag`)."
    )


def warm(connection: Connection, cache: Any, run: Run) -> int:
    """Briefs of recently active users into Redis, everybody's old ones out.

    The newest week is noted first: who reads a component that was just forgotten cuts it out of that week's brief.
    """
    newest = repo.newest_week(connection, JOB.name)
    if newest is not None:
        cache.eval(RAISE_SCRIPT, 1, cache_keys.newest_week(), newest.isoformat())
    table = sql.Identifier(*BRIEFS.split("."))
    entries = repo.warm_briefs(connection, table, week_of(run), run.started_at)
    return warmup.refresh_users(connection, cache, run, entries, stale_keys)


# KEYS: the newest week. ARGV: another. Two weeks may be published at the same moment.
RAISE_SCRIPT = """
local shown = redis.call('GET', KEYS[1])
if not shown or shown < ARGV[1] then redis.call('SET', KEYS[1], ARGV[1]) end
"""


def stale_keys(run: Run, user_id: int) -> list[str]:
    return cache_keys.of_week(user_id, week_of(run).week_of)


JOB = BatchJob(
    name="weekly_intelligence",
    tables=(BRIEFS, INSIGHTS),
    partition_column="week_of",
    select_members="intelligence/select_members",
    check_users="intelligence/check_users",
    on_publish=("intelligence/enqueue_notifications", "intelligence/delete_other_cohorts"),
    prepare=prepare,
    process=process,
    request_texts=request_texts,
    fallback=fallback,
    expectations=expectations,
    warm=warm,
    nothing_to_do=nothing_to_do,
)
