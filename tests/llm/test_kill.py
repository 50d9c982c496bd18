"""Killed anywhere and gone on with, by the provider's own bill; `make kill` does it five hundred times."""

from pathlib import Path

import pytest

from benchmarks import kill
from include.local import fake_provider, processes


@pytest.mark.parametrize("mode", kill.MODES)
def test_kills_lose_nobody_and_pay_nothing_twice(warehouse: str, tmp_path: Path, mode: str) -> None:
    kill.people(warehouse)
    provider = fake_provider.start(tmp_path, processes.free_port(), batch_seconds=0.05, latency=0.02)
    try:
        figures = kill.measure(kill.Site(warehouse, provider), 4, seed=7, quiet=True, modes=(mode,))
    finally:
        fake_provider.stop(tmp_path)
    assert figures["kills"] >= 4
    for name in ("paid_twice", "users_lost", "left_open", "overspend_usd", "unbooked_usd"):
        assert figures[name] <= 0, name
    assert figures["paid_usd"] > 0
