"""What every benchmark shares: a server of its own, options, and one object printed at the end."""

import argparse
import json
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from include.core.migrate import migrate
from include.local import postgres, processes, redis

COMPARE = {">=": lambda value, bound: value >= bound, "<=": lambda value, bound: value <= bound}


def options(description: str | None) -> argparse.Namespace:
    """--quick (within a minute) or full size; --json prints one object and nothing else."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="a small size, within a minute")
    parser.add_argument("--json", action="store_true", help="print one JSON object only")
    parser.add_argument("--users", type=int, nargs="*", help="sizes instead of the usual ones")
    parser.add_argument("--rounds", type=int, default=5, help="measured pairs of which the median counts")
    return parser.parse_args()


class RedisServer(NamedTuple):
    """An embedded Redis as the local stack has it."""

    home: Path
    port: int
    url: str

    def restart(self) -> None:
        """It comes back empty."""
        processes.stop(self.home, "redis", bound_s=10)
        redis.start(self.home, self.port)


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    home, port = Path(tempfile.mkdtemp(prefix="almanac-bench-")), processes.free_port()
    try:
        yield RedisServer(home, port, redis.start(home, port))
    finally:
        processes.stop(home, "redis", bound_s=10)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def server(**more: str) -> Iterator[str]:
    """An embedded PostgreSQL with the local stack's own tuning and `more`, in a folder that goes afterwards."""
    home = Path(tempfile.mkdtemp(prefix="almanac-bench-"))
    home.chmod(0o755)
    try:
        yield postgres.start(home, processes.free_port(), tuning={**postgres.TUNING, **more})
    finally:
        processes.stop(home, "postgres", bound_s=60)
        shutil.rmtree(home, ignore_errors=True)


def database(server_url: str, name: str) -> str:
    """URL of a fresh, migrated database."""
    url = postgres.ensure_database(server_url, name)
    migrate(url)
    return url


def report(figures: dict[str, float], targets: dict[str, tuple[str, float]], as_json: bool) -> None:
    """One object: figures, targets and whether every target that was measured is met."""
    met = all(
        COMPARE[sign](figures[name], bound) for name, (sign, bound) in targets.items() if name in figures
    )
    if as_json:
        print(json.dumps({"figures": figures, "targets": targets, "met": met}))
        return
    for name, value in figures.items():
        goal = " ".join(map(str, targets[name])) if name in targets else ""
        print(f"  {name:28s} {value:12,.3f}   {goal}")
    print("  met" if met else "  NOT met")


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def say(quiet: bool, *words: Any) -> None:
    if not quiet:
        print(*words, flush=True)
