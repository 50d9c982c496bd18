"""Coaching messages and how they would be taken, written from documents: varied by these, and true to them."""

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

MESSAGE_FIELDS = {"message", "push_notification_text"}
SIMULATION_FIELDS = {"effectiveness_rating", "recommended_action", "reason"}
QUOTED_WORDS = (3, 8)
_CLAUSE = re.compile(r"[^.!?;:,\n]+")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z ']*")

OPENINGS = {
    "check_in": ("Just a quiet question for this {part}: how are you?", "How is it going, really?"),
    "encouragement": ("That is worth a moment of pride.", "Something went well, and it was your doing."),
    "challenge": ("Here is one small step for today, if you like.", "Would you try something small today?"),
    "reminder": ("You had something in mind, and it may still be waiting.", "This may be a good {part} to go back."),
    "alignment_reflection": ("What you mean to do and what the days hold are worth a look side by side.",
                             "How well do the days fit what you want from them?"),
    "general_reflection": ("A question to take along this {part}.", "Here is something to think about for a while."),
    "personal_insight": ("There is something in your days that is easy to overlook.",
                         "Here is a small finding about your own days."),
    "relevant_lesson": ("Your own days have something to teach.", "There may be a pattern worth knowing here."),
}  # fmt: skip
CLOSINGS = (
    "What would make it a little easier?",
    "What do you make of it?",
    "A line or two in your journal would be enough.",
    "There is no hurry with an answer.",
)
PUSHES = (
    "A short note is waiting for you this {part}.",
    "A few words for you, whenever you have a minute.",
    "Something to read over a cup of tea.",
)
TAKEN = (
    "It takes up what matters now and asks kindly.",
    "It is about this person and fits the mood of the newest pages.",
    "It is clear and brief, and leaves room for an answer.",
)
MISSED = (
    "Anybody could have got it: take up something from the newest pages.",
    "The question comes too early: begin with what went well.",
    "It repeats what was said before: look at it from another side.",
)


def message(document: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    """The answer to the form of a message."""
    facts = document["facts"]
    part = facts.get("part_of_day", "day")
    openings = OPENINGS.get(facts["message"]["type"], OPENINGS["general_reflection"])
    about = list(_about(facts, chance))
    sentences = [chance.choice(openings).format(part=part), *about[:1], chance.choice(CLOSINGS)]
    return {
        "message": " ".join(sentences),
        "push_notification_text": chance.choice(PUSHES).format(part=part),
    }


def _about(facts: Mapping[str, Any], chance: Random) -> Iterator[str]:
    """Sentences about the person: own words, a finding, or how quiet it has been."""
    words = [quoted for entry in facts.get("entries") or () if (quoted := _quoted(entry["text"]))]
    if words:
        yield chance.choice(("You wrote “{}”.", "“{}”: that is how you put it.")).format(chance.choice(words))
    for one in facts.get("insights") or ():
        yield f"Your {one['metric'].replace('_', ' ')} stood out in the newest numbers."
    if facts.get("days_silent"):
        yield "It has been quiet in your journal for a while."


def _quoted(text: str) -> str | None:
    """The first clause that is short and plain enough to be quoted."""
    for clause in _CLAUSE.findall(text):
        plain = str(clause).strip()
        fits = QUOTED_WORDS[0] <= len(plain.split()) <= QUOTED_WORDS[1]
        if fits and _PLAIN.fullmatch(plain) and not plain.isupper():
            return plain
    return None


def simulation(document: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    """The answer to the form of a simulation; a second message mostly fares better."""
    rating = chance.choice((4, 5, 6, 6, 7, 7, 7, 8, 8, 9)) + (document.get("attempt", 1) > 1)
    if chance.random() < 0.03:
        return _simulation(3, "SKIP_MESSAGE", "Today is no day for another message, whatever it says.")
    if rating < 6:
        return _simulation(rating, "REVISE_MESSAGE", chance.choice(MISSED))
    return _simulation(rating, "SEND_MESSAGE", chance.choice(TAKEN))


def _simulation(rating: int, action: str, reason: str) -> dict[str, Any]:
    return {"effectiveness_rating": rating, "recommended_action": action, "reason": reason}
