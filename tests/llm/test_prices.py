"""What a call costs, against the provider's own bill, and the most it can cost."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.llm import prices
from include.llm.models import Usage
from include.local.fake_provider.settings import PICO
from include.local.fake_provider.settings import PRICES as BILLED
from include.local.fake_provider.usage import Usage as BilledUsage
from include.local.fake_provider.usage import picodollars

TOKENS = st.integers(0, 200_000)


@given(st.sampled_from(sorted(BILLED)), TOKENS, TOKENS, TOKENS, TOKENS, st.booleans())
def test_the_bill_is_reckoned_as_the_provider_reckons_it(
    model: str, put_in: int, out: int, read: int, written: int, batch: bool
) -> None:
    billed = picodollars(model, BilledUsage(put_in, written, read, out), batched=batch) / PICO
    assert prices.cost(model, Usage(put_in, out, read, written), batch=batch) == pytest.approx(
        billed, abs=1e-9
    )


@given(st.sampled_from(sorted(prices.table()["models"])), st.data(), st.booleans())
def test_no_call_costs_more_than_was_set_aside_for_it(model: str, data: Any, batch: bool) -> None:
    """However its tokens fall on plain, written and read input: there is at most one for each byte."""
    size, most_out = data.draw(st.integers(1, 100_000)), data.draw(st.integers(1, 4_000))
    given_in = data.draw(st.integers(0, size + prices.OVERHEAD_TOKENS))
    written = data.draw(st.integers(0, given_in))
    read = data.draw(st.integers(0, given_in - written))
    usage = Usage(given_in - written - read, data.draw(st.integers(0, most_out)), read, written)
    assert prices.cost(model, usage, batch=batch) <= prices.most(model, size, most_out, batch=batch)


def test_a_batch_costs_half() -> None:
    usage = Usage(1_000, 200, 300, 400)
    for model in prices.table()["models"]:
        whole, half = (prices.cost(model, usage, batch=batch) for batch in (False, True))
        assert half == pytest.approx(whole / 2, abs=1e-9)


def test_prices_are_dated_and_unknown_models_are_named() -> None:
    assert date.fromisoformat(prices.table()["as_of"])
    with pytest.raises(
        prices.UnknownModel, match=r"claude-x has no price in prices\.toml.*claude-sonnet-5-5"
    ):
        prices.of_model("claude-x")
