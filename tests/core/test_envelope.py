"""Header and body of what Redis holds: nothing is lost on the way, and nothing else is taken for it."""

import gzip

from hypothesis import given
from hypothesis import strategies as st

from include.core.envelope import PACK_FROM, Content, Lifetime, sealed, unpacked

HOUR = Lifetime(3600, 7200, 86400)
BODIES = st.binary(max_size=3 * PACK_FROM) | st.text().map(str.encode)
MOMENTS = st.floats(1e9, 4e9)


@given(BODIES | st.none(), st.none() | MOMENTS, st.booleans(), MOMENTS)
def test_what_is_packed_comes_back(body: bytes | None, made: float | None, empty: bool, now: float) -> None:
    entry = sealed(Content(body, made, empty), HOUR, now)
    assert unpacked(entry.packed()) == entry
    assert entry.plain() == (body or b"")
    assert (entry.is_absent, entry.is_empty, entry.generated_at) == (body is None, empty, made)
    assert (entry.stored_at, entry.fresh_until, entry.refreshed_until) == (now, now + 3600, now + 7200)


def test_a_long_body_is_packed_and_any_reader_can_unpack_it() -> None:
    body = b'{"steps": 9000}' * 200
    entry = sealed(Content(body), HOUR, 1e9)
    assert entry.is_packed
    assert len(entry.body) < len(body) / 10
    assert gzip.decompress(entry.body) == body
    assert not sealed(Content(body[: PACK_FROM - 1]), HOUR, 1e9).is_packed


@given(BODIES, MOMENTS, MOMENTS)
def test_same_bytes_same_etag_whenever_they_were_read(body: bytes, now: float, later: float) -> None:
    one, other = sealed(Content(body), HOUR, now), sealed(Content(body), HOUR, later)
    assert (one.etag, one.body) == (other.etag, other.body)
    assert sealed(Content(body + b" "), HOUR, now).etag != one.etag


@given(st.binary(max_size=80))
def test_what_is_no_envelope_is_nothing(value: bytes) -> None:
    assert unpacked(value) is None
