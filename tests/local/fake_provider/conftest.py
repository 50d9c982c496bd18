"""One provider process for all tests of this folder, emptied before each."""

import sys
from collections.abc import Iterator
from pathlib import Path

import anthropic
import pytest

from include.local import fake_provider, processes

sys.path.append(str(Path(__file__).parent))  # for briefs.py


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("provider")
    yield fake_provider.start(home, processes.free_port(), batch_seconds=0)
    fake_provider.stop(home)


@pytest.fixture
def provider(running: str) -> str:
    """Base URL of a provider without faults, limits, bill or batches; batches are worked on at once."""
    fake_provider.control(running, "reset", {})
    return running


@pytest.fixture
def client(provider: str) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="test", base_url=provider, max_retries=0, timeout=20) as client:
        yield client
