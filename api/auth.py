"""Who is asking: the bearer token, and nothing else of the request, says so."""

import jwt
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.requests import Request

CHALLENGE = {"WWW-Authenticate": "Bearer"}


def verified_external_id(request: Request, secret: SecretStr) -> str:
    """The external id of the signed token (`sub`); raises 401 with what is wrong with it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise refused("send the user's token in the header 'Authorization: Bearer <token>'")
    try:
        claims = jwt.decode(
            token.strip(),
            secret.get_secret_value(),
            algorithms=["HS256"],
            options={"require": ["sub", "exp"]},
        )
    except jwt.ExpiredSignatureError:
        raise refused("the token has expired; sign in again") from None
    except jwt.MissingRequiredClaimError as error:
        raise refused(f"the token lacks the claim {error.claim!r}") from None
    except jwt.InvalidTokenError:
        raise refused("the token is not valid") from None
    return as_external_id(claims["sub"])


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
