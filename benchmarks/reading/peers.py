"""What the read API is measured against, each a server of its own process on the same core.

bare: an ASGI application that answers the same bytes to everybody.
bare_redis: one that asks Redis once a request, by redis-py, and answers what it gets.
naive: FastAPI as one would write it: verify the token, a query a request, a dict to JSON.
ours: the read API, with its counts at /counts.
"""

import json
import multiprocessing
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import jwt
import uvicorn

from api.auth import AUDIENCE
from include.local import processes

SECRET = "a secret of the benchmark, long enough for HS256"  # noqa: S105
# Processor cores of server and client, each its own where there are two.
CORES: tuple[int, int] | tuple[None, None] = (0, 1) if os.cpu_count() == 2 else (None, None)


def token(external_id: str) -> str:
    """A user's token, good for a day."""
    ends = int(time.time()) + 86_400
    return jwt.encode({"sub": external_id, "aud": AUDIENCE, "exp": ends}, SECRET, algorithm="HS256")


def bare(packed: bytes) -> Any:
    start = {
        "type": "http.response.start",
        "status": 200,
        "headers": [
            (b"content-type", b"application/json"),
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(packed)).encode()),
        ],
    }
    body = {"type": "http.response.body", "body": packed}

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send(start)
        await send(body)

    return app


def bare_redis(url: str, week: str) -> Any:
    from redis.asyncio import Redis

    redis = Redis.from_url(url)

    async def app(scope: Any, _: Any, send: Any) -> None:
        value = await redis.get(f"brief:{scope['path'][1:]}:{week}")
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(value)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": value})

    return app


def naive(url: str) -> Any:
    from fastapi import FastAPI, Header, HTTPException, Request
    from psycopg_pool import AsyncConnectionPool

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        async with AsyncConnectionPool(url, min_size=10, max_size=10) as pool:
            yield {"pool": pool}

    app = FastAPI(lifespan=lifespan)

    @app.get("/api/v1/weekly-brief")
    async def weekly_brief(request: Request, authorization: str = Header()) -> dict[str, Any]:
        external_id = jwt.decode(authorization[7:], SECRET, algorithms=["HS256"], audience=AUDIENCE)["sub"]
        async with request.state.pool.connection() as connection:
            cursor = await connection.execute(
                "SELECT brief FROM warehouse.weekly_health_briefs JOIN app.users USING (user_id) "
                "WHERE external_id = %s ORDER BY week_of DESC LIMIT 1",
                (external_id,),
            )
            row = await cursor.fetchone()
        if row is None:
            raise HTTPException(404)
        brief: dict[str, Any] = row[0]
        return brief

    return app


def ours(database_url: str, redis_url: str) -> Any:
    from api.deps import Warehouse
    from api.main import create_app
    from api.settings import ApiSettings

    flying = {"now": 0, "most": 0}
    ask = Warehouse._ask

    async def counted(self: Warehouse, query: Any) -> Any:
        flying["now"] += 1
        flying["most"] = max(flying.values())
        try:
            return await ask(self, query)
        finally:
            flying["now"] -= 1

    Warehouse._ask = counted  # type: ignore[method-assign]
    app = create_app(
        ApiSettings(
            database_url=database_url,
            redis_url=redis_url,
            api_token_secret=SECRET,
            requests_per_minute=10**9,
        )
    )

    async def with_counts(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != "/counts":
            await app(scope, receive, send)
            return
        reads = dict(scope["state"]["resources"].reader.reads)
        told = json.dumps({**reads, "most": flying["most"], "rss_kb": rss_kb()}).encode()
        flying["most"] = 0
        headers = [(b"content-length", str(len(told)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": told})

    return with_counts


def rss_kb() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def _serve(core: int | None, make: Callable[..., Any], arguments: tuple[Any, ...], port: int) -> None:
    if core is not None:
        os.sched_setaffinity(0, {core})
    uvicorn.run(
        make(*arguments), port=port, loop="uvloop", http="httptools", access_log=False, log_level="error"
    )


class Server:
    """A peer in a process of its own, as long as the context is open."""

    def __init__(self, make: Callable[..., Any], *arguments: Any, core: int | None = None) -> None:
        self.port = processes.free_port()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(core, make, arguments, self.port), daemon=True
        )

    def __enter__(self) -> "Server":
        self._process.start()
        ends = time.monotonic() + 60
        while not processes.accepts_connections(self.port):
            if time.monotonic() > ends or not self._process.is_alive():
                raise RuntimeError("a server of the benchmark did not start")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()

    def cpu_s(self) -> float:
        """Processor time that the server has used so far."""
        import psutil

        used = psutil.Process(self._process.pid).cpu_times()
        return float(used.user + used.system)
