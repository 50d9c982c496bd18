"""A client that costs little: raw HTTP/1.1 over many connections, each asking as soon as it was answered.

Or, at a rate: each connection asks at its own times, and an answer's latency counts from the time at which it should
have been asked for, so that who waits behind a slow one is slow as well.
"""

import asyncio
import gc
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast


class Answered(NamedTuple):
    """What a load came to: seconds from the first request to the last answer, and of each answer."""

    seconds: float
    latencies: list[float]
    by_status: dict[int, int]

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


class Reader(asyncio.Protocol):
    """One connection. Takes the next request from a common supply until that ends."""

    def __init__(
        self, supply: Iterator[bytes], noted: Answered, done: asyncio.Future[None], every_s: float
    ) -> None:
        self._supply, self._noted, self._done = supply, noted, done
        self._every_s = every_s  # 0: as soon as the last answer is there
        self._buffer = b""
        self._started = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def begin(self, late_s: float = 0.0) -> None:
        """Ask for the first time, so late that not all connections ask at once."""
        self._started = time.perf_counter() + late_s
        asyncio.get_running_loop().call_later(late_s, self._ask)

    def _next(self) -> None:
        now = time.perf_counter()
        self._started = self._started + self._every_s if self._every_s else now
        if self._started > now:
            asyncio.get_running_loop().call_later(self._started - now, self._ask)
        else:
            self._ask()

    def _ask(self) -> None:
        request = next(self._supply, None)
        if request is None:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)
            return
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        start = self._buffer.find(b"ontent-", 0, end)
        length = 0
        while start >= 0:
            if self._buffer[start + 7 : start + 14].lower() == b"length:":
                length = int(self._buffer[start + 14 : self._buffer.find(b"\r", start)])
                break
            start = self._buffer.find(b"ontent-", start + 7, end)
        if len(self._buffer) < end + 4 + length:
            return
        status = int(self._buffer[9:12])
        self._noted.by_status[status] = self._noted.by_status.get(status, 0) + 1
        self._noted.latencies.append(time.perf_counter() - self._started)
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("the server closed the connection"))


async def _drive(port: int, requests: Sequence[bytes], connections: int, rate: float) -> Answered:
    every_s = connections / rate if rate else 0.0
    loop = asyncio.get_running_loop()
    supply, noted = iter(requests), Answered(0.0, [], {})
    readers, ends = [], []
    for _ in range(connections):
        done = loop.create_future()
        _, reader = await loop.create_connection(
            lambda done=done: Reader(supply, noted, done, every_s), "127.0.0.1", port
        )
        readers.append(reader)
        ends.append(done)
    started = time.perf_counter()
    for number, reader in enumerate(readers):
        reader.begin(every_s * number / connections)
    await asyncio.gather(*ends)
    return noted._replace(seconds=time.perf_counter() - started)


def _work(
    core: int | None, port: int, requests: Sequence[bytes], connections: int, rate: float, told: object
) -> None:
    import uvloop

    gc.disable()  # it would walk over all that the benchmark has made, and its pauses be the server's
    if core is not None:
        os.sched_setaffinity(0, {core})
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        told.send(runner.run(_drive(port, requests, connections, rate)))  # type: ignore[attr-defined]


def ask(
    port: int,
    requests: Sequence[bytes],
    connections: int = 64,
    core: int | None = None,
    rate: float = 0.0,
) -> Answered:
    """All requests over so many connections, from a process of its own, on a core of its own if one is named.

    rate: so many a second over all connections; 0 = as many as are answered.
    """
    mine, its = multiprocessing.Pipe()
    client = multiprocessing.get_context("fork").Process(
        target=_work, args=(core, port, requests, connections, rate, its), daemon=True
    )
    client.start()
    its.close()
    try:
        told: Answered = mine.recv()
    finally:
        client.join(10)
    return told


def request(path: str, token: str = "", cookie: str = "") -> bytes:
    """A GET as a phone's app sends it."""
    return _head("GET", path, token, cookie) + b"\r\n"


def posted(path: str, body: str, token: str = "", kind: str = "application/json") -> bytes:
    """A POST, from the site's own page."""
    head = _head("POST", path, token)
    sent = body.encode()
    own = f"Sec-Fetch-Site: same-origin\r\nContent-Type: {kind}\r\nContent-Length: {len(sent)}\r\n\r\n"
    return head + own.encode() + sent


def _head(method: str, path: str, token: str, cookie: str = "") -> bytes:
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    kept = f"Cookie: {cookie}\r\n" if cookie else ""
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{authorization}{kept}Accept: application/json\r\n"
        "Accept-Encoding: gzip\r\nUser-Agent: bench/1\r\n"
    ).encode()
