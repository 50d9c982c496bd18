"""The users' tokens: what every one of them says, whoever makes it and whoever checks it."""

from datetime import datetime, timedelta
from uuid import uuid4

import jwt

AUDIENCE = "almanac"
ALGORITHM = "HS256"
# The embedded stack's key, on loopback only: everybody knows it.
LOCAL_SECRET = "almanac-local-secret-change-me-please"  # noqa: S105


def issue(secret: str, external_id: str, now: datetime, life: timedelta, key_id: str | None = None) -> str:
    """A token in that person's name. `key_id` names the key where it is not the one without a name."""
    claims = {"sub": external_id, "aud": AUDIENCE, "iat": now, "exp": now + life, "jti": uuid4().hex}
    return jwt.encode(claims, secret, ALGORITHM, headers={"kid": key_id} if key_id else None)
