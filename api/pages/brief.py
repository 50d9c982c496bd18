"""The weekly brief as a page: the newest, or that of a week."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import orjson
from starlette.responses import Response
from starlette.routing import Route

from api import sources
from api.briefs import find_latest_brief, find_latest_week, find_week_brief
from api.deps import Resources
from api.pages import words
from api.pages.charts import Axis, Row, Tone, chart, diverging, told
from api.pages.parts import side_by_side
from api.pages.rendering import html
from api.pages.session import Visit, page
from api.pages.standing import standing
from api.reading import FAILURES, Found
from api.routes.weekly_brief import parse_week

STEADY = 0.5  # percent; less is shown as 0


class Weeks(NamedTuple):
    """Which briefs are beside the one that is read."""

    newest: date | None
    before: date | None
    after: date | None


@page
async def get_latest(visit: Visit) -> Response:
    found = await find_latest_brief(visit.held, visit.user_id)
    if found.entry.is_absent:
        return html(visit.request, "brief_none.html", reader=visit.user_id)
    return await show(visit, found)


@page
async def get_week(visit: Visit) -> Response:
    week = parse_week(visit.request.path_params["week_of"])
    found = await find_week_brief(visit.held, visit.user_id, week.week_of)
    if found.entry.is_absent:
        newest = await newest_week(visit.held, visit.user_id)
        template = "brief_no_week.html" if newest else "brief_none.html"
        status = 404 if newest else 200
        return html(
            visit.request,
            template,
            status,
            reader=visit.user_id,
            week_of=week.week_of,
            newest=newest,
        )
    return await show(visit, found)


def readable(body: bytes) -> dict[str, Any]:
    """A stored brief with everything that a page asks of it; a part that is not in it is empty."""
    brief = orjson.loads(body)
    story = {"headline": "Your week", "narrative": "", **(brief.get("main_story") or {})}
    lists: dict[str, Any] = {"insights": [], "recommendations": [], "watch": [], "outcome": "complete"}
    return {**lists, **brief, "main_story": story}


async def show(visit: Visit, found: Found) -> Response:
    brief = readable(found.entry.plain())
    week_of = date.fromisoformat(brief["week_of"])
    rows = stat_rows(brief.get("week_stats") or {})
    return html(
        visit.request,
        "brief.html",
        reader=visit.user_id,
        brief=brief,
        week_of=week_of,
        weeks=await beside(visit.held, visit.user_id, week_of),
        standing=standing(found),
        rows=rows,
        change_chart=change_chart(rows),
        is_off=await is_switched_off(visit),
    )


async def is_switched_off(visit: Visit) -> bool:
    """Whether the reader once said that the brief should not come up; as long as that can be read at once."""
    state = visit.held.reader.read(sources.notification_state(visit.held, visit.user_id))
    got = (await side_by_side({"state": state}))["state"]
    if got.status != "there" or got.value.entry.is_absent:
        return False
    return not orjson.loads(got.value.entry.plain())["weeklyBriefEnabled"]


async def newest_week(held: Resources, user_id: int) -> date | None:
    pointer = await find_latest_week(held, user_id)
    return None if pointer.entry.is_absent else date.fromisoformat(pointer.entry.body.decode())


async def beside(held: Resources, user_id: int, week_of: date) -> Weeks:
    """The weeks before and after, where there is a brief of them; none where that cannot be read."""
    before, after = week_of - timedelta(days=7), week_of + timedelta(days=7)
    try:
        newest, earlier = await asyncio.gather(
            newest_week(held, user_id), find_week_brief(held, user_id, before)
        )
    except FAILURES:
        return Weeks(None, None, None)
    has_later = newest is not None and after <= newest
    return Weeks(newest, None if earlier.entry.is_absent else before, after if has_later else None)


class StatRow(NamedTuple):
    """One metric of the week, as it is shown."""

    name: str
    this_week: str
    usual: str
    percent: float | None
    days: int
    tone: Tone
    verdict: str  # better | worse | higher | lower | as usual | ''

    @property
    def change(self) -> str:
        return "–" if self.percent is None else words.signed(self.percent, 0, "%")


def stat_rows(stats: dict[str, Any]) -> list[StatRow]:
    """The metrics with anything to say, in the brief's order."""
    return [
        stat_row(name, one)
        for name, one in stats.items()
        if one.get("this_week") is not None or one.get("baseline") is not None
    ]


def stat_row(name: str, one: dict[str, Any]) -> StatRow:
    change, baseline = one.get("change"), one.get("baseline")
    percent = 100 * change / baseline if change is not None and baseline else None
    tone, verdict = judged(name, percent)
    return StatRow(
        words.label(name),
        words.shown(one.get("this_week"), name),
        words.shown(baseline, name) if baseline is not None else "–",
        percent,
        one.get("days", 0),
        tone,
        verdict,
    )


def judged(name: str, percent: float | None) -> tuple[Tone, str]:
    """Whether a change is welcome: by the metric's good direction, and neither where it has none."""
    if percent is None:
        return "plain", ""
    if abs(percent) < STEADY:
        return "plain", "as usual"
    is_up = percent > 0
    good = words.METRICS[name].good if name in words.METRICS else "neither"
    if good == "neither":
        return "plain", "higher" if is_up else "lower"
    return ("good", "better") if is_up == (good == "up") else ("bad", "worse")


def change_chart(rows: Sequence[StatRow]) -> str | None:
    """Every metric's change on one axis; None where nothing can be compared."""
    known = [row for row in rows if row.percent is not None]
    if not known:
        return None
    drawn = [Row(row.name, f"{row.this_week} · {row.change}", row.percent, row.tone) for row in known]
    axis = change_axis([row.percent for row in known if row.percent is not None])
    title = "This week against your four weeks before"
    return chart("change", title, told(drawn), drawn, axis)


def change_axis(percents: Sequence[float]) -> Axis:
    return diverging(percents, "change in percent of your usual", least=10, most=100)


routes = [Route("/weekly-brief", get_latest), Route("/weekly-brief/{week_of}", get_week)]
