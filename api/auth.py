"""Who is asking: the bearer token, and nothing else of the request, says so."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jwt
from pydantic import SecretStr
from starlette.exceptions import HTTPException

from api.revocation import Revoked
from include.core.tokens import ALGORITHM, AUDIENCE

CHALLENGE = {"WWW-Authenticate": "Bearer"}
LONGEST = 4096  # characters; ours take some 250


class TokenKeys(NamedTuple):
    """What may sign: the key of tokens that name none, and those that a token names by `kid`."""

    unnamed: SecretStr
    named: Mapping[str, SecretStr]

    def of(self, token: str) -> str:
        """The key that the token has to be signed with; raises jwt.InvalidTokenError where it names no key of ours."""
        key_id = jwt.get_unverified_header(token).get("kid")
        key = self.unnamed if key_id is None else self.named.get(key_id)
        if key is None:
            raise jwt.InvalidTokenError
        return key.get_secret_value()


class Verified(NamedTuple):
    """Who signed in, and until when that holds (seconds since the epoch)."""

    external_id: str
    expires_at: float
    token_id: str | None = None
    issued_at: float | None = None


def verified(authorization: str, keys: TokenKeys, revoked: Revoked) -> Verified:
    """Who the signed token of the header names (`sub`); raises 401 with what is wrong with it."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise refused("send the user's token in the header 'Authorization: Bearer <token>'")
    claims = _checked(token.strip(), keys)
    external_id = as_external_id(claims["sub"])
    if revoked.covers(claims.get("jti"), external_id, claims.get("iat")):
        raise refused("the token was revoked; sign in again")
    return Verified(external_id, float(claims["exp"]), claims.get("jti"), claims.get("iat"))


def _checked(token: str, keys: TokenKeys) -> dict[str, Any]:
    """The claims of a token that one of our keys signed, for us and for now."""
    try:
        if len(token) > LONGEST:
            raise jwt.InvalidTokenError
        claims: dict[str, Any] = jwt.decode(
            token,
            keys.of(token),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["sub", "exp", "aud"]},
        )
    except jwt.ExpiredSignatureError:
        raise refused("the token has expired; sign in again") from None
    except jwt.InvalidAudienceError:
        raise refused(f"the token is for somebody else: its claim 'aud' has to name {AUDIENCE!r}") from None
    except jwt.MissingRequiredClaimError as error:
        raise refused(f"the token lacks the claim {error.claim!r}") from None
    except (jwt.InvalidTokenError, RecursionError, OverflowError):
        raise refused("the token is not valid") from None
    return claims


def as_external_id(sub: str) -> str:
    """`sub` if it can be somebody's id: text that PostgreSQL can hold."""
    try:
        sub.encode()
    except UnicodeEncodeError:
        raise refused("the token's claim 'sub' is not valid text") from None
    if not sub or "\0" in sub:
        raise refused("the token's claim 'sub' names no user")
    return sub


def refused(reason: str) -> HTTPException:
    return HTTPException(401, reason, CHALLENGE)
