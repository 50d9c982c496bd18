"""Variants: the same user always the same, in equal shares, and no two experiments alike."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from include.llm.experiments import Variant, assign

TONE = {"name": "tone", "variants": {"warm": "weekly-1", "plain": "weekly-2", "short": "weekly-3"}}


def test_without_an_experiment_everybody_has_the_usual_prompt() -> None:
    assert assign(None, 7, "weekly-1") == Variant(None, "weekly-1")


@given(st.integers(0, 2**62))
def test_a_user_stays_in_a_variant_however_it_is_written_down(user_id: int) -> None:
    turned = {"name": "tone", "variants": dict(reversed(TONE["variants"].items()))}  # type: ignore[attr-defined]
    found = assign(TONE, user_id, "usual")
    assert found == assign(turned, user_id, "usual")
    assert TONE["variants"][found.name] == found.prompt_version  # type: ignore[index]


def test_the_shares_are_equal() -> None:
    users = 9_000
    counts = Counter(assign(TONE, user_id, "usual").name for user_id in range(users))
    assert counts.keys() == TONE["variants"].keys()  # type: ignore[attr-defined]
    assert all(abs(n - users / 3) < 4 * (users * 2 / 9) ** 0.5 for n in counts.values())


def test_two_experiments_divide_people_differently() -> None:
    other = {**TONE, "name": "length"}
    same = sum(assign(TONE, n, "") == assign(other, n, "") for n in range(3_000))
    assert abs(same / 3_000 - 1 / 3) < 0.05
