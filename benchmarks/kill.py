"""Kill the writing anywhere, go on, and let the provider's own bill tell what was paid.

A child process writes a run's texts as the tasks do: ask, write (messages or batches), stage. It is ended
by SIGKILL at a seeded moment: at the n-th event of a window (submit, record, wait, collect, stage: before
or after a statement, a commit, a request or an answer), or after a time. Then another child goes on from
what stands in the warehouse, is killed in turn, and so on; the last one finishes, and the run is published.
"""

import asyncio
import multiprocessing
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import psycopg

from benchmarks import harness
from include.batch import runs, stages
from include.batch.job import Run, RunRequest, Shard
from include.core.db import connect
from include.core.statements import statement
from include.intelligence.job import JOB
from include.jobs import load_writing
from include.llm import batches, ledger, messages
from include.llm.models import WriterSettings
from include.local import fake_provider, population, processes

QUICK = replace(JOB, expectations=dict)  # no suite: nothing is judged here
USERS = 24
WEEK_OF = date(2025, 12, 29)
MODES = ("messages", "batches")
WINDOWS = ("submit", "record", "wait", "collect", "stage", "any time")
MOST_KILLS = 4  # of one run, before it may finish
LADDER = ("claude-sonnet-5-5", "claude-haiku-5-5")
FAULTS = {
    "overloaded": {"share": 0.05},
    "dropped_after": [{"share": 0.03, "endpoint": "messages"}, {"share": 0.2, "endpoint": "create"}],
    "ungrounded": {"share": 0.08},
    "batch_errored": {"portion": 0.05},
    "batch_expired": {"share": 0.2, "portion": 0.3},
    "results_cut": {"share": 0.2},
}
LIMITS = batches.Limits(requests=8, look_for=timedelta(seconds=0.5))
TARGETS = {
    "kills": (">=", 500.0),
    "paid_twice": ("<=", 0.0),
    "users_lost": ("<=", 0.0),
    "overspend_usd": ("<=", 0.0),
    "unbooked_usd": ("<=", 0.0),
    "left_open": ("<=", 0.0),
}
_WINDOW_OF = {
    name: window
    for window, names in {
        "submit": "open_budget reserve_budget insert_calls mark_sent insert_batch update_batch_sending "
        "update_batch_submitted select_pending",
        "record": "settle_calls insert_answers update_requests settle_budget update_batch_over",
        "collect": "select_sent_calls select_unsettled",
    }.items()
    for name in names.split()
}


class Fate(NamedTuple):
    """When a child dies: at the n-th event of a window, or `after_s` seconds."""

    window: str
    nth: int = 0
    after_s: float = 0.0


class Site(NamedTuple):
    """Where it happens."""

    url: str
    provider: str


@dataclass
class Clock:
    """Counts a child's events; at the fated one the process is gone."""

    fate: Fate | None
    window: str = "ask"
    counts: Counter[str] = field(default_factory=Counter)

    def tick(self, window: str | None = None) -> None:
        at = window or self.window
        self.counts[at] += 1
        if self.fate and self.fate.window == at and self.fate.nth == self.counts[at]:
            os.kill(os.getpid(), signal.SIGKILL)


CLOCK = Clock(None)


class Counted(psycopg.Connection[Any]):
    """A connection whose every step is an event, before and after."""

    def execute(self, query: Any, *args: Any, **options: Any) -> Any:
        window = _windows().get(id(query)) if CLOCK.window == "wait" else None
        CLOCK.tick(window)
        done = super().execute(query, *args, **options)
        CLOCK.tick(window)
        return done

    @contextmanager
    def transaction(self, *args: Any, **options: Any) -> Iterator[Any]:
        with super().transaction(*args, **options) as inner:
            yield inner
            CLOCK.tick("record" if CLOCK.window == "wait" else None)
        CLOCK.tick("record" if CLOCK.window == "wait" else None)

    def commit(self) -> None:
        CLOCK.tick()
        super().commit()
        CLOCK.tick()


def _windows() -> dict[int, str]:
    return {id(statement(f"llm/{name}")): window for name, window in _WINDOW_OF.items()}


# ------------------------------------------------------------------ the child


def child(site: Site, run_id: int, settings: WriterSettings, fate: Fate | None, told: Any) -> None:
    """Ask, write and stage: what the tasks of a run do, each from what stands in the warehouse."""
    global CLOCK  # noqa: PLW0603  # this process's own
    CLOCK = Clock(fate)
    with Counted.connect(site.url) as connection:
        run = runs.load_run(connection, run_id)
        shards = _shards(connection, run_id)
        for shard in shards:
            stages.request_texts(connection, QUICK, run, shard)
    CLOCK.window = "wait"
    _write(site, run_id, settings)
    CLOCK.window = "stage"
    for shard in shards:
        with Counted.connect(site.url) as connection:
            stages.process(connection, QUICK, run, shard)
    told.send(dict(CLOCK.counts))


def _shards(connection: Any, run_id: int) -> list[Shard]:
    noted = connection.execute(
        "SELECT metadata->'plan' FROM ops.job_execution_log WHERE id = %s", (run_id,)
    ).fetchone()
    return [Shard(*one) for one in noted[0]]


def _write(site: Site, run_id: int, settings: WriterSettings) -> None:
    with Counted.connect(site.url, autocommit=True) as connection:
        _wait_for_the_dead(connection, run_id)
        if settings.writer == "messages":
            asyncio.run(_by_messages(connection, site, run_id, settings))
        else:
            _by_batches(connection, site, run_id, settings)


def _wait_for_the_dead(connection: Any, run_id: int) -> None:
    """The server takes a moment to see that a process is gone; a task's retry comes later than that."""
    for _ in range(500):
        try:
            ledger.lock_run(connection, run_id)
        except ledger.AlreadyWriting:
            time.sleep(0.01)
        else:
            ledger.unlock_run(connection, run_id)
            return


async def _by_messages(connection: Any, site: Site, run_id: int, settings: WriterSettings) -> None:
    import anthropic

    async def before(_: Any) -> None:
        CLOCK.tick("submit")

    async def after(_: Any) -> None:
        CLOCK.tick("collect")

    line = anthropic.DefaultAsyncHttpxClient(event_hooks={"request": [before], "response": [after]})
    job = load_writing(JOB.name)
    async with anthropic.AsyncAnthropic(api_key="k", base_url=site.provider, http_client=line) as sdk:
        await messages.write_all(connection, run_id, job, settings, sdk, backoff_s=0.005)


def _by_batches(connection: Any, site: Site, run_id: int, settings: WriterSettings) -> None:
    import anthropic

    def before(request: Any) -> None:
        CLOCK.tick(_window_of_call(request))

    def after(response: Any) -> None:
        CLOCK.tick(_window_of_call(response.request))

    line = anthropic.DefaultHttpxClient(event_hooks={"request": [before], "response": [after]})
    job = load_writing(JOB.name)
    with anthropic.Anthropic(api_key="k", base_url=site.provider, http_client=line) as sdk:
        while True:
            now = datetime.now(UTC)
            if batches.advance(connection, run_id, job, settings, sdk, now=now, limits=LIMITS).done:
                return
            time.sleep(0.02)


def _window_of_call(request: Any) -> str:
    if request.method == "POST":
        return "submit"
    return "collect" if request.url.path.endswith("/results") else "wait"


# ------------------------------------------------------------------ one run


class Known(NamedTuple):
    """What an undisturbed child did in a mode, and the kills so far."""

    events: Counter[str]
    seconds: float
    kills: Counter[str]


class Story(NamedTuple):
    """How a run went."""

    kills: list[str]  # their windows
    events: Counter[str]
    figures: dict[str, float]


def live_and_die(
    site: Site, settings: WriterSettings, chance: random.Random, known: Known, most: int
) -> Story:
    """A run, killed up to `most` times; its figures by the provider's bill and the warehouse."""
    run = _open(site, settings)
    kills: list[str] = []
    counts = None
    while counts is None:
        fate = _draw(chance, known, Counter(kills)) if len(kills) < most else None
        counts = _spawn(site, run.run_id, settings, fate)
        if counts is None and fate:
            kills.append(fate.window)
    _finish(site, run)
    return Story(kills, Counter(counts), _figures(site, run, settings))


def _draw(chance: random.Random, known: Known, here: Counter[str]) -> Fate:
    """The window with the fewest kills so far; rather early than late, since less is left after each kill."""
    window = min(WINDOWS, key=lambda name: (known.kills[name] + here[name], chance.random()))
    if window == "any time":
        return Fate(window, after_s=chance.uniform(0.0, known.seconds))
    return Fate(window, nth=1 + int(known.events[window] * chance.random() ** 2))


def _spawn(site: Site, run_id: int, settings: WriterSettings, fate: Fate | None) -> dict[str, int] | None:
    """Let a child work; its events, or None where it was killed."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    process = fork.Process(target=child, args=(site, run_id, settings, fate, theirs))
    process.start()
    theirs.close()
    process.join(fate.after_s if fate and fate.after_s else 120)
    if process.is_alive():
        process.kill()
        process.join()
    if process.exitcode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the child failed by itself (exit code {process.exitcode})")
    return ours.recv() if process.exitcode == 0 else None


def _open(site: Site, settings: WriterSettings) -> Run:
    """A new run over the same people, with an empty ledger and an empty bill."""
    fake_provider.control(site.provider, "reset", {})
    fake_provider.control(site.provider, "faults", FAULTS)
    now = datetime.now(UTC)
    with connect(site.url) as connection:
        connection.execute("TRUNCATE llm.requests, llm.answers, llm.calls, llm.batches, llm.budgets")
        run = runs.open_run(
            connection, JOB.name, WEEK_OF.isoformat(), str(now), RunRequest(shard_size=12), now
        )
        shards = stages.plan(connection, QUICK, run, runs.request_of(run))
        QUICK.prepare(connection, run)
        runs.note(connection, run, writer=settings._asdict(), plan=[list(one) for one in shards])
    return run


def _finish(site: Site, run: Run) -> None:
    request, now = runs.request_of(run), datetime.now(UTC)
    with connect(site.url) as connection:
        stages.check(connection, QUICK, run)
        stages.build_indexes(connection, QUICK, run, request)
    with connect(site.url) as connection:
        stages.publish(connection, QUICK, run, request, now)
        stages.close(connection, QUICK, run, now)


def _figures(site: Site, run: Run, settings: WriterSettings) -> dict[str, float]:
    while fake_provider.control(site.provider, "calls")["in_flight"]:
        time.sleep(0.01)  # what dead clients asked for is still being billed
    bill = fake_provider.control(site.provider, "bill")
    with connect(site.url) as connection:
        row = connection.execute(
            """
            SELECT (SELECT (metadata->>'members')::int FROM ops.job_execution_log WHERE id = %(run)s)
                 - (SELECT count(*) FROM warehouse.weekly_health_briefs
                    WHERE run_id = %(run)s AND (writer <> 'template' OR writer_reason <> 'not_asked'
                                                OR outcome = 'insufficient_data')),
                   (SELECT count(*) FROM llm.requests WHERE status NOT IN ('answered', 'fallen'))
                 + (SELECT count(*) FROM llm.calls WHERE status = 'sent')
                 + (SELECT count(*) FROM llm.batches WHERE status NOT IN ('collected', 'never_created'))
                 + (SELECT count(*) FROM llm.budgets WHERE reserved_usd <> 0),
                   (SELECT coalesce(sum(spent_usd), 0)::float8 FROM llm.budgets WHERE scope LIKE 'run:%%')
            """,
            {"run": run.run_id},
        ).fetchone()
    assert row is not None
    return {
        "paid_twice": bill["paid_twice"],
        "users_lost": row[0],
        "left_open": row[1],
        "overspend_usd": bill["usd"] - settings.run_cap_usd,
        "unbooked_usd": round(bill["usd"] - row[2], 9),
        "paid_usd": bill["usd"],
    }


def _undisturbed(site: Site, settings: WriterSettings) -> Known:
    """A child's work in this process, so that the children have all modules from the start."""
    run = _open(site, settings)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    began = time.monotonic()
    child(site, run.run_id, settings, None, theirs)
    took = time.monotonic() - began
    _finish(site, run)
    return Known(Counter(ours.recv()), took, Counter())


# ------------------------------------------------------------------ putting it together


def measure(
    site: Site, kills: int, seed: int, quiet: bool, modes: tuple[str, ...] = MODES
) -> dict[str, float]:
    """Runs with `kills` kills in all, half in each mode; the worst of each figure."""
    chance = random.Random(seed)
    stories: list[Story] = []
    for mode in modes:
        usual = WriterSettings(mode, LADDER, 100.0, 1_000.0, in_flight=8, queue_limit=16)  # type: ignore[arg-type]
        known = _undisturbed(site, usual)
        done: list[Story] = []
        while known.kills.total() < kills / len(modes):
            cap = chance.choice([100.0, 100.0, chance.uniform(0.02, 0.5)])
            most = min(MOST_KILLS, ceil(kills / len(modes)) - known.kills.total())
            done.append(live_and_die(site, usual._replace(run_cap_usd=cap), chance, known, most))
            known.kills.update(done[-1].kills)
            harness.say(quiet, f"  {mode}: {known.kills.total()} kills in {len(done)} runs")
        stories += done
    by_window = Counter(window for story in stories for window in story.kills)
    figures = {"runs": float(len(stories)), "kills": float(sum(by_window.values()))}
    figures |= {f"kills_{window.replace(' ', '_')}": float(by_window[window]) for window in WINDOWS}
    for name in ("paid_twice", "users_lost", "left_open"):
        figures[name] = float(sum(story.figures[name] for story in stories))
    for name in ("overspend_usd", "unbooked_usd", "paid_usd"):
        figures[name] = max(story.figures[name] for story in stories)
    return figures


def people(url: str) -> None:
    """Few enough to kill a run often, enough for shards and batches."""
    with connect(url) as connection:
        population.generate(connection, users=USERS, weeks=18, seed=5, week_of=WEEK_OF)


def main() -> None:
    asked = harness.options(__doc__)
    kills = 20 if asked.quick else 500
    targets = TARGETS | {"kills": (">=", float(kills))}
    with harness.server() as server_url, TemporaryDirectory() as folder:
        url = harness.database(server_url, "kill")
        people(url)
        home = Path(folder)
        provider = fake_provider.start(home, processes.free_port(), batch_seconds=0.05, latency=0.02)
        try:
            figures = measure(Site(url, provider), kills, seed=1, quiet=asked.json)
        finally:
            fake_provider.stop(home)
    harness.report(figures, targets, asked.json)
    sys.exit(0 if figures["paid_twice"] == 0 == figures["users_lost"] else 1)


if __name__ == "__main__":
    main()
