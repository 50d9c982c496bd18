"""The sentences that generated journals and earlier messages are made of: phrases.toml beside this file."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

Sentences = tuple[str, ...]


class Theme(NamedTuple):
    """What people say of one part of life, by how it goes, and what they set themselves in it."""

    good: Sentences
    bad: Sentences
    plain: Sentences
    goals: Sentences


class Phrases(NamedTuple):
    """All of phrases.toml."""

    slots: dict[str, Sentences]  # of a person
    entry_slots: dict[str, Sentences]
    themes: dict[str, Theme]
    general: dict[str, Sentences]
    crisis: Sentences
    languages: dict[str, Sentences]
    spoken: dict[str, Sentences]  # time zone → languages
    messages: dict[str, tuple[Sentences, str]]  # message type → texts, push text


@cache
def phrases() -> Phrases:
    """Read once."""
    bank = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text("utf-8"))
    zones = {zone for language in bank["languages"].values() for zone in language["zones"]}
    return Phrases(
        slots=_lists(bank["slots"]),
        entry_slots=_lists(bank["entry_slots"]),
        themes={
            name: Theme(*(tuple(theme[part]) for part in ("good", "bad", "plain", "goal")))
            for name, theme in bank["themes"].items()
        },
        general=_lists(bank["general"]),
        crisis=tuple(bank["crisis"]["sentences"]),
        languages={name: tuple(language["sentences"]) for name, language in bank["languages"].items()},
        spoken={
            zone: tuple(name for name, language in bank["languages"].items() if zone in language["zones"])
            for zone in sorted(zones)
        },
        messages={name: (tuple(kind["texts"]), kind["push"]) for name, kind in bank["messages"].items()},
    )


def _lists(table: dict[str, list[str]]) -> dict[str, Sentences]:
    return {name: tuple(sentences) for name, sentences in table.items()}
