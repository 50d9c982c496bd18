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

from include.intelligence.metrics import BY_NAME

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
    yield from _list("Patterns", [_plain(pattern) for pattern in brief.get("patterns") or []])
    yield from _list("Timeline", list(_timeline(brief)))
    yield from _list("Among others like you", list(_comparative(brief.get("comparative") or {})))


def _stats_table(stats: dict[str, Any]) -> Table:
    table = Table("", box=None, header_style="dim", padding=(0, 2, 0, 0))
    for heading in ("this week", "4 weeks before", "change", "days"):
        table.add_column(heading, justify="right")
    for name, row in stats.items():
        if row.get("this_week") is None and row.get("baseline") is None:
            continue
        percent = row.get("change_percent")
        table.add_row(
            _label(name),
            f"{_number(name, row.get('this_week'))} {_unit(name)}".strip(),
            _number(name, row.get("baseline")),
            "" if percent is None else f"{percent:+.0f} %",
            f"{row.get('days', 0)} of 7",
        )
    return table


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


def _timeline(brief: dict[str, Any]) -> Iterator[str]:
    sunday = date.fromisoformat(brief["week_of"]) - timedelta(days=1)
    for event in brief.get("timeline") or []:
        day = sunday - timedelta(days=event["days_ago"])
        rest = {key: value for key, value in event.items() if key != "days_ago"}
        yield f"{day:%a %d %b}: {_plain(rest)}"


def _comparative(comparative: dict[str, Any]) -> Iterator[str]:
    for name, part in comparative.items():
        if part:
            yield f"{_label(name)}: percentile {part['percentile']:.0f} of {part['users']} ({part['cohort']})"


def _words(item: Any) -> str:
    return str(item["text"]) if isinstance(item, dict) and "text" in item else str(item)


def _plain(item: dict[str, Any]) -> str:
    """`kind metric` and then its numbers by name."""
    item = dict(item)
    head = " ".join(str(item.pop(key)).replace("_", " ") for key in ("kind", "metric") if item.get(key))
    numbers = ", ".join(
        f"{key.replace('_', ' ')} {_short(value)}" for key, value in item.items() if value is not None
    )
    return f"{head}: {numbers}" if numbers else head


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
