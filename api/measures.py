"""How many requests there were, what became of them and how long they took; never whose they were."""

import time
from collections import Counter as Counted

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST", "PATCH", "OPTIONS"})
OTHER = "other"  # what callers make up is not a label of ours
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """Of one process. `short` are the answers of the short way, by status."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.short: Counted[int] = Counted()
        self.requests = Counter(
            "almanac_http_requests",
            "Requests, those that the short way answered apart",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "almanac_http_request_seconds",
            "Seconds until the answer began",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )


class Measured:
    """An ASGI application in front of another."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        measures: Measures = scope["state"]["resources"].measures

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in METHODS else OTHER
                measures.requests.labels(method, route_of(scope), message["status"]).inc()
                measures.seconds.labels(route_of(scope)).observe(time.perf_counter() - started)
            await send(message)

        await self._app(scope, receive, sent)


def route_of(scope: Scope) -> str:
    """The path as the application declares it."""
    return getattr(scope.get("route"), "path", OTHER)
