"""What Redis holds of a person's results: bytes made once, under a small header of fixed size.

A batch that warms and the read API that refills write the same. The body is packed with gzip where that
saves anything, so that most readers get it as it lies there.
"""

import gzip
import struct
from hashlib import sha256
from typing import NamedTuple

_HEADER = struct.Struct(">4sB16sdddd")
_MAGIC = b"ALM1"
_GZIPPED, _EMPTY, _ABSENT = 1, 2, 4
LEVEL = 5  # of 9: half the time of 9, and hardly a percent longer
PACK_FROM = 256  # bytes; below it the packed text is hardly shorter


class Lifetime(NamedTuple):
    """Seconds since the reading from PostgreSQL. fresh: served without a question. refreshed: served at once
    while somebody reads anew. kept: for the hours in which nothing can be read anew."""

    fresh: int
    refreshed: int
    kept: int


class Content(NamedTuple):
    """What there is to serve. `body` None: there is nothing; `is_empty`: it has a form, but no news in it."""

    body: bytes | None
    generated_at: float | None = None  # seconds since the epoch: when the batch made it
    is_empty: bool = False
    read_at: float | None = None  # where it was read earlier, as a part of something that was kept


class Envelope(NamedTuple):
    """A content, when it was read and until when it holds; moments in seconds since the epoch."""

    flags: int
    digest: bytes  # 16 bytes of the plain body's SHA-256
    stored_at: float
    fresh_until: float
    refreshed_until: float
    generated_at: float | None
    body: bytes  # as it is stored

    @property
    def is_packed(self) -> bool:
        return bool(self.flags & _GZIPPED)

    @property
    def is_empty(self) -> bool:
        return bool(self.flags & _EMPTY)

    @property
    def is_absent(self) -> bool:
        return bool(self.flags & _ABSENT)

    @property
    def etag(self) -> str:
        """Weak, since packed and plain bodies bear the same (RFC 9110, 8.8.3.3)."""
        return f'W/"{self.digest.hex()}"'

    def plain(self) -> bytes:
        """The body as it was made."""
        return gzip.decompress(self.body) if self.is_packed else self.body

    def packed(self) -> bytes:
        """Header and body, as Redis holds them."""
        moments = (self.stored_at, self.fresh_until, self.refreshed_until, self.generated_at or 0.0)
        return _HEADER.pack(_MAGIC, self.flags, self.digest, *moments) + self.body


def sealed(content: Content, lifetime: Lifetime, now: float) -> Envelope:
    """The envelope of what was read at `now`; the same content makes the same body and digest."""
    body = content.body or b""
    flags = _EMPTY * content.is_empty | _ABSENT * (content.body is None)
    digest = sha256(body).digest()[:16]
    if len(body) >= PACK_FROM:
        body, flags = gzip.compress(body, LEVEL, mtime=0), flags | _GZIPPED
    until = (now + lifetime.fresh, now + lifetime.refreshed)
    return Envelope(flags, digest, now, *until, content.generated_at, body)


def unpacked(value: bytes) -> Envelope | None:
    """What `packed` made; None for anything else, such as an entry of another version."""
    if len(value) < _HEADER.size or not value.startswith(_MAGIC):
        return None
    _, flags, digest, stored, fresh, refreshed, generated = _HEADER.unpack_from(value)
    return Envelope(flags, digest, stored, fresh, refreshed, generated or None, value[_HEADER.size :])
