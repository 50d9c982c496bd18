"""What users did with what they were shown."""

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import JSON
from api.bodies import sent_object
from api.callers import reader_of
from api.problems import Problem
from api.queries import record_events
from api.writing import store
from include.core import cache_keys

MOST_EVENTS = 100


async def post_events(request: Request) -> Response:
    """Each event once, however often it is sent; says which were taken, which were known, and which not and why."""
    held, user_id = await reader_of(request)
    events = (await sent_object(request)).get("events")
    if not isinstance(events, list) or not 1 <= len(events) <= MOST_EVENTS:
        raise Problem(422, "bad-events", f'send {{"events": […]}} with 1 to {MOST_EVENTS} events')
    if not all(isinstance(event, dict) for event in events):
        raise Problem(422, "bad-events", "each of the events is a JSON object")
    text = orjson.dumps(events).decode()
    told = await store(held, lambda asked: record_events(asked, user_id, text))
    for key in (cache_keys.preferences(user_id), cache_keys.notification_state(user_id)):
        await held.reader.forget(key)
    return Response(told, media_type=JSON, headers={"Cache-Control": "no-store"})


routes = [Route("/api/v1/engagement/events", post_events, methods=["POST"])]
