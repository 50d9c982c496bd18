"""What a reader sends: a JSON object of bounded size, or a refusal that says what to send."""

from typing import Any

import orjson
from starlette.requests import Request

from api.problems import Problem

MOST_BYTES = 256 * 1024  # a hundred events take a tenth of it


async def sent_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Reading stops at MOST_BYTES, whatever the request says of its length."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise Problem(413, "too-large", f"send at most {MOST_BYTES // 1024} KB at a time")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Problem(400, "not-json", "send a JSON object in the body") from None
    if not isinstance(value, dict):
        raise Problem(422, "not-an-object", "the body is JSON, but not an object; send {…}")
    return value
