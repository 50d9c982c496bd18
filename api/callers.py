"""Who is calling: a token is verified once a minute at most, and its user looked up once."""

from starlette.requests import Request

from api.auth import verified
from api.briefs import find_user
from api.deps import Resources, resources
from api.problems import Problem


async def reader_of(request: Request) -> tuple[Resources, int]:
    """What the request is answered with, and the internal id of who asks; 401, 404 or 429 with what to do."""
    held = resources(request)
    authorization = request.headers.get("authorization", "")
    user_id = held.callers.known(authorization.encode("latin-1"))
    if user_id is None:
        token = verified(authorization, held.keys, held.revoked)
        user_id = await find_user(held, token.external_id)
        if user_id is None:
            detail = "the user of this token is not known here; load their data first"
            raise Problem(404, "unknown-user", detail)
        held.callers.remember(authorization.encode("latin-1"), user_id, token)
    held.limit.require(user_id)
    return held, user_id
