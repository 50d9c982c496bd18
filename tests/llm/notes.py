"""The smallest job that lets a model write: a note on one number, true if it holds that number."""

import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from include.llm.client import facts_key
from include.llm.models import Prompt, WritingJob


class Note(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str


def prompt(version: str) -> Prompt:
    return Prompt(version, "Write a note on the number.", 200)


def problems(document: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    del document
    return [] if answer["text"].strip() else ["text: empty"]


JOB = WritingJob("notes", prompt, Note, problems)


def facts(user_id: int) -> str:
    return json.dumps({"facts": {"number": user_id}})


def key_of(text: str) -> str:
    return facts_key(text, prompt("note-1"), Note)
