"""A brief as a page for the terminal."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from include.intelligence.metrics import BY_NAME, WEEKDAYS
from include.intelligence.prose.numbers import SHOW, SHOW_CHANGE, counted, ordinal
from include.intelligence.prose.words import VOICES, cohort_people

NOTES = {
    "partial": "Some of this brief is a fallback: not everything could be made this week.",
    "insufficient_data": "There was too little data this week for a full brief.",
}


def brief_page(user: str, brief: dict[str, Any]) -> Panel:
    """The whole brief, in the order in which a person reads it."""
    title = f"[bold]{escape(user)}[/] · week of {brief['week_of']} · {brief['outcome']}"
    return Panel(Group(*_sections(brief)), title=title, title_align="left", box=box.ROUNDED, padding=(1, 2))


def _sections(brief: dict[str, Any]) -> Iterator[RenderableType]:
    story = brief["main_story"]
    yield Text(story["headline"], style="bold")
    yield Text(story["narrative"])
    if note := NOTES.get(brief["outcome"]):
        yield Text(note, style="yellow")
    if stats := brief.get("week_stats"):
        yield from _titled("The week in numbers", _stats_table(stats))
    yield from _list("What stands out", [_insight(insight) for insight in brief.get("insights") or []])
    yield from _list("Worth trying", [_words(item) for item in brief.get("recommendations") or []])
    yield from _list("Worth watching", [_words(item) for item in brief.get("watch") or []])
    yield from _list("Health velocity, 0-100", list(_velocity(brief.get("velocity") or {})))
    yield from _list("Body systems, 0-100", list(_systems(brief.get("body_systems") or {})))
    yield from _list("Patterns", list(_patterns(brief)))
    yield from _list("Timeline", list(_timeline(brief)))
    yield from _list("Among others like you", list(_comparative(brief.get("comparative") or [])))


def _stats_table(stats: dict[str, Any]) -> Table:
    table = Table("", box=None, header_style="dim", padding=(0, 2, 0, 0))
    for heading in ("this week", "4 weeks before", "change", "days"):
        table.add_column(heading, justify="right")
    for name, row in stats.items():
        if row.get("this_week") is None and row.get("baseline") is None:
            continue
        table.add_row(
            _label(name),
            f"{_number(name, row.get('this_week'))} {_unit(name)}".strip(),
            _number(name, row.get("baseline")),
            _percent(row.get("change"), row.get("baseline")),
            f"{row.get('days', 0)} of 7",
        )
    return table


def _percent(change: float | None, baseline: float | None) -> str:
    return f"{100 * change / baseline:+.0f} %" if change is not None and baseline else ""


def _titled(title: str, body: RenderableType) -> Iterator[RenderableType]:
    yield Text()
    yield Text(title, style="bold cyan")
    yield body


def _list(title: str, lines: list[str]) -> Iterator[RenderableType]:
    if lines:
        grid = Table.grid(padding=(0, 1))
        for line in lines:
            grid.add_row("•", Text(line))
        yield from _titled(title, grid)


def _insight(insight: dict[str, Any]) -> str:
    return f"{insight['text']} (confidence {insight['confidence']:.2f})"


def _velocity(velocity: dict[str, Any]) -> Iterator[str]:
    for days, part in velocity.items():
        yield f"{days} days: " + (f"{part['score']:.0f}, {part['direction']}" if part else "not enough data")


def _systems(systems: dict[str, Any]) -> Iterator[str]:
    for name, part in systems.items():
        label = name.replace("_", " and ").capitalize()
        yield f"{label}: " + (f"{part['score']:.0f}, {part['trend']}" if part else "not enough data")


def _patterns(brief: dict[str, Any]) -> Iterator[str]:
    for pattern in brief.get("patterns") or []:
        yield PATTERNS[pattern["kind"]](pattern, _sunday(brief))


def _weekday(found: dict[str, Any], _: date) -> str:
    """'Saturdays: 2,100 more steps than other days (12 weeks)'."""
    voice = VOICES[found["metric"]]
    difference = found["mean_on_day"] - found["mean_other"]
    more = voice.more if difference > 0 else voice.less
    if found["metric"] == "steps":
        told = f"{abs(difference):,.0f} {more} steps than other days"
    elif voice.more == "more":
        told = f"{_difference(found['metric'], difference)} {more} {voice.noun} than other days"
    else:
        told = f"{voice.noun} {_difference(found['metric'], difference)} {more} than on other days"
    return f"{WEEKDAYS[found['weekday']]}s: {told} ({counted(found['weeks'], 'week')})"


def _lag(found: dict[str, Any], _: date) -> str:
    """'After days with many steps: sleep 7 h 2 min; after days with few steps 6 h 40 min (66 pairs of days)'."""
    show, driver = SHOW[found["metric"]], VOICES[found["other"]]
    return (
        f"After {driver.high_days}: {VOICES[found['metric']].noun} {show(found['after_high'])}; after "
        f"{driver.low_days} {show(found['after_low'])} ({counted(found['n'], 'pair')} of days)"
    )


def _streak(found: dict[str, Any], _: date) -> str:
    """'Sleep: 9 days in a row at or above 7 h'."""
    side = "below" if BY_NAME[found["metric"]].good == "down" else "above"
    usual = SHOW[found["metric"]](found["threshold"])
    return f"{_label(found['metric'])}: {counted(found['n'], 'day')} in a row at or {side} {usual}"


def _shift(found: dict[str, Any], sunday: date) -> str:
    """'Weight: 79.3 kg since 11 Nov, 78.5 kg before'."""
    show, since = SHOW[found["metric"]], sunday - timedelta(days=found["days_ago"])
    return f"{_label(found['metric'])}: {show(found['after'])} since {since:%d %b}, {show(found['before'])} before"


PATTERNS = {"weekday": _weekday, "lag": _lag, "streak": _streak, "change_point": _shift}
EVENTS = {
    "record": "a record, {shown}",
    "change_point": "a new level from here on, {shown}",
    "streak_start": "a streak begins, {days} by Sunday",
    "streak_end": "a streak of {days} ends",
    "lab": "{value} in the laboratory, outside its reference range",
}


def _timeline(brief: dict[str, Any]) -> Iterator[str]:
    for event in brief.get("timeline") or []:
        kind, metric, value = event["kind"], event["metric"], event["value"]
        if kind in ("record", "change_point"):
            told = EVENTS[kind].format(shown=SHOW[metric](value))
        elif kind == "lab":
            told = EVENTS[kind].format(value=_short(value))
        else:
            told = EVENTS[kind].format(days=counted(value, "day"))
        yield f"{_sunday(brief) - timedelta(days=event['days_ago']):%a %d %b}: {_label(metric)}, {told}"


def _sunday(brief: dict[str, Any]) -> date:
    return date.fromisoformat(brief["week_of"]) - timedelta(days=1)


def _difference(metric: str, value: float) -> str:
    return SHOW_CHANGE[metric](abs(value))


def _comparative(comparative: list[dict[str, Any]]) -> Iterator[str]:
    for group in comparative:
        people = f"of at least {group['users']:,} {cohort_people(group['cohort'])}"
        for name, percentile in group["percentiles"].items():
            yield f"{_label(name)}: {ordinal(round(percentile))} percentile {people}"


def _words(item: Any) -> str:
    return str(item["text"]) if isinstance(item, dict) and "text" in item else str(item)


def _short(value: Any) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _number(name: str, value: float | None) -> str:
    decimals = BY_NAME[name].decimals if name in BY_NAME else 1
    return "–" if value is None else f"{value:,.{decimals}f}"


def _unit(name: str) -> str:
    unit = BY_NAME[name].unit if name in BY_NAME else ""
    return "" if unit == name else unit


def _label(name: str) -> str:
    return BY_NAME[name].label.capitalize() if name in BY_NAME else name
