"""A user's coaching messages; where the screen found a hint of a crisis, where to find help instead."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import sources
from api.answers import answer
from api.callers import reader_of


async def get_messages(request: Request) -> Response:
    held, user_id = await reader_of(request)
    return answer(request, await held.reader.read(sources.coaching(held, user_id)))


routes = [Route("/api/v1/coaching/messages", get_messages)]
