"""One provider process for all tests of this folder, emptied before each."""

from collections.abc import Iterator
from pathlib import Path

import anthropic
import pytest

from include.local import fake_provider, processes


@pytest.fixture(scope="session")
def provider_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("provider")
    yield home
    fake_provider.stop(home)


@pytest.fixture(scope="session")
def running(provider_home: Path) -> str:
    return fake_provider.start(provider_home, processes.free_port(), batch_seconds=0)


@pytest.fixture
def provider(running: str) -> str:
    """Base URL of a provider without faults, limits, bill or batches."""
    fake_provider.control(running, "reset", {})
    return running


@pytest.fixture
def client(provider: str) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="test", base_url=provider, max_retries=0, timeout=20) as client:
        yield client
