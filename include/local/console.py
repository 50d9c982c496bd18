"""Where the command line writes."""

from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)
