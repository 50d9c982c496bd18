"""One message in words: a sentence of each column of its reason's script, and a push that gives nothing away."""

import re
from functools import cache
from hashlib import blake2b
from pathlib import Path

from include.coaching.context import Context
from include.coaching.models import Draft
from include.coaching.prose.fields import Fields, capital, known_fields
from include.coaching.prose.pushes import PUSHES
from include.coaching.prose.scripts import SCRIPTS, Column
from include.coaching.rules.message_type import Choice

_FIELD = re.compile(r"\{(\w+)\}")


@cache
def version() -> str:
    """The name of these texts, for provenance; it changes with every change of them."""
    return Path(__file__).with_name("VERSION").read_text().strip()


def write(context: Context, choice: Choice, attempt: int) -> Draft:
    """The message for a choice, in English. The same user, day and attempt give the same words.

    attempt 1 is the first; any later one speaks from another side and asks another question.
    """
    draws = _draws(context, attempt)
    known = known_fields(context, choice, draws[0] + attempt)
    script = SCRIPTS[choice.reason.removesuffix("_again")]
    columns = script.first if attempt == 1 else script.second
    # Most first sentences, and all second ones, are in the user's own words where there are any.
    quoting = draws[1] % 4 > 0 or attempt > 1
    sentences = [_said(columns[0], draws[1], known, quoting)]
    sentences += [_said(column, draw, known) for column, draw in zip(columns[1:], draws[2:], strict=False)]
    pushes = PUSHES[choice.message_type]
    return Draft(_strung(sentences), pushes[draws[-1] % len(pushes)].format_map(known))


def _draws(context: Context, attempt: int) -> bytes:
    """A number of 0 to 255 per slot; the first is the same for all attempts, the others are not."""
    day = f"{context.user_id}:{context.local_day}"
    first = blake2b(day.encode(), digest_size=1).digest()
    return first + blake2b(f"{day}:{attempt}".encode(), digest_size=7).digest()


def _said(column: Column, draw: int, known: Fields, quoting: bool = False) -> str:
    """A sentence of which all fields are known; quoting: with the user's own words, if there are any."""
    usable = [text for text in column if _needs(text) <= known.keys()]
    if quoting and "words" in known:
        usable = [text for text in usable if "words" in _needs(text)] or usable
    return usable[draw // 4 % len(usable)].format_map(known)


@cache
def _needs(text: str) -> frozenset[str]:
    return frozenset(_FIELD.findall(text))


def _strung(sentences: list[str]) -> str:
    """The sentences as one text; after a full stop the next begins with a capital."""
    text = ""
    for sentence in filter(None, sentences):
        opens = not text or text[-1] in ".?!"
        text += (" " if text else "") + (capital(sentence) if opens and sentence[0] != "“" else sentence)
    return text
