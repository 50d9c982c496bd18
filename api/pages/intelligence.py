"""What is behind the newest brief: its components, each as ready as it is."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import orjson
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from api.components import DEFAULT_RANGE, Part, find_parts
from api.pages import words
from api.pages.charts import PERCENTILES, POINTS, VELOCITY, Row, chart, diverging, told
from api.pages.parts import LIMIT_S
from api.pages.patterns import as_pattern
from api.pages.rendering import html
from api.pages.session import Visit, page
from api.pages.standing import Standing, standing, worst
from api.reading import State
from api.routes.intelligence import asked_range
from include.core.cache_keys import RANGES

SHOWN = ("velocity", "systems", "patterns", "timeline", "comparative")
PATIENCE_S = 4.0  # of a part that comes after the page


class Shown(NamedTuple):
    """A part as a template draws it; status as in the bundle: ok | empty | stale | timeout | error."""

    name: str
    status: str
    week_of: date | None = None
    view: Any = None


@page
async def get_intelligence(visit: Visit) -> Response:
    found = await find_parts(visit.held, visit.user_id, SHOWN, DEFAULT_RANGE, LIMIT_S)
    return show(visit, "intelligence.html", found)


@page
async def get_part(visit: Visit) -> Response:
    """One part for the page that did not wait for it."""
    name = visit.request.path_params["name"]
    if name not in SHOWN:
        raise HTTPException(404, f"there is no part of that name; there are: {', '.join(SHOWN)}")
    found = await find_parts(visit.held, visit.user_id, [name], DEFAULT_RANGE, PATIENCE_S)
    return html(visit.request, "part.html", part=shown_part(found[0]), is_filled=True)


@page
async def get_velocity(visit: Visit) -> Response:
    days = asked_range(visit.request)
    parts = [
        (await find_parts(visit.held, visit.user_id, ["velocity"], each, PATIENCE_S))[0] for each in RANGES
    ]
    chosen = parts[RANGES.index(days)]
    scores = [
        score_row(each, shown_part(part), is_chosen=each == days)
        for each, part in zip(RANGES, parts, strict=True)
    ]
    title = "Velocity over 7, 28 and 90 days"
    return show_one(
        visit,
        "velocity.html",
        chosen,
        days=days,
        ranges=RANGES,
        scores=chart("scores", title, told(scores), scores, VELOCITY),
    )


@page
async def get_patterns(visit: Visit) -> Response:
    (part,) = await find_parts(visit.held, visit.user_id, ["patterns"], DEFAULT_RANGE, PATIENCE_S)
    return show_one(visit, "patterns.html", part)


def show_one(visit: Visit, template: str, part: Part, **values: Any) -> Response:
    """A page of one part, which has been waited for."""
    if part.found is None:
        raise unreadable()
    return show(visit, template, [part], **values)


def unreadable() -> HTTPException:
    return HTTPException(503, "Nothing is lost. This page tries again by itself in a few seconds.")


def show(visit: Visit, template: str, found: Sequence[Part], **values: Any) -> Response:
    """A page of parts, or 503 where there is nothing to show but failures."""
    if all(part.status == "error" for part in found):
        raise unreadable()
    parts = {part.name: shown_part(part) for part in found}
    weeks = [part.week_of for part in parts.values() if part.week_of]
    return html(
        visit.request,
        template,
        reader=visit.user_id,
        parts=parts,
        week_of=max(weeks, default=None),
        nothing=all(part.status == "empty" and part.week_of is None for part in parts.values()),
        standing=standing_of(found),
        **values,
    )


def standing_of(found: Sequence[Part]) -> Standing:
    """As the worst of the parts stands."""
    there = [part.found for part in found if part.found is not None]
    state = worst([one.state for one in there])
    chosen = next((one for one in there if one.state.value == state), None)
    return standing(chosen) if chosen else Standing(State.FRESH.value, "", "", "")


def shown_part(part: Part) -> Shown:
    """The part with all that its template needs; a stale one without content is as empty as any."""
    if part.found is None or part.found.entry.is_absent:
        return Shown(part.name, "empty" if part.found else part.status)
    body = orjson.loads(part.found.entry.plain())
    week_of = date.fromisoformat(body["week_of"])
    data = body.get(part.name)
    if not data:
        return Shown(part.name, "empty", week_of)
    return Shown(part.name, part.status, week_of, VIEWS[part.name](data, week_of))


class Velocity(NamedTuple):
    score: int
    direction: str
    scale: Markup
    contributions: Markup


def velocity_view(data: dict[str, Any], _: date) -> Velocity:
    scale = [Row("Worse", "Better", data["score"], "good")]
    ordered = sorted(data["contributions"].items(), key=lambda one: -abs(one[1]))
    rows = [Row(words.label(name), points(value), value, tone(value)) for name, value in ordered]
    axis = diverging([value for _, value in ordered], "points added to 50, or taken away", least=2, most=50)
    return Velocity(
        data["score"],
        words.TRENDS[data["direction"]],
        chart("velocity", "Health velocity", f"{data['score']} of 100", scale, VELOCITY),
        chart("contributions", "What each metric contributes", told(rows), rows, axis),
    )


def points(value: float) -> str:
    return words.signed(value, 1)


def tone(value: float) -> Any:
    return "plain" if value == 0 else "good" if value > 0 else "bad"


def score_row(days: int, part: Shown, *, is_chosen: bool) -> Row:
    if part.view is None:
        is_read = part.status in ("empty", "stale")
        return Row(f"{days} days", "not enough data" if is_read else "cannot be read at the moment", None)
    value = f"{part.view.score} of 100, {part.view.direction}"
    return Row(f"{days} days", value, part.view.score, "good" if is_chosen else "plain")


class Systems(NamedTuple):
    drawn: Markup
    rows: list[tuple[str, str, str]]  # name, trend, drivers


def systems_view(data: dict[str, Any], _: date) -> Systems:
    named = [(words.SYSTEMS.get(name, words.label(name)), one) for name, one in data.items()]
    rows = [
        Row(name, f"{one['score']}, {words.TRENDS[one['trend']]}", one["score"], "good")
        if one
        else Row(name, "not enough data", None)
        for name, one in named
    ]
    drivers = [(name, *trend_and_drivers(one)) for name, one in named]
    return Systems(chart("systems", "Body systems, 0 to 100", told(rows), rows, POINTS), drivers)


def trend_and_drivers(one: dict[str, Any] | None) -> tuple[str, str]:
    if one is None:
        return "not enough data", ""
    return words.TRENDS[one["trend"]], ", ".join(words.label(name).lower() for name in one["drivers"])


class Event(NamedTuple):
    when: date
    kind: str
    text: str


def timeline_view(data: list[dict[str, Any]], week_of: date) -> list[Event]:
    """The newest first."""
    sunday = week_of - timedelta(days=1)
    events = [Event(sunday - timedelta(days=one["days_ago"]), one["kind"], event_text(one)) for one in data]
    return sorted(events, key=lambda event: event.when, reverse=True)


def event_text(one: dict[str, Any]) -> str:
    kind, metric, value = one["kind"], one["metric"], one["value"]
    name = words.label(metric)
    if kind == "record":
        return f"{name}: a record, {words.shown(value, metric)}"
    if kind == "change_point":
        return f"{name}: a new level from here on, {words.shown(value, metric)}"
    if kind == "streak_start":
        return f"{name}: a streak begins, {words.counted(value, 'day')} long by Sunday"
    if kind == "streak_end":
        return f"{name}: a streak of {words.counted(value, 'day')} ends"
    return f"{name}: {value:g} in the laboratory, outside its reference range"


class Group(NamedTuple):
    people: str
    users: int
    drawn: Markup


def comparative_view(data: list[dict[str, Any]], _: date) -> list[Group]:
    return [group_view(index, group) for index, group in enumerate(data)]


def group_view(index: int, group: dict[str, Any]) -> Group:
    people = words.cohort(group["cohort"])
    rows = [
        Row(words.label(name), words.ordinal(percentile), percentile, "good")
        for name, percentile in group["percentiles"].items()
    ]
    drawn = chart(f"among-{index}", f"Where you stand among {people}", told(rows), rows, PERCENTILES)
    return Group(people, group["users"], drawn)


def patterns_view(data: list[dict[str, Any]], week_of: date) -> list[Any]:
    return [as_pattern(index, one, week_of - timedelta(days=1)) for index, one in enumerate(data)]


VIEWS: dict[str, Callable[[Any, date], Any]] = {
    "velocity": velocity_view,
    "systems": systems_view,
    "patterns": patterns_view,
    "timeline": timeline_view,
    "comparative": comparative_view,
}

routes = [
    Route("/intelligence", get_intelligence),
    Route("/intelligence/velocity", get_velocity),
    Route("/intelligence/patterns", get_patterns),
    Route("/intelligence/parts/{name}", get_part),
]
