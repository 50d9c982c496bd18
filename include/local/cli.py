"""The `almanac` command."""

import typer
from rich.text import Text

from include.core.periods import BadPeriod
from include.local.commands import (
    briefs,
    coaching,
    costs,
    data,
    demo,
    estimate,
    explain,
    leaderboard,
    learning,
    operations,
    run_log,
    runs,
    stack,
    writer,
)
from include.local.console import errors
from include.local.importers import BadImport
from include.local.processes import StackError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold people's data
    help="Almanac on this machine: the embedded stack, data in, runs, results.",
)
for group in (
    stack,
    data,
    runs,
    briefs,
    coaching,
    leaderboard,
    learning,
    explain,
    run_log,
    operations,
    writer,
    costs,
    estimate,
    demo,
):
    app.add_typer(group.app)


def main() -> None:
    """Run a command; what the user can put right ends as one clear message, not as a traceback."""
    try:
        app()
    except runs.AwaitsApproval as waiting:
        errors.print(Text.assemble(("waiting ", "yellow"), str(waiting)), soft_wrap=True)
        raise SystemExit(3) from None
    except (StackError, BadPeriod, BadImport) as error:
        errors.print(Text.assemble(("error ", "red"), str(error)), soft_wrap=True)
        raise SystemExit(1) from None
    except PermissionError as error:
        errors.print(
            f"[red]error[/] {error.filename} belongs to another user; run as that one.", soft_wrap=True
        )
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
