"""The coaching messages as a page; where to find help, in their place, while there is a reason for it."""

from datetime import datetime
from typing import Any

import orjson
from starlette.responses import Response
from starlette.routing import Route

from api import sources
from api.pages import words
from api.pages.rendering import html
from api.pages.session import Visit, page
from api.pages.standing import standing

KINDS = {
    "check_in": "A question",
    "encouragement": "Encouragement",
    "challenge": "A challenge",
    "reminder": "A reminder",
    "alignment_reflection": "What matters to you",
    "general_reflection": "A thought",
    "personal_insight": "About you",
    "relevant_lesson": "Worth knowing",
}


@page
async def get_coaching(visit: Visit) -> Response:
    found = await visit.held.reader.read(sources.coaching(visit.held, visit.user_id))
    body: dict[str, Any] = {"support": None, "messages": []}
    if not found.entry.is_absent:
        body = orjson.loads(found.entry.plain())
    return html(
        visit.request,
        "coaching.html",
        reader=visit.user_id,
        support=body["support"],
        messages=[as_message(one) for one in body["messages"]],
        standing=standing(found),
    )


def as_message(one: dict[str, Any]) -> dict[str, Any]:
    when = datetime.fromisoformat(one["scheduledFor"] or one["createdAt"])
    return {
        "id": one["messageId"],
        "kind": KINDS.get(one["messageType"], words.label(one["messageType"])),
        "paragraphs": [line for line in one["messageContent"].split("\n") if line.strip()],
        "when": when,
    }


routes = [Route("/coaching", get_coaching)]
