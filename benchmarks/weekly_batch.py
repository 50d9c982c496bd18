"""How near a weekly batch comes to the machine's own limit, and how far from the straightforward way.

limit: all 13 weeks of daily rows drained by COPY (the driver's raw call), and the batch's own result
    rows, as text made before, sent by COPY into tables like the staging tables and indexed. Nothing is
    computed. Same two worker processes, warm, in turn with the batch.
batch: plan beside cohorts, shards in two processes, checks, indexes, Great Expectations in a process
    forked as its task is (see `judging`), and the atomic publication.
baseline: the same pure rules called per user, ten at a time in asyncio over ten connections with
    prepared statements, on a sample whose rows must equal the batch's.
"""

import asyncio
import multiprocessing
import resource
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from benchmarks import harness, judging
from benchmarks.per_user import per_user_rate
from include.batch import publication, runs, stages, staging
from include.batch.job import Run, RunRequest, Shard
from include.core.db import connect
from include.intelligence.job import JOB
from include.local import population

WEEK_OF = date(2025, 12, 29)
NOW = datetime(2026, 1, 5, 14, tzinfo=UTC)
WEEKS = 13
WORKERS = 2
TARGETS = {
    "limit_ratio_100k": (">=", 0.5),
    "limit_ratio_500k": (">=", 0.5),
    "baseline_ratio": (">=", 12.0),
    "flat_ratio": ("<=", 1.2),  # cost per user at the largest size against the smallest
    "shard_peak_mb": ("<=", 1024.0),
    "publish_block_ms": ("<=", 50.0),
}


class Timing(NamedTuple):
    """Seconds of one batch, and what its parts took."""

    total: float
    parts: dict[str, float]
    peak_mb: float
    block_ms: float


def _work(url: str, run: Run, shard: Shard) -> float:
    """A shard's task; returns the process's peak memory in MB."""
    with connect(url) as connection:
        stages.process(connection, JOB, run, shard)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def batch(url: str, pool: ProcessPoolExecutor, request: RunRequest) -> Timing:
    """One whole run, stage by stage as the DAG does it."""
    parts: dict[str, float] = {}
    began = time.perf_counter()

    def timed(name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        parts[name] = parts.get(name, 0) + time.perf_counter() - start
        return result

    def inside(stage: Callable[..., Any], *rest: Any) -> Any:
        with connect(url) as connection:
            return stage(connection, *rest)

    run = inside(runs.open_run, JOB.name, WEEK_OF.isoformat(), f"bench:{time.time_ns()}", request, NOW)
    with ThreadPoolExecutor() as beside:  # as in the DAG, where nothing orders these two
        cohorts = beside.submit(timed, "cohorts", lambda: inside(JOB.prepare, run))
        planned = timed("plan", lambda: inside(stages.plan, JOB, run, request))
        cohorts.result()
    peaks = timed("shards", lambda: [f.result() for f in [pool.submit(_work, url, run, s) for s in planned]])
    refused = timed("checks", lambda: inside(stages.check, JOB, run))
    for users in refused:
        timed("repair", lambda users=users: inside(stages.repair, JOB, run, users))
    timed("indexes", lambda: inside(stages.build_indexes, JOB, run, request))
    timed("expectations", lambda: judging.judge(url, JOB, run.run_id))
    with Readers(url) as readers:
        timed("publish", lambda: inside(stages.publish, JOB, run, request, NOW))
    total = time.perf_counter() - began
    with connect(url) as connection:
        summary = stages.close(connection, JOB, run, NOW)
    assert summary["problem"] is None, summary
    return Timing(total, parts, max(peaks), readers.longest_ms)


class Readers:
    """A reader of the published table, again and again, while something else happens."""

    def __init__(self, url: str) -> None:
        self.url, self.longest_ms, self.stopped = url, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        query = "SELECT headline FROM warehouse.weekly_health_briefs WHERE user_id = 7 AND week_of = %s"
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.stopped.is_set():
                start = time.perf_counter()
                connection.execute(query, (WEEK_OF,)).fetchall()
                self.longest_ms = max(self.longest_ms, (time.perf_counter() - start) * 1000)

    def __enter__(self) -> "Readers":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()


# ------------------------------------------------------------------ the machine's limit


def _drain(url: str, first: int, last: int) -> int:
    """All daily rows of a range of users out of the server, untouched; returns the bytes."""
    query = sql.SQL(
        "COPY (SELECT * FROM app.daily_health WHERE user_id BETWEEN {} AND {}) TO STDOUT (FORMAT binary)"
    )
    drained = 0
    with connect(url) as connection:
        raw = connection.pgconn
        raw.send_query(query.format(first, last).as_bytes(connection))
        while raw.is_busy():
            raw.consume_input()
        raw.get_result()
        while (data := raw.get_copy_data(0))[0] > 0:
            drained += data[0]
        while raw.get_result():
            pass
    return drained


_TEXT: dict[tuple[str, int], bytes] = {}


def _keep_text(url: str, table: str, first: int, last: int) -> int:
    """Hold the published rows of a range as COPY text in this process."""
    query = sql.SQL("COPY (SELECT * FROM {} WHERE week_of = {} AND user_id BETWEEN {} AND {}) TO STDOUT")
    with connect(url) as connection, connection.cursor() as cursor:
        name = sql.Identifier(*table.split("."))
        with cursor.copy(query.format(name, WEEK_OF, first, last)) as copy:
            return _hold((table, first), b"".join(bytes(row) for row in copy))


def _hold(key: tuple[str, int], text: bytes) -> int:
    _TEXT[key] = text
    return len(text)


def _fill(url: str, table: str, into: str, first: int) -> None:
    text = _TEXT[table, first]
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(*into.split(".")))
    with connect(url) as connection, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(text), 1 << 18):
            copy.write(text[start : start + (1 << 18)])


class Limit:
    """Two processes, each with the text of its half of the shards; the batch's workers are beside them."""

    def __init__(self, url: str, planned: Sequence[Shard]) -> None:
        self.url, self.planned = url, planned
        context = multiprocessing.get_context("spawn")
        self.processes = [ProcessPoolExecutor(1, context) for _ in range(WORKERS)]
        self._on_all(
            [(_keep_text, url, t, s.first, s.last) for s in planned for t in JOB.tables], by=len(JOB.tables)
        )

    def _on_all(self, calls: Sequence[tuple[Any, ...]], by: int = 1) -> list[Any]:
        jobs: list[Future[Any]] = [
            self.processes[i // by % WORKERS].submit(*call) for i, call in enumerate(calls)
        ]
        return [job.result() for job in jobs]

    def run(self) -> float:
        """Seconds for draining the source, and filling and indexing tables like the staging tables."""
        run = Run(0, JOB.name, WEEK_OF.isoformat(), "limit", NOW, {})
        with connect(self.url) as connection:
            staging.create(connection, JOB, run)
        began = time.perf_counter()
        self._on_all([(_drain, self.url, s.first, s.last) for s in self.planned])
        self._on_all(
            [
                (_fill, self.url, t, staging.staged_name(t, run), s.first)
                for s in self.planned
                for t in JOB.tables
            ],
            by=len(JOB.tables),
        )
        with connect(self.url) as connection:
            publication.add_indexes(connection, JOB, run)
        took = time.perf_counter() - began
        with connect(self.url) as connection:
            staging.drop_all(connection, JOB, run)
        return took

    def close(self) -> None:
        for process in self.processes:
            process.shutdown()


# ------------------------------------------------------------------ putting it together


def measure(server_url: str, users: int, rounds: int, quiet: bool) -> dict[str, float]:
    """Figures of one size: the ratio to the limit, cost per user, memory and the readers' longest wait."""
    url = harness.database(server_url, f"users_{users}")
    start = time.perf_counter()
    with connect(url) as connection:
        population.generate(connection, users=users, weeks=WEEKS, seed=1, week_of=WEEK_OF)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    harness.say(quiet, f"{users:,} users generated in {time.perf_counter() - start:.0f} s")
    size = min(20_000, -(-users // WORKERS))
    request = RunRequest(shard_size=size)
    judging.ready()
    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn")) as pool:
        warm_up = batch(url, pool, request)
        limit = Limit(url, _ranges(url, size))
        limit.run()
        pairs = []
        for number in range(rounds):
            bound, done = limit.run(), batch(url, pool, request)
            pairs.append((bound, done))
            parts = "  ".join(f"{name} {seconds:.1f}" for name, seconds in done.parts.items())
            harness.say(quiet, f"  {number + 1}: limit {bound:.1f} s, batch {done.total:.1f} s  ({parts})")
        limit.close()
    return {
        "limit_ratio": harness.median([bound / done.total for bound, done in pairs]),
        "limit_s": harness.median([bound for bound, _ in pairs]),
        "batch_s": harness.median([done.total for _, done in pairs]),
        "us_per_user": harness.median([done.total for _, done in pairs]) / users * 1e6,
        "shard_peak_mb": max(done.peak_mb for _, done in [*pairs, (0, warm_up)]),
        "publish_block_ms": max(done.block_ms for _, done in pairs),
    }


def _ranges(url: str, size: int) -> list[Shard]:
    """The shards as planned, over all users who have a result."""
    with connect(url) as connection:
        rows = connection.execute(
            "SELECT (row_number() OVER (ORDER BY user_id) - 1) / %s AS shard, user_id "
            "FROM warehouse.weekly_health_briefs WHERE week_of = %s",
            (size, WEEK_OF),
        ).fetchall()
    by_shard: dict[int, list[int]] = {}
    for shard, user_id in rows:
        by_shard.setdefault(shard, []).append(user_id)
    return [Shard(n, min(ids), max(ids), len(ids)) for n, ids in sorted(by_shard.items())]


def main() -> None:
    asked = harness.options(__doc__)
    sizes = asked.users or ([4_000] if asked.quick else [10_000, 100_000, 500_000])
    figures: dict[str, float] = {}
    with harness.server() as server_url:
        for users in sizes:
            found = measure(server_url, users, 2 if asked.quick else asked.rounds, asked.json)
            label = f"{users // 1000}k"
            figures |= {f"{name}_{label}": value for name, value in found.items()}
        last = f"users_{sizes[-1]}"
        sample = 200 if asked.quick else 2_000
        rate = asyncio.run(per_user_rate(server_url.rsplit("/", 1)[0] + "/" + last, WEEK_OF, sample))
    top = f"{sizes[-1] // 1000}k"
    figures["baseline_users_per_s"] = rate
    figures["baseline_ratio"] = sizes[-1] / figures[f"batch_s_{top}"] / rate
    figures["shard_peak_mb"] = max(v for k, v in figures.items() if k.startswith("shard_peak_mb_"))
    figures["publish_block_ms"] = max(v for k, v in figures.items() if k.startswith("publish_block_ms_"))
    costs = [v for k, v in figures.items() if k.startswith("us_per_user_")]
    figures["flat_ratio"] = max(costs[-1] / costs[0], 0) if len(costs) > 1 else 1.0
    harness.report(figures, TARGETS, asked.json)


if __name__ == "__main__":
    main()
