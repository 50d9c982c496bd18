"""How fast, how safely and in how much memory a model's texts are written, against a provider of our own.

messages: real users' facts, real prompt and grounding, an answer time of 5 s. Wall time against
    users × latency ÷ concurrency; the straightforward loop (ten users with gather, retry by sleep)
    against the same provider in the same run.
faults: 30 % of calls failing at random; who is published, through the real stages.
caps: several runs at once, many calls in flight, faults and lost answers; the provider's bill against the cap.
batches: requests of 12 KB, split, submitted in waves and collected.

The writer is a process of its own each time, so that its memory is its own.
"""

import asyncio
import json
import multiprocessing
import random
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import psutil
import psycopg
from pydantic import BaseModel, ConfigDict

from benchmarks import harness
from include.batch import runs, stages
from include.batch.job import Run, RunRequest, Shard
from include.core.db import connect
from include.intelligence.job import JOB
from include.jobs import load_writing
from include.llm import batches, budget, client, ledger, messages
from include.llm.models import Prompt, Request, WriterSettings, WritingJob
from include.local import fake_provider, population, processes

QUICK_JOB = replace(JOB, expectations=dict)
LADDER = ("claude-sonnet-5-5", "claude-haiku-5-5")
WEEK_OF = date(2025, 12, 29)
AT_ONCE = 10  # of the straightforward loop
REQUEST_BYTES = 12_000
THIRTY_PERCENT = {
    "overloaded": {"share": 0.10},
    "server_error": {"share": 0.08},
    "dropped_before": {"share": 0.04},
    "dropped_after": {"share": 0.04},
    "ungrounded": {"share": 0.05},
}
TARGETS = {
    "users_per_hour": (">=", 50_000.0),
    "wall_ratio": ("<=", 1.1),
    "peak_rss_mb": ("<=", 500.0),
    "rss_growth_mb": ("<=", 30.0),
    "published_share": (">=", 0.995),
    "overspend_usd": ("<=", 0.0),
    "batches_peak_mb": ("<=", 1_500.0),
    "batches_paid_twice": ("<=", 0.0),
}


class Size(NamedTuple):
    """How much is measured."""

    users: int
    latency_s: float
    in_flight: int
    loop_users: int
    faulty_users: int
    batch_requests: int


FULL = Size(8_000, 5.0, 100, 60, 1_000, 500_000)
SMALL = Size(200, 1.0, 40, 20, 150, 600)


class Site(NamedTuple):
    """Where it happens."""

    server: str
    provider: str


# ------------------------------------------------------------------ the writer's own process


class Told(NamedTuple):
    """What the process says of itself."""

    wall_s: float
    processor_s: float
    peak_mb: float
    growth_mb: float  # from a quarter of the time to the end


def in_own_process(work: Callable[..., None], *args: Any) -> Told:
    """Let a fresh process do the work and measure itself."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_measured, args=(work, args, theirs))
    process.start()
    theirs.close()
    told: Told = ours.recv()
    process.join()
    return told


def _measured(work: Callable[..., None], args: tuple[Any, ...], told: Any) -> None:
    import anthropic  # noqa: F401  # its import is not the writing

    seen: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            seen.append(psutil.Process().memory_info().rss / 1e6)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    began, processor = time.perf_counter(), time.process_time()
    work(*args)
    wall_s, processor_s = time.perf_counter() - began, time.process_time() - processor
    over.set()
    watcher.join()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    growth = max(seen[len(seen) // 4 :], default=0.0) - max(seen[: len(seen) // 4 + 1], default=0.0)
    told.send(Told(wall_s, processor_s, peak, growth))


def write_messages(
    url: str, provider: str, run_id: int, settings: WriterSettings, job_name: str = JOB.name
) -> None:
    """As the task does."""
    import anthropic

    async def go() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            async with anthropic.AsyncAnthropic(api_key="k", base_url=provider) as sdk:
                job = load_writing(job_name)
                await messages.write_all(connection, run_id, job, settings, sdk, backoff_s=0.1)

    asyncio.run(go())


# ------------------------------------------------------------------ messages


def people(site: Site, name: str, users: int) -> str:
    """URL of a warehouse with so many users, about nine in ten of them with texts to write."""
    url = harness.database(site.server, name)
    with connect(url) as connection:
        population.generate(connection, users=users, weeks=18, seed=1, week_of=WEEK_OF)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return url


def open_run(url: str, settings: WriterSettings) -> tuple[Run, list[Shard]]:
    """A run whose texts are asked for."""
    now = datetime.now(UTC)
    with connect(url) as connection:
        request = RunRequest(shard_size=1_000)
        run = runs.open_run(connection, JOB.name, WEEK_OF.isoformat(), f"bench {now}", request, now)
        shards = stages.plan(connection, QUICK_JOB, run, request)
        QUICK_JOB.prepare(connection, run)
        runs.note(connection, run, writer=settings._asdict())
        for shard in shards:
            stages.request_texts(connection, QUICK_JOB, run, shard)
    return run, shards


def asked(url: str, run: Run) -> int:
    with connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM llm.requests WHERE run_id = %s", (run.run_id,)
        ).fetchone()
    return row[0] if row else 0


def called(url: str, run: Run) -> int:
    """Second tries and cheaper models included; they are time, too, and not in the ideal."""
    with connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM llm.calls WHERE run_id = %s", (run.run_id,)).fetchone()
    return row[0] if row else 0


def measure_messages(site: Site, size: Size, quiet: bool) -> dict[str, float]:
    """Speed and memory with a slow provider, and the straightforward loop beside it."""
    url = people(site, "speed", int(size.users * 1.2))
    settings = WriterSettings("messages", LADDER, 1e6, 1e6, in_flight=size.in_flight)
    run, _ = open_run(url, settings)
    texts = asked(url, run)
    order(site, {}, latency=size.latency_s)
    told = in_own_process(write_messages, url, site.provider, run.run_id, settings)
    ideal_s = texts * size.latency_s / size.in_flight
    per_hour = texts / told.wall_s * 3_600
    harness.say(
        quiet, f"  {texts} texts in {told.wall_s:.1f} s, {told.processor_s:.1f} s of processor; {told}"
    )
    loop_per_hour = 3_600 / asyncio.run(_loop(url, site.provider, run.run_id, size.loop_users))
    return {
        "texts": float(texts),
        "users_per_hour": per_hour,
        "wall_ratio": told.wall_s / ideal_s,
        "calls_per_text": called(url, run) / texts,
        "processor_ms_per_text": told.processor_s / texts * 1e3,
        "peak_rss_mb": told.peak_mb,
        "rss_growth_mb": told.growth_mb,
        "loop_users_per_hour": loop_per_hour,
        "times_the_loop": per_hour / loop_per_hour,
    }


async def _loop(url: str, provider: str, run_id: int, users: int) -> float:
    """The straightforward way: ten users with gather, the next ten when all have ended, retry by sleep."""
    import anthropic

    job = load_writing(JOB.name)
    with connect(url) as connection:
        rows = connection.execute(
            "SELECT facts_key, user_id, prompt_version, facts FROM llm.requests WHERE run_id = %s LIMIT %s",
            (run_id, users),
        ).fetchall()
    requests = [Request(*row) for row in rows]

    async def one(sdk: Any, request: Request) -> None:
        for attempt in range(4):
            result = await client.fetch(sdk, job, request, LADDER[0])
            if client.judge(job, request, result).answer:
                return
            await asyncio.sleep(2**attempt)

    async with anthropic.AsyncAnthropic(api_key="k", base_url=provider, max_retries=0) as sdk:
        began = time.perf_counter()
        for first in range(0, len(requests), AT_ONCE):
            await asyncio.gather(*(one(sdk, request) for request in requests[first : first + AT_ONCE]))
        return (time.perf_counter() - began) / len(requests)


def order(site: Site, faults: dict[str, Any], **settings: float) -> None:
    fake_provider.control(site.provider, "reset", {})
    fake_provider.control(site.provider, "faults", faults)
    fake_provider.control(site.provider, "settings", settings)


# ------------------------------------------------------------------ faults and caps


def measure_faults(site: Site, size: Size, quiet: bool) -> dict[str, float]:
    """Who is published, and how, while 30 % of all calls fail."""
    url = people(site, "faults", int(size.faulty_users * 1.2))
    settings = WriterSettings("messages", LADDER, 1e6, 1e6, in_flight=50)
    run, shards = open_run(url, settings)
    order(site, THIRTY_PERCENT, latency=0.05)
    write_messages(url, site.provider, run.run_id, settings)
    for shard in shards:
        with connect(url) as connection:
            stages.process(connection, QUICK_JOB, run, shard)
    now = datetime.now(UTC)
    with connect(url) as connection:
        stages.check(connection, QUICK_JOB, run)
        stages.publish(connection, QUICK_JOB, run, runs.request_of(run), now)
        summary = stages.close(connection, QUICK_JOB, run, now)
        rows = connection.execute(
            "SELECT writer, writer_reason, count(*) FROM warehouse.weekly_health_briefs "
            "WHERE outcome = 'complete' GROUP BY 1, 2 ORDER BY 3 DESC"
        ).fetchall()
    for row in rows:
        harness.say(quiet, "  ", *row)
    marked = sum(n for writer, reason, n in rows if writer != "template" or reason)
    by_model = sum(n for writer, _, n in rows if writer in LADDER)
    total = sum(n for _, _, n in rows)
    return {
        "published_share": summary["successful"] / summary["processed"],
        "marked_share": marked / total,
        "by_a_model_share": by_model / total,
        "faults_paid_twice": float(fake_provider.control(site.provider, "bill")["paid_twice"]),
    }


def measure_caps(site: Site, size: Size, quiet: bool) -> dict[str, float]:
    """Four runs at once under one day's cap: dollars billed beyond it."""
    url = people(site, "caps", int(size.faulty_users * 1.2))
    day_cap = 0.0008 * size.faulty_users
    settings = WriterSettings("messages", LADDER, day_cap / 2, day_cap, in_flight=100)
    run, _ = open_run(url, settings)
    ids = [run.run_id, *range(10_001, 10_004)]
    with connect(url) as connection:  # the same people in four runs, each with facts of its own
        for number in ids[1:]:
            connection.execute(
                "INSERT INTO llm.requests (run_id, facts_key, user_id, prompt_version, facts) "
                "SELECT %s, %s || facts_key, user_id, prompt_version, facts || repeat(' ', %s) "
                "FROM llm.requests WHERE run_id = %s",
                (number, f"{number}-", number - 10_000, run.run_id),
            )
    order(site, {**THIRTY_PERCENT, "truncated": {"share": 0.05}}, latency=0.2)
    work = [
        threading.Thread(target=write_messages, args=(url, site.provider, number, settings)) for number in ids
    ]
    for one in work:
        one.start()
    for one in work:
        one.join()
    billed = fake_provider.control(site.provider, "bill")["usd"]
    harness.say(quiet, f"  billed {billed:.4f} of {day_cap:.4f} US dollars")
    return {"overspend_usd": billed - day_cap, "cap_used_share": billed / day_cap}


# ------------------------------------------------------------------ batches


class Note(BaseModel):
    """The smallest answer."""

    model_config = ConfigDict(extra="forbid")

    text: str


BULK = WritingJob("bulk", lambda version: Prompt(version, "Say something.", 200, Note, lambda *_: []))


def measure_batches(site: Site, size: Size, quiet: bool) -> dict[str, float]:
    """Requests of 12 KB from the warehouse to the provider and their answers back."""
    url = harness.database(site.server, "batches")
    began = time.perf_counter()
    _ask_for(url, size.batch_requests)
    harness.say(quiet, f"  {size.batch_requests} requests asked for in {time.perf_counter() - began:.0f} s")
    order(site, {}, batch_seconds=0.0)
    queue = min(100_000, size.batch_requests // 2)
    settings = WriterSettings("batches", LADDER, 1e7, 1e7, queue_limit=queue)
    told = in_own_process(write_batches, url, site.provider, settings)
    harness.say(quiet, f"  {told}")
    with connect(url) as connection:
        row = connection.execute(
            "SELECT count(*), max(bytes) / 1e6, (SELECT count(*) FROM llm.requests WHERE status = 'answered') "
            "FROM llm.batches WHERE status = 'collected'"
        ).fetchone()
    assert row is not None
    return {
        "batches_requests": float(size.batch_requests),
        "batches_answered_share": row[2] / size.batch_requests,
        "batches_s": told.wall_s,
        "batches_processor_s": told.processor_s,
        "batches_peak_mb": told.peak_mb,
        "batches": float(row[0]),
        "batches_largest_mb": float(row[1]),
        "batches_paid_twice": float(fake_provider.control(site.provider, "bill")["paid_twice"]),
    }


def _ask_for(url: str, count: int) -> None:
    chance = random.Random(1)
    filler = REQUEST_BYTES - 600
    for first in range(0, count, 5_000):
        texts = [
            json.dumps({"facts": {"number": number, "words": chance.randbytes(filler // 2).hex()}})
            for number in range(first, min(first + 5_000, count))
        ]
        requests = [Request(f"{first + n:064d}", first + n, "bulk-1", text) for n, text in enumerate(texts)]
        with connect(url) as connection:
            ledger.add_requests(connection, 1, requests, LADDER)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE llm.requests")


def write_batches(url: str, provider: str, settings: WriterSettings) -> None:
    """As the task does, without the deferral."""
    import anthropic

    with (
        psycopg.connect(url, autocommit=True) as connection,
        anthropic.Anthropic(api_key="k", base_url=provider) as sdk,
    ):
        budget.open_caps(connection, 1, datetime.now(UTC).date(), settings)
        while not batches.advance(connection, 1, BULK, settings, sdk, now=datetime.now(UTC)).done:
            time.sleep(0.5)


# ------------------------------------------------------------------ putting it together


def main() -> None:
    wanted = harness.options(__doc__)
    size = SMALL if wanted.quick else FULL
    if wanted.users:  # texts by messages, then requests by batches
        size = size._replace(users=wanted.users[0], batch_requests=wanted.users[-1])
    figures: dict[str, float] = {}
    with harness.server() as server, TemporaryDirectory() as folder:
        home = Path(folder)
        site = Site(server, fake_provider.start(home, processes.free_port()))
        try:
            for part in (measure_messages, measure_faults, measure_caps, measure_batches):
                harness.say(wanted.json, part.__name__.removeprefix("measure_"))
                figures |= part(site, size, wanted.json)
        finally:
            fake_provider.stop(home)
    targets = TARGETS
    if wanted.quick:  # shorter answers leave the machine's own work less time to hide in
        targets = {name: bound for name, bound in TARGETS.items() if name != "wall_ratio"}
    harness.report(figures, targets, wanted.json)


if __name__ == "__main__":
    main()
