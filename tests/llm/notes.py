"""The smallest job that lets a model write: a note, true if it holds no number that was not given."""

import json
import re
from typing import Any

from pydantic import BaseModel, ConfigDict

from include.llm.client import facts_key
from include.llm.models import Prompt, WritingJob


class Note(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str


def problems(document: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    found = {int(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*", answer["text"])}
    return [f"text: {number} is not in the facts" for number in found - {document["facts"]["number"]}]


def prompt(version: str) -> Prompt:
    return Prompt(version, "Write a note on the number.", 200, Note, problems)


JOB = WritingJob("notes", prompt)


def facts(number: int) -> str:
    return json.dumps({"facts": {"number": number}})


def key_of(text: str) -> str:
    return facts_key(text, prompt("note-1"))
