"""How a person's own bytes are answered."""

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


def personal(request: Request, body: bytes) -> Response:
    """The bytes as JSON, or 304 to who has them. A browser keeps them for one token only."""
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": "private, max-age=300", "ETag": etag, "Vary": "Authorization"}
    if holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def holds(if_none_match: str, etag: str) -> bool:
    """Whether the reader has this version: the weak comparison of RFC 9110, 13.1.2."""
    held = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in held or "*" in held
