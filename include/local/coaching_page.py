"""What `almanac coaching …` prints."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from include.coaching.calibration.curve import error, points, ranking
from include.coaching.calibration.models import Share, Taken
from include.coaching.coach import Attempt, Coached
from include.coaching.models import Due, Outcome, Plan
from include.coaching.rules.forecast import Tick
from include.coaching.rules.windows import local
from include.core.periods import Week

NOTHING = "–"
WRITE = "write"


class Eligible(NamedTuple):
    """A due user, and what the tick would do."""

    external_id: str
    due: Due
    plan: Plan


def eligible_table(found: list[Eligible], tick: datetime) -> Table:
    """One line a user."""
    table = _table("user", "settings", "local time", "due since", "the tick would", "next due")
    for one in found:
        due, planned = one.due, one.plan
        cells = (
            one.external_id, f"{due.frequency}, {due.preference}", f"{local(tick, due.time_zone):%a %H:%M %Z}",
            moment(due.next_due_at), planned.outcome or WRITE, moment(planned.next_due_at),
        )  # fmt: skip
        table.add_row(*(Text(cell) for cell in cells))
    return table


def standing_table(user: str, standing: dict[str, Any]) -> Table:
    """Settings and schedule, a line each."""
    table = Table(box=None, show_header=False, title=Text(user), title_justify="left")
    for name, value in standing.items():
        if name != "user_id":
            table.add_row(name.replace("_", " "), Text(_told(value)))
    return table


def rows_table(title: str, rows: list[dict[str, Any]], without: str) -> RenderableType:
    """Rows as they are, under a title; a sentence where there are none."""
    if not rows:
        return Text(without)
    table = _table(*(name.replace("_", " ") for name in rows[0]))
    table.title, table.title_justify = title, "left"
    for row in rows:
        table.add_row(*(Text(_told(value)) for value in row.values()))
    return table


def trial(user: str, made: Coached, tick: datetime) -> Group:
    """What a message on trial came to, in the order in which it came about."""
    clock = f"{local(tick, made.due.time_zone):%A %H:%M} in {made.due.time_zone}"
    heading = f"{user}, {clock}: the tick would end as {made.outcome}. Nothing of this is stored."
    parts: list[RenderableType] = [Text(heading, "bold")]
    parts.extend(
        Text(f"Held back by the screen: {held.place}, {held.category}. Resources are shown instead.")
        for held in made.held
    )
    if made.attempts:
        choice = made.attempts[0].choice
        parts.append(
            Text(f"{choice.message_type} because of {choice.reason}, about {choice.subject or 'nothing'}")
        )
    for attempt in made.attempts:
        parts.extend(_attempt(attempt))
    for name, value in (made.used or {}).items():
        parts.append(Text(f"{name.replace('_', ' ')}: {_used(value)}", "dim"))
    parts.append(Text(f"Next due: {moment(made.next_due_at)}"))
    return Group(*parts)


def _attempt(attempt: Attempt) -> Iterator[RenderableType]:
    yield Text(
        f"\nAttempt {attempt.number}, by {attempt.writer}: {attempt.failure or 'worth sending'}", "bold"
    )
    judged = attempt.simulation
    if judged is None:
        return  # what the screen held back is shown to nobody
    yield Text(attempt.draft.content)
    yield Text(f"Push: {attempt.draft.push}")
    yield Text(f"Simulated by {attempt.simulator}: {judged.rating} of 10, {judged.action}: {judged.reason}")


def forecast_table(found: list[Tick]) -> Table:
    """One line a tick, one column an outcome that occurs."""
    outcomes = [outcome for outcome in Outcome if any(tick.outcomes[outcome] for tick in found)]
    headings = ("to write" if outcome is Outcome.SENT else outcome.replace("_", " ") for outcome in outcomes)
    table = _table("tick (UTC)", "due", *headings)
    for column in table.columns[1:]:
        column.justify = "right"
    for tick in found:
        counts = (tick.outcomes.total(), *(tick.outcomes[outcome] for outcome in outcomes))
        table.add_row(f"{tick.at:%Y-%m-%d %H:%M}", *(f"{count:,}" if count else NOTHING for count in counts))
    return table


def calibration_table(counts: list[Taken]) -> Table:
    """One line a rating; shares in percent with their intervals."""
    table = _table("rating", "messages", "predicted", "opened", "answered", "dismissed")
    for column in table.columns:
        column.justify = "right"
    for one in points(counts):
        shares = (_share(share) for share in (one.opened, one.answered, one.dismissed))
        table.add_row(str(one.rating), f"{one.messages:,}", f"{one.predicted:.0%}", *shares)
    return table


def calibration_line(counts: list[Taken], last: Week, weeks: int) -> str:
    """What the ratings are worth, in two sentences."""
    ranked = ranking(counts)
    told = "" if ranked is None else (
        f" Of an answered and an unanswered message, the answered was rated higher in {ranked:.0%} of the pairs "
        "(50% is chance)."
    )  # fmt: skip
    span = "the week" if weeks == 1 else f"{weeks} weeks"
    return f"Messages of {span} before {last.key}: {error(counts) or 0:.0%} off on the mean.{told}"


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _share(share: Share) -> str:
    return f"{share.value:.1%} ({100 * share.low:.1f}–{100 * share.high:.1f})"


def _told(value: Any) -> str:
    if value is None:
        return NOTHING
    return moment(value) if isinstance(value, datetime) else str(value)


def _used(value: Any) -> str:
    """Lists as their length: ids say nothing on a screen."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"{len(value)}, of {', '.join(str(one.get('characters', one)) for one in value)} characters"
    if isinstance(value, list | dict):
        items = value.items() if isinstance(value, dict) else [(one, None) for one in value]
        return (
            ", ".join(str(name) if number is None else f"{number} {name}" for name, number in items) or "none"
        )
    return str(value)


def moment(at: datetime | None) -> str:
    """A moment in UTC, or a dash."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else NOTHING
