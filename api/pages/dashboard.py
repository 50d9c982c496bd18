"""Today: the newest brief at a glance, as an overlay once per cycle, and what else is new."""

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from api import sources
from api.board_views import Asked, Seen
from api.briefs import find_latest_brief
from api.leaderboards import find_board
from api.pages.brief import readable
from api.pages.intelligence import velocity_view
from api.pages.parts import Got, side_by_side
from api.pages.rendering import html
from api.pages.session import Visit, page
from api.pages.standing import Standing, standing
from api.reading import Found
from include.core.boards import WEEKLY

PATIENCE_S = 4.0


@page
async def get_dashboard(visit: Visit) -> Response:
    """The brief is waited for; overlay, rank and coaching come after it where they are slow."""
    found = await side_by_side({"brief": find_latest_brief(visit.held, visit.user_id)}, PATIENCE_S)
    beside = await side_by_side({name: read(visit) for name, read in PARTS.items()})
    return html(
        visit.request, "dashboard.html", reader=visit.user_id, **brief_values(found["brief"]), parts=beside
    )


def brief_values(got: Got) -> dict[str, Any]:
    """What the template is told of the brief; `brief` None where there is none."""
    if got.status != "there":
        return {
            "brief": None,
            "is_down": True,
            "week_of": None,
            "velocity": None,
            "standing": Standing("fresh", "", "", ""),
        }
    found: Found = got.value
    if found.entry.is_absent:
        return {
            "brief": None,
            "is_down": False,
            "week_of": None,
            "velocity": None,
            "standing": standing(found),
        }
    brief = readable(found.entry.plain())
    week_of = date.fromisoformat(brief["week_of"])
    week = (brief.get("velocity") or {}).get("7")  # of which the narrative speaks
    return {
        "brief": brief,
        "is_down": False,
        "week_of": week_of,
        "velocity": velocity_view(week, week_of) if week else None,
        "standing": standing(found),
    }


@page
async def get_part(visit: Visit) -> Response:
    """A part for the page that did not wait for it."""
    name = visit.request.path_params["name"]
    if name not in PARTS:
        raise HTTPException(404, f"there is no part of that name; there are: {', '.join(PARTS)}")
    got = await side_by_side({name: PARTS[name](visit)}, PATIENCE_S)
    return html(visit.request, "dashboard_part.html", name=name, got=got[name])


async def overlay(visit: Visit) -> dict[str, Any] | None:
    """The notification state where the newest brief is due to be shown by itself, with its headline."""
    found = await visit.held.reader.read(sources.notification_state(visit.held, visit.user_id))
    state: dict[str, Any] | None = None if found.entry.is_absent else orjson.loads(found.entry.plain())
    if state is None or not state["overlayDue"]:
        return None
    brief = await find_latest_brief(visit.held, visit.user_id)
    if brief.entry.is_absent:
        return None
    return {"weekOf": state["weekOf"], **readable(brief.entry.plain())}


async def rank(visit: Visit) -> Seen | None:
    return await find_board(visit.held, Asked(WEEKLY, None, visit.user_id))


async def coaching(visit: Visit) -> dict[str, Any] | None:
    found = await visit.held.reader.read(sources.coaching(visit.held, visit.user_id))
    if found.entry.is_absent:
        return None
    told: dict[str, Any] = orjson.loads(found.entry.plain())
    return told


PARTS: dict[str, Callable[[Visit], Any]] = {"overlay": overlay, "rank": rank, "coaching": coaching}

routes = [Route("/dashboard", get_dashboard), Route("/dashboard/parts/{name}", get_part)]
