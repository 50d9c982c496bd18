"""Whether the API can answer, and what it stands on at the moment."""

import orjson
import psycopg
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.deps import Resources, resources
from api.queries import select_nothing


async def get_health(request: Request) -> Response:
    """200 while the process answers at all: without Redis it is slower, without PostgreSQL it has less."""
    held = resources(request)
    parts = {"postgres": await warehouse_answers(held), "redis": await held.cache.answers()}
    body = {name: "ok" if well else "down" for name, well in parts.items()}
    body["status"] = "ok" if all(parts.values()) else "degraded"
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(body), media_type="application/json", headers=headers)


async def warehouse_answers(held: Resources) -> bool:
    try:
        await held.warehouse.ask(select_nothing)
    except (psycopg.Error, TimeoutError):
        return False
    return True


routes = [Route("/healthz", get_health)]
