"""One provider process for all tests of this folder, emptied before each."""

import sys
from collections.abc import Iterator
from pathlib import Path

import anthropic
import pytest

sys.path.append(str(Path(__file__).parent))  # for briefs.py


@pytest.fixture
def client(provider: str) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(api_key="test", base_url=provider, max_retries=0, timeout=20) as client:
        yield client
