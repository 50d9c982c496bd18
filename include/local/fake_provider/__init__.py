"""A stand-in for the Anthropic API: a process of its own behind real HTTP, with its own bill.

It speaks the Messages and Message Batches API to the SDK, holds requests to the SDK's own types, writes
briefs from the facts it is sent, and fails to order. It is for tests, benchmarks and the offline demo;
nothing that it writes comes from a model.

    python -m include.local.fake_provider --port N --state FOLDER [--seed N] [--faults JSON]
        and an option for each setting: --latency S, --batch-seconds S, --requests-per-minute N, …

Its controls, beside the API (`control` calls them):

    GET  /_fake/bill         usd, requests, paid_twice (bodies billed more than once), by_model, by_kind
    GET  /_fake/bill/lines   every line of the bill, as JSON lines
    GET  /_fake/calls        endpoints: {name: {status or "dropped": count}}, in_flight, peak_in_flight
    GET, POST /_fake/faults    POST replaces all rules: {"overloaded": {"share": 0.3}, "refusal": [{…}, {…}]};
                               which faults there are and what a rule says: see `faults`
    GET, POST /_fake/settings  POST changes those it names; see `settings`
    POST /_fake/end_batches  begins the work of all waiting batches now, or of {"id": …}
    POST /_fake/reset        no bill, no batches, no counts; settings and faults as at the start

The bill is written before an answer leaves and outlives the process; so do batches. A batch's requests are
billed as they are worked on, once `batch_seconds` have passed. A client that goes away is billed all the same.
"""

import sys
import urllib.request
from pathlib import Path
from typing import Any

import orjson

from include.core.settings import PROJECT
from include.local import processes

NAME = "fake_provider"


def start(home: Path, port: int, *, seed: int = 0, **settings: float) -> str:
    """Start the provider on 127.0.0.1:`port` unless ours already runs; returns its base URL.

    `settings` are those of `settings.Settings`; they do not change a provider that already runs
    (`control` does). Bill and batches are kept in `home/fake_provider`.
    """
    url = f"http://127.0.0.1:{port}"
    record = processes.recorded(home, NAME)
    if record is None or not processes.is_running(record):
        processes.require_free_port(port, "the fake provider", "ALMANAC_FAKE_PROVIDER_PORT")
        options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        command = [
            sys.executable,
            "-m",
            __name__,
            f"--port={port}",
            f"--state={home / NAME}",
            f"--seed={seed}",
        ]
        record = processes.start(home, NAME, [*command, *options], cwd=PROJECT)
    processes.wait_until(record, lambda: _answers(url), bound_s=60, poll_s=0.05)
    return url


def stop(home: Path) -> bool:
    """Stop it; its bill and batches stay. Returns whether it ran."""
    return processes.stop(home, NAME, bound_s=5)


def control(url: str, what: str, order: dict[str, Any] | None = None) -> Any:
    """GET /_fake/`what`, or POST `order` to it; returns the answer. Wrong orders raise HTTPError (400)."""
    body = None if order is None else orjson.dumps(order)
    with urllib.request.urlopen(f"{url}/_fake/{what}", body, timeout=30) as answer:  # noqa: S310  # ours, on loopback
        return orjson.loads(answer.read())


def _answers(url: str) -> bool:
    try:
        control(url, "calls")
    except OSError:
        return False
    return True
