"""What this process has done, for Prometheus; nothing in it says whose requests they were."""

from collections.abc import Iterator
from typing import NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.deps import Resources, resources
from api.routes.admin import same

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Tally(NamedTuple):
    """A plain count of the process."""

    name: str
    help: str
    value: float


class Standing(Collector):
    """What the parts count by themselves, since a request must not pay for more than an addition."""

    def __init__(self, held: Resources) -> None:
        self._held = held

    def collect(self) -> Iterator[Metric]:
        held = self._held
        reads = CounterMetricFamily(
            "almanac_reads",
            "Results read, by what answered: memory, redis, postgres, last good",
            labels=["layer"],
        )
        for layer, count in held.reader.reads.items():
            reads.add_metric([layer], count)
        short = CounterMetricFamily("almanac_short_answers", "Answers of the short way", labels=["status"])
        for status, count in held.measures.short.items():
            short.add_metric([str(status)], count)
        yield from (reads, short)
        yield GaugeMetricFamily("almanac_reading", "Results being read from PostgreSQL", held.reader.reading)
        yield GaugeMetricFamily(
            "almanac_revocations_looked_at_seconds",
            "When the revoked tokens were last looked at, seconds since the epoch; 0 = never",
            held.revoked.looked_at or 0,
        )
        for tally in tallies(held):
            yield CounterMetricFamily(tally.name, tally.help, tally.value)


def tallies(held: Resources) -> list[Tally]:
    limits = (held.limit, held.administration.limit)
    return [
        Tally("almanac_rate_limited", "Requests refused as too many", sum(one.refused for one in limits)),
        Tally(
            "almanac_rate_shares_untold",
            "Times that Redis was not told of requests, so that each process counts alone",
            sum(one.untold for one in limits),
        ),
    ]


async def get_metrics(request: Request) -> Response:
    """Open, unless a token for it is set."""
    held = resources(request)
    token = held.administration.metrics_token
    sent = request.headers.get("authorization", "").encode("latin-1")
    if token is not None and not same(sent, f"Bearer {token.get_secret_value()}".encode()):
        raise HTTPException(403, "send the token of the metrics as 'Authorization: Bearer <token>'")
    standing = CollectorRegistry()
    standing.register(Standing(held))
    told = generate_latest(held.measures.registry) + generate_latest(standing)
    return Response(told, headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})


routes = [Route("/metrics", get_metrics)]
