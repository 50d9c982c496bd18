"""How a person's own bytes are answered: passed through as they are kept, to who does not have them yet."""

import gzip
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from api.reading import Found, State

Headers = list[tuple[bytes, bytes]]

JSON = "application/json"
# A browser keeps them for one token only, and what may soon be another asks again.
FOR_A_WHILE, ASK_AGAIN = "private, max-age=300", "private, no-cache"
VARY = "Authorization, Accept-Encoding"
ONE_PACKET = 1200  # bytes: what is shorter arrives as soon unpacked


def answer(
    request: Request, found: Found, media_type: str = JSON, more: dict[str, str] | None = None
) -> Response:
    """The entry's bytes with how they stand; 304 to who has them."""
    headers = {**described(found), **(more or {})}
    if holds(request.headers.get("if-none-match", ""), found.entry.etag):
        return Response(status_code=304, headers=headers)
    body = found.entry.body
    if found.entry.is_packed:
        if accepts_gzip(request.headers.get("accept-encoding", "")):
            headers["Content-Encoding"] = "gzip"
        else:
            body = found.entry.plain()
    return Response(body, media_type=media_type, headers=headers)


def described(found: Found) -> dict[str, str]:
    """The headers of an entry: what it is, how old, and whether it is the newest that there is."""
    headers = {
        "Cache-Control": FOR_A_WHILE if is_settled(found) else ASK_AGAIN,
        "ETag": found.entry.etag,
        "Vary": VARY,
    }
    if found.entry.generated_at is not None:
        headers["Almanac-Generated-At"] = as_moment(found.entry.generated_at)
    if found.state is State.STALE:
        headers |= as_stale(found.age)
    elif found.state is State.REFRESHING:
        headers["Almanac-Refreshing"] = "true"
    return headers


def as_stale(seconds: int) -> dict[str, str]:
    """What is said of the last good bytes, read so long ago."""
    return {"Almanac-Stale": "true", "Age": str(seconds)}


def is_settled(found: Found) -> bool:
    """Whether it holds for a while: it is the newest, and nothing that its reader may change at any moment."""
    return found.state is State.FRESH and found.entry.fresh_until > found.entry.stored_at


def personal(
    request: Request,
    body: bytes,
    *,
    version: bytes | None = None,
    for_a_while: bool = True,
    stale_s: int | None = None,
) -> Response:
    """Bytes made for this answer alone, as JSON; 304 to who has them. Packed for speed, not for size.

    `version`: what makes two answers the same, where that is not every byte. `stale_s`: seconds since it was read,
    where nothing newer can be had.
    """
    etag = f'W/"{sha256(body if version is None else version).hexdigest()[:32]}"'
    headers = {"Cache-Control": FOR_A_WHILE if for_a_while else ASK_AGAIN, "ETag": etag, "Vary": VARY}
    if stale_s is not None:
        headers |= {"Cache-Control": ASK_AGAIN, **as_stale(stale_s)}
    if holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    if len(body) > ONE_PACKET and accepts_gzip(request.headers.get("accept-encoding", "")):
        body, headers["Content-Encoding"] = gzip.compress(body, 1, mtime=0), "gzip"
    return Response(body, media_type=JSON, headers=headers)


def holds(if_none_match: str, etag: str) -> bool:
    """Whether the reader has this version: the weak comparison of RFC 9110, 13.1.2."""
    held = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag.removeprefix("W/") in held or "*" in held


@lru_cache(maxsize=256)  # readers send a handful of different values
def accepts_gzip(accept_encoding: str) -> bool:
    """RFC 9110, 12.5.3: named, or meant by an asterisk, and not with a quality of zero."""
    quality: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.partition(";")
        quality[coding.strip()] = as_quality(parameter)
    return quality.get("gzip", quality.get("x-gzip", quality.get("*", 0.0))) > 0


def as_quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


@lru_cache(maxsize=4096)  # a batch makes many in the same second
def as_moment(seconds: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
