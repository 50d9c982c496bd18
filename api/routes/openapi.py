"""The contract, for programs: the same for everybody."""

from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import JSON
from api.openapi import document


@cache
def written() -> bytes:
    return orjson.dumps(document())


async def get_document(_: Request) -> Response:
    return Response(written(), media_type=JSON, headers={"Cache-Control": "public, max-age=3600"})


routes = [Route("/openapi.json", get_document)]
