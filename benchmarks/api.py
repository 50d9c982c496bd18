"""The read API under load from another process, against what the same server could do at best and at worst.

hot_ratio: one cached brief with its token, against a bare ASGI application answering the same bytes.
wide_ratio: all users evenly through Redis, against a bare ASGI application doing one Redis GET a request.
naive_ratio: the same, against FastAPI with a query a request and a dict to JSON.
restart_…: Redis was restarted and is empty; 100 readers of each of 100 keys at once.
cold_…: Redis was restarted under 10,000 readers, who all ask again at once, each for a brief of their own.
fresh_…: the same of a process that has just started: it knows nobody, and nothing is cached anywhere.
logins_…: Monday morning, see `reading.monday`; the hit rate is the share of entries read from memory or Redis.
memory_growth: what the process holds after the requests of the wide round were sent again and again, against
    what it held after the first.

The three ratios compare the processor time that the server's process needs for a request, as the median of
rounds in which both take turns; requests per second and p99 are of the wall, at 64 connections that ask as soon
as they were answered. …_bare_p99_ms is the bare application's: what the machine itself does to a p99. …_half_p99_ms
is ours at half of the requests per second that it reached, again at 64 connections: what a reader waits while there is
a server for everybody.
"""

import json
import statistics
import time
from datetime import date
from functools import partial
from typing import Any
from urllib.request import urlopen

import psycopg
from redis import Redis

from api.deps import CONNECTIONS
from benchmarks import harness
from benchmarks.reading import load, monday, peers
from include.core import cache_keys
from include.core.envelope import Content, sealed

WEEK = date(2025, 11, 3)
BRIEF = "/api/v1/weekly-brief"
HOT_KEYS, HOT_READERS = 100, 100
READERS = 10_000
TARGETS = {
    "hot_ratio": (">=", 0.4),
    "hot_p99_ms": ("<=", 10.0),
    "wide_ratio": (">=", 0.5),
    "wide_p99_ms": ("<=", 10.0),
    "naive_ratio": (">=", 3.0),
    "restart_queries": ("<=", 100),
    "restart_errors": ("<=", 0),
    "cold_errors": ("<=", 0),
    "cold_most_queries": ("<=", CONNECTIONS),
    "cold_p99_ms": ("<=", 2000.0),
    "fresh_errors": ("<=", 0),
    "fresh_most_queries": ("<=", CONNECTIONS),
    "logins_errors": ("<=", 0),
    "logins_hit_rate": (">=", 0.8),
    "memory_growth": ("<=", 1.05),
}


def brief_of(user_id: int) -> bytes:
    """A brief of the usual size; every user's is another."""
    days = {
        f"metric_{n}": {"this_week": user_id % 997 + n, "baseline": 7.5 * n, "change": n - 4}
        for n in range(8)
    }
    story = "You slept longer than in the weeks before, and you walked more on the days that followed. " * 6
    told = {"week_of": WEEK.isoformat(), "outcome": "complete", "main_story": story, "week_stats": days,
            "insights": [{"insight_key": f"trend:{n}:up", "text": story[:200], "confidence": 0.9} for n in range(3)],
            "body_systems": {f"system_{n}": {"score": (user_id + n) % 100} for n in range(5)}}  # fmt: skip
    return json.dumps(told).encode()


def fill(url: str, users: int) -> None:
    """That many users with a brief each."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE warehouse.weekly_health_briefs_bench PARTITION OF warehouse.weekly_health_briefs "
            "FOR VALUES FROM ('2025-11-03') TO ('2025-11-10')"
        )
        with cursor.copy("COPY app.users (user_id, external_id) FROM STDIN") as copy:
            for user_id in range(1, users + 1):
                copy.write_row((user_id, f"reader-{user_id}"))
        columns = (
            "user_id, week_of, outcome, headline, brief, insight_count, components_ok, patterns_searched, "
            "days_since_data, facts_hash, writer, prompt_version, code_version, run_id, data_through, generated_at"
        )
        with cursor.copy(f"COPY warehouse.weekly_health_briefs ({columns}) FROM STDIN") as copy:
            for user_id in range(1, users + 1):
                copy.write_row(
                    (user_id, WEEK, "complete", "h", brief_of(user_id).decode(), 3, 7, True, 0, "f", "template",
                     "1", "1", 1, 1, "2025-11-03T02:00:00Z")
                )  # fmt: skip
        cursor.execute("ANALYZE app.users, warehouse.weekly_health_briefs")


def warm(url: str, users: int) -> None:
    """What the batch leaves in Redis, and who the users are."""
    with Redis.from_url(url) as redis:
        redis.flushall()
        redis.set(cache_keys.newest_week(), WEEK.isoformat())
        now = time.time()
        for first in range(1, users + 1, 1000):
            pipeline = redis.pipeline(transaction=False)
            for user_id in range(first, min(first + 1000, users + 1)):
                brief = sealed(Content(brief_of(user_id), now), cache_keys.BRIEF, now)
                pipeline.set(cache_keys.brief(user_id, WEEK), brief.packed())
                who = sealed(Content(str(user_id).encode()), cache_keys.USER_ID, now)
                pipeline.set(cache_keys.user_id(f"reader-{user_id}"), who.packed())
            pipeline.execute()


class Bench:
    """Servers, people and sizes of one run."""

    def __init__(
        self, database_url: str, redis: harness.RedisServer, users: int, requests: int, rounds: int
    ) -> None:
        self.database_url, self.redis, self.redis_url = database_url, redis, redis.url
        self.users, self.requests, self.rounds = users, requests, rounds
        self.asks = [load.request(BRIEF, peers.token(f"reader-{user_id}")) for user_id in range(1, users + 1)]
        self.core, self.client_core = peers.CORES

    def ours(self) -> peers.Server:
        return peers.Server(peers.ours, self.database_url, self.redis_url, core=self.core)

    def wide(self, asks: list[bytes]) -> list[bytes]:
        return [asks[n * 7919 % len(asks)] for n in range(self.requests)]

    def drive(self, server: peers.Server, asks: list[bytes], connections: int = 64) -> load.Answered:
        answered = load.ask(server.port, asks, connections, self.client_core)
        if set(answered.by_status) != {200}:
            raise RuntimeError(f"not every request was answered: {answered.by_status}")
        return answered

    def half(self, server: peers.Server, asks: list[bytes], rate: float) -> float:
        """The p99 in ms at half of a rate."""
        answered = load.ask(server.port, asks, 64, self.client_core, rate / 2)
        return answered.percentile_ms(99)

    def compare(self, one: peers.Server, asks: list[bytes], other: peers.Server, others: list[bytes]) -> Any:
        """Processor seconds a request of the other to those of the one, the one's rate, and the p99 of both."""
        ratios, rates, slowest, slowest_other = [], [], [], []
        for _ in range(self.rounds):
            before = one.cpu_s(), other.cpu_s()
            answered = self.drive(one, asks)
            slowest_other.append(self.drive(other, others).percentile_ms(99))
            ours, theirs = one.cpu_s() - before[0], other.cpu_s() - before[1]
            ratios.append((theirs / len(others)) / (ours / len(asks)))
            rates.append(answered.rate)
            slowest.append(answered.percentile_ms(99))
        return tuple(map(statistics.median, (ratios, rates, slowest, slowest_other)))


def hot(bench: Bench) -> dict[str, float]:
    packed = sealed(Content(brief_of(1)), cache_keys.BRIEF, 0.0).body
    with bench.ours() as ours, peers.Server(peers.bare, packed, core=bench.core) as bare:
        bench.drive(ours, bench.asks[:1] * 500)
        bench.drive(bare, [load.request("/")] * 500)
        ratio, rate, p99, bare_p99 = bench.compare(
            ours, bench.asks[:1] * bench.requests, bare, [load.request("/")] * bench.requests
        )
        half = bench.half(ours, bench.asks[:1] * bench.requests, rate)
    return {
        "hot_ratio": ratio,
        "hot_per_s": rate,
        "hot_p99_ms": p99,
        "hot_bare_p99_ms": bare_p99,
        "hot_half_p99_ms": half,
    }


def wide(bench: Bench) -> dict[str, float]:
    gets = [load.request(f"/{user_id}") for user_id in range(1, bench.users + 1)]
    with (
        bench.ours() as ours,
        peers.Server(peers.bare_redis, bench.redis_url, WEEK.isoformat(), core=bench.core) as bare,
    ):
        bench.drive(ours, bench.asks)  # everybody signs in
        asks = bench.wide(bench.asks)
        ratio, rate, p99, bare_p99 = bench.compare(ours, asks, bare, bench.wide(gets))
        half = bench.half(ours, asks, rate)
        first = counts(ours)["rss_kb"]
        for _ in range(max(1, 1_000_000 // bench.requests) if bench.users >= 100_000 else 3):
            bench.drive(ours, asks)
        growth = counts(ours)["rss_kb"] / first
    return {
        "wide_ratio": ratio,
        "wide_per_s": rate,
        "wide_p99_ms": p99,
        "wide_bare_p99_ms": bare_p99,
        "wide_half_p99_ms": half,
        "memory_growth": growth,
    }


def naive(bench: Bench) -> dict[str, float]:
    asks = bench.wide(bench.asks)
    few = asks[: max(1, len(asks) // 8)]
    with bench.ours() as ours, peers.Server(peers.naive, bench.database_url, core=bench.core) as slow:
        bench.drive(ours, bench.asks)
        bench.drive(slow, few[:200])
        ratio, *_ = bench.compare(ours, asks, slow, few)
    return {"naive_ratio": ratio}


def restart(bench: Bench) -> dict[str, float]:
    """Redis comes back empty under 100 readers of each of 100 keys."""
    asks = [ask for ask in bench.asks[:HOT_KEYS] for _ in range(HOT_READERS)]
    asks = [asks[n * 7919 % len(asks)] for n in range(len(asks))]
    with bench.ours() as ours:
        bench.drive(ours, bench.asks[:HOT_KEYS])  # they are signed in
        bench.redis.restart()
        time.sleep(4)  # until the process has nothing of its own left that it would still serve
        before = counts(ours)
        answered = load.ask(ours.port, asks, min(1000, len(asks)), bench.client_core)
        after = counts(ours)
    return {
        "restart_queries": after.get("postgres", 0) - before.get("postgres", 0),
        "restart_errors": len(asks) - answered.by_status.get(200, 0),
        "restart_p99_ms": answered.percentile_ms(99),
    }


def cold(bench: Bench) -> dict[str, float]:
    """Redis comes back empty under many readers, each of a key of their own; the worst of three times, the p99
    their median."""
    asks = bench.asks[: min(READERS, bench.users)]
    found = []
    with bench.ours() as ours:
        for _ in range(3):
            warm(bench.redis_url, len(asks))
            bench.drive(ours, asks)  # they are signed in
            bench.redis.restart()
            time.sleep(4)
            found.append(at_once(bench, ours, asks))
    typical = {"p99_ms": statistics.median, "per_s": statistics.median}
    return {f"cold_{name}": typical.get(name, max)([one[name] for one in found]) for name in found[0]}


def fresh(bench: Bench) -> dict[str, float]:
    asks = bench.asks[: min(READERS, bench.users)]
    with Redis.from_url(bench.redis_url) as redis:
        redis.flushall()
    with bench.ours() as ours:
        return {f"fresh_{name}": value for name, value in at_once(bench, ours, asks).items()}


def at_once(bench: Bench, ours: peers.Server, asks: list[bytes]) -> dict[str, float]:
    """Each request over a connection of its own, all at the same moment."""
    counts(ours)  # counted from here on
    answered = load.ask(ours.port, asks, len(asks), bench.client_core)
    return {
        "readers": len(asks),
        "errors": len(asks) - answered.by_status.get(200, 0),
        "most_queries": counts(ours)["most"],
        "p99_ms": answered.percentile_ms(99),
        "per_s": answered.rate,
    }


def logins(bench: Bench, server_url: str) -> dict[str, float]:
    database_url = harness.database(server_url, "monday")
    readers = monday.prepare(database_url, bench.redis_url, bench.users)
    asks = list(monday.mix(readers))
    with peers.Server(peers.ours, database_url, bench.redis_url, core=bench.core) as ours:
        before = counts(ours)
        answered = load.ask(ours.port, asks, 64, bench.client_core)
        after = counts(ours)
    read = {layer: after.get(layer, 0) - before.get(layer, 0) for layer in ("memory", "redis", "postgres")}
    return {
        "logins": len(readers),
        "logins_errors": len(asks) - answered.by_status.get(200, 0) - answered.by_status.get(303, 0),
        "logins_per_s": len(readers) / answered.seconds,
        "logins_p99_ms": answered.percentile_ms(99),
        "logins_hit_rate": 1 - read["postgres"] / sum(read.values()),
    }


def counts(server: peers.Server) -> dict[str, int]:
    with urlopen(f"http://127.0.0.1:{server.port}/counts", timeout=10) as answer:
        told: dict[str, int] = json.load(answer)
    return told


def main() -> None:
    asked = harness.options(__doc__)
    users = asked.users[0] if asked.users else 2_000 if asked.quick else 100_000
    requests = 4_000 if asked.quick else 100_000
    figures: dict[str, float] = {}
    with harness.server() as server, harness.redis_server() as redis:
        database_url = harness.database(server, "bench")
        fill(database_url, users)
        bench = Bench(database_url, redis, users, requests, 3 if asked.quick else asked.rounds)
        for part in (hot, wide, naive, restart, cold, fresh, partial(logins, server_url=server)):
            warm(redis.url, users)
            found = part(bench)
            harness.say(asked.json, found)
            figures |= found
    harness.report(figures, TARGETS, asked.json)


if __name__ == "__main__":
    main()
