"""From values to the bytes of a page; the style sheet and the script, which browsers keep for good."""

import gzip
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import accepts_gzip, holds
from api.pages import words

FOLDER = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Vary": "Cookie, Accept-Encoding",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Asset(NamedTuple):
    """A file that is the same for everybody; its address changes with its content."""

    name: str
    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        return sha256(self.body).hexdigest()[:12]

    @property
    def address(self) -> str:
        return f"/static/{self.digest}/{self.name}"


def _read(name: str, media_type: str) -> Asset:
    return Asset(name, media_type, (FOLDER / "static" / name).read_bytes())


ASSETS = [
    _read("almanac.css", "text/css"),
    _read("almanac.js", "text/javascript"),
    _read("icon.svg", "image/svg+xml"),
]


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(words.FILTERS)
    made.globals["asset"] = {asset.name: asset.address for asset in ASSETS}
    return made


TEMPLATES = _environment()


def html(
    request: Request,
    template: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> Response:
    """The page; 304 to who has it."""
    body = TEMPLATES.get_template(template).render(path=request.url.path, status=status, **values).encode()
    etag = f'W/"{sha256(body).hexdigest()[:32]}"'
    sent = {**HEADERS, "ETag": etag, **(headers or {})}
    if status == 200 and holds(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=sent)
    return Response(_packed(request, body, sent), status, sent, "text/html")


def _packed(request: Request, body: bytes, headers: dict[str, str]) -> bytes:
    if not accepts_gzip(request.headers.get("accept-encoding", "")):
        return body
    headers["Content-Encoding"] = "gzip"
    return gzip.compress(body, 1, mtime=0)


async def _get_asset(asset: Asset, request: Request) -> Response:
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(_packed(request, asset.body, headers), 200, headers, asset.media_type)


routes = [Route(asset.address, partial(_get_asset, asset)) for asset in ASSETS]
