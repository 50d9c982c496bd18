"""Verified tokens that this process remembers."""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

from api.memory import Memory

REMEMBERED_S = 45.0  # with the time until a process knows of it, a revoked token dies within 60 s
BYTES = 48 * 1024 * 1024  # some 100,000 callers


class Caller(NamedTuple):
    """Whose token it is, and until when that is not asked again."""

    user_id: int
    until: float
    weight: int = 480


class KnownCallers:
    """By a digest of the header: the tokens themselves are not kept. `clock` gives seconds since the epoch."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._held: Memory[bytes, Caller] = Memory(BYTES)
        self._clock = clock

    def known(self, authorization: bytes) -> int | None:
        """The user of a header that was verified within the last minute and has not expired."""
        caller = self._held.get(sha256(authorization).digest())
        return caller.user_id if caller is not None and self._clock() < caller.until else None

    def remember(self, authorization: bytes, user_id: int, expires_at: float) -> None:
        until = min(self._clock() + REMEMBERED_S, expires_at)
        self._held.put(sha256(authorization).digest(), Caller(user_id, until))
