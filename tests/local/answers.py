"""What the command line answered, and what the warehouse behind it holds."""

from collections.abc import Callable
from typing import Any

from typer.testing import Result

from include.core.db import connect
from include.local import processes

Command = Callable[..., Result]


def good(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output


def refused(result: Result) -> str:
    """The message of a command that ended with exit code 1 and no traceback: `main` prints just that."""
    assert result.exit_code == 1
    assert isinstance(result.exception, processes.StackError), result.exception
    return str(result.exception)


def line(output: str, *words: str) -> str:
    """The only line that holds all these words."""
    found = [one for one in output.splitlines() if all(word in one for word in words)]
    assert len(found) == 1, output
    return found[0]


def change(url: str, query: str, **values: object) -> None:
    with connect(url) as connection:
        connection.execute(query, values)


def ask(url: str, query: str, **values: object) -> list[tuple[Any, ...]]:
    with connect(url) as connection:
        return connection.execute(query, values).fetchall()
