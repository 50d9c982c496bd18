"""The judgement: each number, direction, weekday, period and subject of a text against the evidence."""

import re

from include.llm.grounding.clauses import Clause, clauses
from include.llm.grounding.direction_claims import judge_move
from include.llm.grounding.evidence import Evidence, Ungrounded, Vocabulary
from include.llm.grounding.judged import OVER, Judged, moves
from include.llm.grounding.lexicon import WEEKDAYS
from include.llm.grounding.marks import Mark, marks
from include.llm.grounding.number_claims import judge_number
from include.llm.grounding.subjects import subjects_at
from include.llm.grounding.tokens import readable, unreadable

LONGEST_TEXT = 5_000
_EVERY = re.compile("every day|each day|every night|all week", re.IGNORECASE)


def check(text: str, evidence: Evidence, vocabulary: Vocabulary) -> list[Ungrounded]:
    """Return what in the text does not follow from the evidence; nothing for a grounded text."""
    if len(text) > LONGEST_TEXT:
        return [Ungrounded("text", "", f"is longer than {LONGEST_TEXT:,} characters")]
    sign = unreadable(text)
    text = readable(text)
    sign = sign or unreadable(text)
    if sign:
        return [Ungrounded("text", sign, "is a sign that cannot be checked")]
    judged = Judged(text, evidence, dict(vocabulary.good), dict(vocabulary.units))
    sentence = 0
    row = marks(text, vocabulary, evidence.names)
    _judge_topic(judged, row)
    for clause in clauses(row):
        if clause.sentence != sentence:
            sentence, judged.before = clause.sentence, []
        _judge(judged, clause)
    _judge_order(judged)
    return judged.found


def _judge_topic(judged: Judged, row: list[Mark]) -> None:
    """A text that is to speak of one subject names it, or none."""
    topic = judged.evidence.subject
    named = [mark for mark in row if mark.kind == "subject"]
    if topic and named and all(mark.value != topic for mark in named):
        judged.report("subject", named[0], f"is not what this text is to speak of: {topic.replace('_', ' ')}")


def _judge(judged: Judged, clause: Clause) -> None:
    spent: set[int] = set()
    days: set[str] = set()
    for place in clause.numbers:
        judge_number(judged, clause, place, spent, days)
    for place, mark in enumerate(clause.marks):
        if mark.kind == "move" and place not in spent and place not in clause.condition:
            judge_move(judged, clause, place)
        elif mark.kind == "weekday":
            _judge_weekday(judged, clause, place, days)
        elif mark.kind in ("month", "date"):
            judged.report("date", mark, "is a date, and the facts hold none")
        elif mark.kind == "period":
            _judge_period(judged, clause, place)
        elif mark.kind == "subject":
            _judge_subject(judged, clause, place)
        elif mark.kind == "cue" and mark.value == "recorded":
            _judge_every_day(judged, clause, place)
        elif mark.kind == "group" and judged.evidence.groups and mark.value not in judged.evidence.groups:
            judged.report("subject", mark, "is not the group that the facts compare with")


def _judge_weekday(judged: Judged, clause: Clause, place: int, days: set[str]) -> None:
    mark = clause.marks[place]
    day = WEEKDAYS[mark.value[0]]
    if day in days:
        return
    subjects = subjects_at(judged, clause, place)
    known = subjects if any(judged.evidence.quantities.get(subject) for subject in subjects) else list(
        judged.evidence.quantities
    )  # fmt: skip
    roles = ("on_day",) if mark.value[1] else ("high", "low", "record", "on_day", "now", "ago", "value")
    for subject in known:
        for quantity in judged.evidence.quantities.get(subject, ()):
            if quantity.role in roles and quantity.weekday == day:
                return
    judged.report("weekday", mark, "is not a day that the facts name here")


def _judge_period(judged: Judged, clause: Clause, place: int) -> None:
    mark = clause.marks[place]
    if mark.value == "week" and _against_itself(clause, place):
        judged.report("period", mark, "is compared with itself")
    elif mark.value == "usual" and _moved_before(judged, clause, mark):
        judged.report("period", mark, "is not when that happened in the facts")
    elif mark.value == "never":
        judged.report("period", mark, "is a period that the facts do not hold")
    elif mark.value == "quarter":
        subjects = subjects_at(judged, clause, place)
        long = any(
            (one.role == "weeks" and one.value >= 12) or (one.role == "window" and one.value >= 80)
            for subject in subjects
            for one in judged.evidence.quantities.get(subject, ())
        )
        if not long and "velocity:90" not in subjects:
            judged.report("period", mark, "is a period that the facts do not hold")


def _judge_every_day(judged: Judged, clause: Clause, place: int) -> None:
    """'Recorded every day' says seven days."""
    every = next(
        (mark for mark in clause.marks if _EVERY.fullmatch(judged.text[mark.start : mark.end])), None
    )
    if every is None or clause.moods[place] == "open":
        return
    for subject in subjects_at(judged, clause, place):
        days = [one.value for one in judged.evidence.quantities.get(subject, ()) if one.role == "days"]
        if days and max(days) < 7:
            judged.report("number", every, f"is not on how many days there was {subject.replace('_', ' ')}")


def _against_itself(clause: Clause, place: int) -> bool:
    """Return whether something is said to be more than 'this week', or to have come from it."""
    earlier = clause.marks[max(0, place - 2) : place]
    named = any(
        (mark.kind == "cue" and mark.value in ("than", "against", "from"))
        or (mark.kind == "move" and mark.value[1] == "side" and mark.to - mark.at == 2)
        for mark in earlier
    )  # fmt: skip
    return named and not any(mark.kind == "number" for mark in clause.marks[place + 1 : place + 3])


def _moved_before(judged: Judged, clause: Clause, mark: Mark) -> bool:
    """Return whether a rise or a fall is said to have come about in the weeks before this one."""
    phrase = judged.text[mark.start : mark.end].lower()
    if not re.search(r"before|previous|prior|preceding", phrase) or " " not in phrase:
        return False
    if not OVER.search(judged.text[max(0, mark.start - 18) : mark.start].lower()):
        return False
    compares = any(
        other.kind == "cue" and other.value in ("than", "against", "from") for other in clause.marks
    )
    compares = compares or any(other.kind == "move" and other.value[1] == "side" for other in clause.marks)
    return not compares and any(
        other.kind == "move"
        and other.value[0] != "steady"
        and other.value[1] in ("past", "now", "way", "base")
        for other in clause.marks
    )


def _judge_subject(judged: Judged, clause: Clause, place: int) -> None:
    mark = clause.marks[place]
    subject = mark.value
    before = clause.marks[place - 1] if place else None
    yours = before is not None and (before.kind, before.value) == ("cue", "your")
    if subject == "systems" or ((clause.general or clause.moods[place] == "open") and not yours):
        return
    if subject not in judged.evidence.quantities and subject not in judged.evidence.movements:
        judged.report("subject", mark, "is not in the facts")


def _judge_order(judged: Judged) -> None:
    """Rounding may not turn a comparison round, or level it."""
    for levels in judged.levels.values():
        now = {subject: (shown, true) for subject, role, shown, true in levels if role in ("this", "now")}
        for subject, role, shown, true in levels:
            if role not in ("usual", "before") or subject not in now:
                continue
            apart, truly = now[subject][0] - shown, now[subject][1] - true
            lost = apart == 0 and not moves(judged, subject, {"week"}, "steady")
            if truly and (lost or apart * truly < 0):
                judged.found.append(
                    Ungrounded("number", f"{shown:g}", "is rounded until the comparison is lost")
                )
