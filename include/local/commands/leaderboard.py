"""`almanac leaderboard`: a board as it stands in the tables."""

import json
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from include.core.boards import MONTHLY, TOP, WEEKLY, Board, Header, body, percentile, told
from include.core.db import Connection
from include.core.periods import BoardWeek, Month
from include.core.settings import Settings
from include.core.statements import statement
from include.jobs import load_job
from include.local import stack
from include.local.console import console
from include.local.processes import StackError

app = typer.Typer()


class BoardName(StrEnum):
    """The boards there are."""

    WEEKLY = WEEKLY
    MONTHLY = MONTHLY


@app.command()
def leaderboard(
    board: Annotated[BoardName, typer.Argument(help="weekly or monthly")],
    period: Annotated[
        str | None,
        typer.Option("--week", "--month", "--period", help="2015-11-02 or 2015-11; default: the newest"),
    ] = None,
    me: Annotated[str | None, typer.Option(help="external id: where this learner stands")] = None,
    around: Annotated[int, typer.Option(min=0, help="neighbours shown with --me")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="the board as it is served")] = False,
) -> None:
    """The first hundred of a board, or where one learner stands on it."""
    name = Board(board.value)
    kind = load_job(f"{name}_leaderboard").period
    with stack.warehouse(Settings()) as connection:
        found = select_board(connection, name, kind.parse(period) if period else None)  # type: ignore[arg-type]
        rows = found["leaderboard"] if me is None else select_around(connection, found, me, around)
    if as_json:
        print(json.dumps(found if me is None else rows, indent=2, ensure_ascii=False))
    else:
        console.print(board_table(found, rows))


def select_board(connection: Connection, board: Board, period: BoardWeek | Month | None) -> dict[str, Any]:
    """The published board; where there is none, an error that says how to make it."""
    key: dict[str, Any] = {"board": board, "period": period and period.first}
    row = connection.execute(statement("serving/select_leaderboard"), key).fetchone()
    if row is None:
        wanted = f"--period {period.key}" if period else "--period <key>"
        raise StackError(
            f"No {board} board is published{f' of {period.key}' if period else ''}. "
            f"Make it: almanac run {board}_leaderboard {wanted} --wait"
        )
    header = Header(*row)
    rows = select_rows(connection, header.board, header.period, 1, TOP)
    found: dict[str, Any] = json.loads(body(header, rows))
    return found


def select_around(
    connection: Connection, found: dict[str, Any], user: str, around: int
) -> list[dict[str, Any]]:
    """The learner's own row, with the percentile, between their neighbours."""
    row = connection.execute(statement("serving/select_user_id"), {"external_id": user}).fetchone()
    if row is None:
        raise StackError(f"There is no user {user!r}; see almanac load and almanac generate.")
    key = {"board": found["board"], "period": date.fromisoformat(found["period"])}
    place = connection.execute(
        statement("serving/select_leaderboard_position"), {**key, "user_id": row[0]}
    ).fetchone()
    if place is None:
        raise StackError(f"{user} is not on the {found['board']} board of {found['period']}.")
    rows = select_rows(connection, key["board"], key["period"], place[0] - around, place[0] + around)
    for one in rows:
        if one["user_id"] == row[0]:
            one["percentile"] = percentile(one["rank"], found["learners"])
    return rows


def select_rows(
    connection: Connection, board: Board, period: date, first: int, last: int
) -> list[dict[str, Any]]:
    """Rows by position, both ends included, as they are served."""
    bounds = {"board": board, "period": period, "first": first, "last": last}
    return [told(*row) for row in connection.execute(statement("serving/select_leaderboard_rows"), bounds)]


def board_table(found: dict[str, Any], rows: list[dict[str, Any]]) -> Table:
    """The rows as a page; the learner who was asked for stands out."""
    restated = f", restated {found['restated_at']}" if found["restated_at"] else ""
    title = f"{found['board'].capitalize()} leaderboard {found['period']}: {found['state']}{restated}"
    table = Table(title=title, caption=f"{found['learners']:,} learners, updated {found['updated_at']}")
    for column, justify in (
        ("rank", "right"),
        ("learner", "left"),
        ("attempts", "right"),
        ("accuracy", "right"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for row in rows:
        mine = "percentile" in row
        name = f"{row['name']}  (percentile {row['percentile']:g})" if mine else row["name"]
        cells = (f"{row['rank']:,}", name, f"{row['attempts']:,}", f"{row['accuracy']:g} %")
        table.add_row(*(Text(cell) for cell in cells), style="bold" if mine else None)
    return table
