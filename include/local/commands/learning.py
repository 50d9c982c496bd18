"""`almanac question-health | content-gaps | report`: what the learning batches found."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg.rows import dict_row
from rich.markup import escape
from rich.table import Table

from include.core.db import Connection
from include.core.periods import Month, Week
from include.core.settings import Settings
from include.core.statements import statement
from include.local import stack
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()
NOTHING = "–"


@app.command("question-health")
def question_health(
    week: Annotated[
        str | None, typer.Option(help="Monday of the measurement, YYYY-MM-DD; default: the newest")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="questions shown, worst first")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="every question, with its intervals")] = False,
) -> None:
    """How healthy the questions are: the worst first, and the share that is flagged."""
    with stack.warehouse(Settings()) as connection:
        found = select_health(connection, Week.parse(week) if week else None)
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False, default=str))
        return
    console.print(health_table(found["questions"][:limit]))
    if limit < found["met"]:
        console.print(f"… and {found['met'] - limit:,} more: --limit {found['met']}", style="dim")
    console.print(health_line(found))


@app.command("content-gaps")
def content_gaps(
    week: Annotated[
        str | None, typer.Option(help="the Monday after, YYYY-MM-DD; default: the newest")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="terms shown, most wanted first")] = 20,
) -> None:
    """What learners looked for in a week and did not find."""
    values = {"week_of": Week.parse(week).week_of if week else None}
    with stack.warehouse(Settings()) as connection:
        found = connection.execute(statement("local/select_content_gaps"), values).fetchall()
    if not found:
        key = week or "<Monday>"
        raise StackError(f"No gap is known. To look for some: almanac run content_gaps --week {key} --wait")
    table = Table(box=None, header_style="bold")
    for heading, justify in (("looked for", "left"), ("searches", "right"), ("learners", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for _, _, example, searches, learners in found[:limit]:
        table.add_row(escape(example), f"{searches:,}", f"{learners:,}")
    console.print(f"Searches without a result in the week before {found[0][0]}:")
    console.print(table)


@app.command()
def report(
    user: Annotated[str, typer.Argument(help="external id")],
    month: Annotated[str | None, typer.Option(help="YYYY-MM; default: the newest")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the report as it is served")] = False,
    svg: Annotated[Path | None, typer.Option(help="write the chart to this file")] = None,
) -> None:
    """One learner's month."""
    with stack.warehouse(Settings()) as connection:
        found, chart = select_report(connection, user, Month.parse(month) if month else None)
    if svg:
        svg.write_text(chart)
        console.print(f"Written: {svg}", soft_wrap=True)
    elif as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print_report(found)


def select_health(connection: Connection, week: Week | None) -> dict[str, Any]:
    """A week's questions and their counts; where there is none, an error that says what there is instead."""
    values = {"week_of": week and week.week_of}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(statement("local/select_question_health"), values).fetchall()
    if not rows:
        raise StackError(_no_health(connection, week))
    judged = [row for row in rows if row["health"] is not None]
    flagged = sum(bool(row["flags"]) for row in judged)
    return {
        "week_of": str(rows[0]["week_of"]),
        "met": len(rows),
        "judged": len(judged),
        "flagged": flagged,
        "share_flagged": round(flagged / len(judged), 4) if judged else None,
        "questions": [{name: value for name, value in row.items() if name != "week_of"} for row in rows],
    }


def _no_health(connection: Connection, week: Week | None) -> str:
    if week:
        nearest = connection.execute(
            statement("local/select_measured_weeks"), {"week_of": week.week_of}
        ).fetchall()
        if nearest:
            weeks = ", ".join(str(row[0]) for row in nearest)
            return f"No question was measured on {week.key}. The nearest weeks: {weeks}."
    key = week.key if week else "<Monday>"
    return f"No question was measured yet. Do so: almanac run question_health --week {key} --wait"


def health_table(rows: list[dict[str, Any]]) -> Table:
    """One line a question; shares in percent."""
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("question", overflow="ellipsis", no_wrap=True, max_width=24)
    for heading in ("health", "learners", "right", "tells", "skipped", "slow"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("flags")
    for row in rows:
        table.add_row(
            escape(row["question"]), _number(row["health"], "{:.0f}"), f"{row['learners']:,}",
            _number(row["difficulty"], "{:.0%}"), _number(row["discrimination"], "{:.2f}"),
            _number(row["skip_rate"], "{:.0%}"), _number(row["slow_share"], "{:.1%}"),
            f"[red]{', '.join(row['flags']).replace('_', ' ')}[/]",
        )  # fmt: skip
    return table


def _number(value: float | None, form: str) -> str:
    return NOTHING if value is None else form.format(value)


def health_line(found: dict[str, Any]) -> str:
    """What came of the week, in a line."""
    if not found["judged"]:
        return f"{found['week_of']}: {found['met']:,} questions met, by too few learners to judge any."
    return (
        f"{found['week_of']}: {found['met']:,} questions met, {found['judged']:,} judged, "
        f"{found['flagged']:,} flagged ({found['share_flagged']:.1%})."
    )


def select_report(connection: Connection, user: str, month: Month | None) -> tuple[dict[str, Any], str]:
    """The published report and its chart; where there is none, an error that says what there is instead."""
    values = {"external_id": user, "month": month and month.first}
    row = connection.execute(statement("local/select_report"), values).fetchone()
    if row is None:
        raise StackError(_no_report(connection, user, month))
    return row[0], row[1]


def _no_report(connection: Connection, user: str, month: Month | None) -> str:
    known, examples = connection.execute(
        statement("local/select_known_user"), {"external_id": user}
    ).fetchone() or (False, [])
    if not known:
        there = f" There is, for example: {', '.join(examples)}." if examples else ""
        return f"There is no user {user!r}.{there}"
    months = connection.execute(statement("local/select_report_months"), {"external_id": user}).fetchall()
    if months:
        told = ", ".join(row[0] for row in months)
        return f"{user} has no report of {month and month.key}. There is: {told}."
    key = month.key if month else "<YYYY-MM>"
    return f"{user} has no report yet: almanac run monthly_learner_reports --month {key} --wait"


def print_report(found: dict[str, Any]) -> None:
    """The sentences, then what they do not say."""
    console.print(escape(found["summary"]))
    for label, concepts in (("strongest", found["strongest"]), ("weakest", found["weakest"])):
        for one in concepts:
            span = f"{one['low']:.0f} to {one['high']:.0f}"
            console.print(
                f"  {label}: {escape(one['concept'])}  [dim]{one['accuracy']:.0f} % of {one['attempts']} ({span})[/]"
            )
    for rank in found["rank_history"]["weekly"]:
        console.print(f"  week {rank['period']}: rank {rank['rank']:,} of {rank['learners']:,}")
    if monthly := found["rank_history"]["monthly"]:
        console.print(f"  month: rank {monthly['rank']:,} of {monthly['learners']:,}")
