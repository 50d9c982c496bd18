"""What is shown instead of coaching where the screen found a hint: where to find help. Pure."""

import tomllib
from functools import cache
from pathlib import Path

RESOURCES_VERSION = "resources-1"  # raise with every change of resources.toml

_FILE = Path(__file__).with_name("resources.toml")


def resources_for(time_zone: str) -> str:
    """The text for somebody in that zone of the zone database, whole and ready to be shown.

    With the lines of the zone's country where we know them; any other name, also one that no zone has, gets the
    text that holds everywhere.
    """
    texts, lines = _texts()
    local = lines.get(time_zone, texts["anywhere"])
    return "\n\n".join((texts["opening"], local, texts["everywhere"]))


@cache
def _texts() -> tuple[dict[str, str], dict[str, str]]:
    """The sentences that everybody gets, and each known zone's own lines."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    lines = {zone: country["lines"].strip() for country in content["country"] for zone in country["zones"]}
    return {name: text.strip() for name, text in content["text"].items()}, lines
