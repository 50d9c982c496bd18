"""Verified tokens that this process remembers."""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

from api.auth import Verified
from api.memory import Memory
from api.revocation import Revoked

REMEMBERED_S = 45.0  # with the time until a process knows of it, a revoked token dies within 60 s
VERIFIED_S = 3600.0  # from then on signature and user are looked at anew
BYTES = 64 * 1024 * 1024  # some 100,000 callers


class Caller(NamedTuple):
    """Whose token it is; until when nothing is asked again, and until when only whether it was revoked."""

    user_id: int
    token: Verified
    until: float
    ends: float
    weight: int = 640


class KnownCallers:
    """By a digest of the header: the tokens themselves are not kept. `clock` gives seconds since the epoch."""

    def __init__(self, revoked: Revoked, clock: Callable[[], float] = time.time) -> None:
        self._held: Memory[bytes, Caller] = Memory(BYTES)
        self._revoked = revoked
        self._clock = clock

    def known(self, authorization: bytes) -> int | None:
        """The user of a header that was verified within the last hour, has not expired and was not revoked."""
        key = sha256(authorization).digest()
        caller = self._held.get(key)
        if caller is None or self._clock() >= caller.ends:
            return None
        if self._clock() >= caller.until:
            token = caller.token
            if self._revoked.covers(token.token_id, token.external_id, token.issued_at):
                return None
            self._held.put(key, caller._replace(until=self._clock() + REMEMBERED_S))
        return caller.user_id

    def remember(self, authorization: bytes, user_id: int, token: Verified) -> None:
        now = self._clock()
        ends = min(now + VERIFIED_S, token.expires_at)
        self._held.put(sha256(authorization).digest(), Caller(user_id, token, now + REMEMBERED_S, ends))
