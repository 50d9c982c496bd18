"""The formats that batches and the read API agree upon."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from include.core import cache_keys

IDS = st.integers(min_value=1, max_value=2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def test_formats_are_the_contract() -> None:
    assert cache_keys.brief(42, date(2016, 5, 2)) == "brief:42:2016-05-02"
    assert cache_keys.latest_week(42) == "brief:42:latest"
    assert cache_keys.velocity(42, 28) == "user:42:velocity:28"
    assert cache_keys.patterns(42) == "user:42:patterns:v2"


def test_external_id_does_not_show_in_its_key() -> None:
    key = cache_keys.user_id("ann@example.org")
    assert "ann" not in key
    assert key.isascii()
    assert len(key) == len("user-id:") + 64


@given(IDS, IDS, st.dates(), st.dates())
def test_two_briefs_never_share_a_key(one: int, other: int, week: date, other_week: date) -> None:
    same = (one, week) == (other, other_week)
    assert (cache_keys.brief(one, week) == cache_keys.brief(other, other_week)) is same
    assert cache_keys.brief(one, week) != cache_keys.latest_week(other)


@given(TEXT, TEXT)
def test_two_people_never_share_a_key(one: str, other: str) -> None:
    assert (cache_keys.user_id(one) == cache_keys.user_id(other)) is (one == other)


@given(IDS, IDS)
def test_what_a_publication_makes_old_is_of_that_user_only(one: int, other: int) -> None:
    week = date(2016, 5, 2)
    keys, others = set(cache_keys.of_week(one, week)), set(cache_keys.of_week(other, week))
    assert (keys == others) is (one == other)
    assert one == other or not keys & others
    assert {cache_keys.lease(key) for key in keys if not key.startswith("lease:")} <= keys
