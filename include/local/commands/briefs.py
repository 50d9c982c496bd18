"""`almanac token | brief`: what a user sees."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from psycopg.rows import dict_row

from include.core import tokens
from include.core.db import Connection
from include.core.periods import Week
from include.core.settings import Settings
from include.core.statements import statement
from include.local import stack
from include.local.brief_page import brief_page
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()
TOKEN_LIFE = timedelta(days=1)


@app.command()
def token(user: Annotated[str, typer.Argument(help="external id")]) -> None:
    """A token for the read API, good for one day, in that user's name."""
    print(issue_token(Settings(), user, datetime.now(UTC)))


@app.command()
def brief(
    user: Annotated[str, typer.Argument(help="external id")],
    week: Annotated[
        str | None, typer.Option(help="Monday of delivery, YYYY-MM-DD; default: the newest")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="the brief as it is served")] = False,
) -> None:
    """One user's brief of one week."""
    with stack.warehouse(Settings()) as connection:
        found = select_brief(connection, user, Week.parse(week) if week else None)
        origin = select_provenance(connection, user, found["week_of"])
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        console.print(brief_page(user, found))
        console.print(written_by(origin), style="dim", soft_wrap=True)


def issue_token(settings: Settings, user: str, now: datetime) -> str:
    """Over the API's secret; `sub` is the external id."""
    return tokens.issue(settings.api_token_secret, user, now, TOKEN_LIFE)


def select_brief(connection: Connection, user: str, week: Week | None) -> dict[str, Any]:
    """The published brief; where there is none, an error that says what there is instead."""
    values = {"external_id": user, "week_of": week and week.week_of}
    row = connection.execute(statement("serving/select_brief"), values).fetchone()
    if row is None:
        raise StackError(_missing(connection, user, week))
    week_of, outcome, body = row
    return {"week_of": week_of.isoformat(), "outcome": outcome, **body}


def select_provenance(connection: Connection, user: str, week_of: str) -> dict[str, Any]:
    """How a published brief was made; see sql/local/select_provenance."""
    with connection.cursor(row_factory=dict_row) as cursor:
        values = {"external_id": user, "week_of": week_of}
        found = cursor.execute(statement("local/select_provenance"), values).fetchone()
    assert found is not None, "select_brief comes first"
    return found


def written_by(origin: dict[str, Any]) -> str:
    """Whose words they are, in a line: the template's, or a model's and of whom it was asked."""
    line = f"Written by {origin['writer']}, prompt {origin['prompt_version']}"
    if origin["writer"] not in ("template", "fallback"):
        line += f", asked of: {origin['provider'] or 'unknown'}"
    if origin["writer_reason"]:
        line += f" (not by the first model: {origin['writer_reason']})"
    return line


def _missing(connection: Connection, user: str, week: Week | None) -> str:
    row = connection.execute(statement("local/select_known_user"), {"external_id": user}).fetchone()
    assert row is not None
    known, examples = row
    if not known:
        there = (
            f"There is, for example: {', '.join(examples)}."
            if examples
            else "The warehouse has no users yet."
        )
        return f"There is no user {user!r}. {there}"
    nearest = connection.execute(
        statement("serving/select_nearest_weeks"), {"external_id": user, "week_of": week and week.week_of}
    ).fetchall()
    if not nearest:
        return f"Nothing is published for {user} yet: almanac run weekly_intelligence --week <Monday> --wait"
    weeks = ", ".join(str(found[0]) for found in nearest)
    return f"{user} has no brief for {week and week.key}. The nearest weeks with one: {weeks}."
