"""The judgement of direction words: each must be how its subject moved, or compares."""

from collections.abc import Iterator

from include.llm.grounding.clauses import Clause, negated
from include.llm.grounding.evidence import Movement
from include.llm.grounding.judged import COUNT_UNITS, OVER, Judged, moves, of_extreme, wanted
from include.llm.grounding.lexicon import WEEKDAYS
from include.llm.grounding.subjects import subject_after, subjects_at

# Words that say a direction only where they stand at a subject of their own.
_WEAK = frozenset(
    {
        "more",
        "less",
        "extra",
        "over",
        "under",
        "past",
        "level",
        "high",
        "most",
        "least",
        "top",
        "bottom",
        "held",
    }
    | {"stayed", "remained", "flat", "a high", "the high", "fuller", "up", "down", "strong", "lift", "raise"}
    | {"reduce", "increase", "steady", "stable", "consistent", "gain", "loss", "growth", "faster", "slower"}
    | {"strongest", "best", "better", "busier", "livelier", "ahead of", "kept to", "lost ground", "short of"}
)
_IDLE_BEFORE_COUNTS = frozenset({"over", "past", "under", "more than", "less than", "fewer than"})
_STRICT = frozenset(
    {
        "most",
        "least",
        "top",
        "bottom",
        "past",
        "behind",
        "short of",
        "extra",
        "a high",
        "lift",
        "less",
        "more",
        "calmer",
        "quieter",
        "busier",
        "livelier",
        "fuller",
        "faster",
        "slower",
    }
)


def judge_move(judged: Judged, clause: Clause, place: int) -> None:
    mark = clause.marks[place]
    direction, form = mark.value
    word = judged.text[mark.start : mark.end].lower()
    if _idle(judged, clause, place, word):
        return
    subjects = [
        one for one in subjects_at(judged, clause, place) if not one.startswith("mood") and one != "systems"
    ]
    if not subjects:
        judged.report("direction", mark, "says a direction of nothing that the facts know")
        return
    denied = negated(clause, place)
    for subject in subjects:
        way = wanted(judged, subject, direction)
        if form in ("most", "degree") or (denied and form in ("more", "side") and _among_days(clause)):
            if not _is_extreme(judged, clause, subject, way):
                judged.report("direction", mark, f"is not what the facts say of {subject.replace('_', ' ')}")
            continue
        allowed = set(_allowed(judged, clause, place, subject, form))
        if (way in allowed) == denied or not allowed:
            judged.report(
                "direction", mark, f"is not the direction of {subject.replace('_', ' ')} in the facts"
            )


def _among_days(clause: Clause) -> bool:
    """Return whether days are compared with each other: 'none was higher'."""
    return "record" in clause.frames or any(mark.kind == "weekday" for mark in clause.context)


def _idle(judged: Judged, clause: Clause, place: int, word: str) -> bool:
    """Return whether a direction word asserts nothing here."""
    form = clause.marks[place].value[1]
    after_number = place > 0 and clause.marks[place - 1].kind == "number"
    return (
        clause.general
        or (clause.moods[place] == "open" and not _presupposed(judged, clause, place))
        or (word in ("within", "inside") and "range" not in clause.frames)
        or (word in _IDLE_BEFORE_COUNTS and _before_count(clause, place))
        or (word in ("more than", "less than", "fewer than") and not _compared(clause, place))
        or (word in _STRICT and subject_after(clause, place) is None and not after_number)
        or (word in ("held", "stayed", "remained", "holding", "kept to") and _goes_on(clause, place))
        or (word in _WEAK and not _attached(clause, place))
        or (form == "most" and bool(clause.numbers) and word in ("high", "low"))
    )


def _presupposed(judged: Judged, clause: Clause, place: int) -> bool:
    """Return whether an order or a question takes the direction for granted: 'keep the rise in sleep'."""
    mark = clause.marks[place]
    if mark.value[1] not in ("base", "more"):
        return False
    return judged.text[max(0, mark.start - 8) : mark.start].lower().endswith(("the ", "this "))


def _before_count(clause: Clause, place: int) -> bool:
    """Return whether the word stands before a count or a stretch of time: 'over 7 days', 'over the week'."""
    for mark in clause.marks[place + 1 : place + 4]:
        if mark.kind == "number":
            return mark.value.unit in COUNT_UNITS
        if mark.kind == "period":
            return bool(mark.value != "usual")
        if mark.kind not in ("cue", "hedge", "word"):
            return False
    return True


def _compared(clause: Clause, place: int) -> bool:
    """Return whether 'more than' is followed by what it compares with."""
    return any(
        mark.kind == "number" or (mark.kind == "period" and mark.value != "week")
        for mark in clause.marks[place + 1 : place + 5]
    )


def _goes_on(clause: Clause, place: int) -> bool:
    """Return whether 'stayed' goes on with another direction: 'stayed above', 'held at or below'."""
    for mark in clause.marks[place + 1 : place + 4]:
        if mark.kind == "move" or (mark.kind == "word" and mark.value in ("there", "on", "within", "in")):
            return True
        if mark.kind in ("number", "subject"):
            return False
    return False


def _attached(clause: Clause, place: int) -> bool:
    """Return whether a weak word stands at a subject, a number or an 'is' of its own."""
    if subject_after(clause, place) is not None:
        return True
    own = clause.own_subjects
    near = clause.marks[max(0, place - 3) : place]
    if any(mark.kind == "number" or (mark.kind == "cue" and mark.value in ("be", "it")) for mark in near):
        return bool(own) or any(mark.kind == "number" for mark in near) or True
    if any(mark.kind == "subject" for mark in near):
        return True
    following = clause.marks[place + 1 : place + 3]
    return any(
        mark.kind == "number" or (mark.kind == "cue" and mark.value in ("from", "by", "than"))
        or (mark.kind == "period" and mark.value == "usual")
        for mark in following
    )  # fmt: skip


def _allowed(judged: Judged, clause: Clause, place: int, subject: str, form: str) -> Iterator[str]:
    """Yield the directions of the subject in the frames that the clause names."""
    frames = _frames(judged, clause, place, subject, form)
    plural = {WEEKDAYS[mark.value[0]] for mark in clause.marks if mark.kind == "weekday"}
    for one in judged.evidence.movements.get(subject, ()):
        if one.frame not in frames:
            continue
        if one.frame == "weekday" and plural and one.detail not in plural:
            continue
        if one.frame == "lag":
            yield _after_such_days(one, clause.after(place))
        else:
            yield one.direction


def _after_such_days(one: Movement, after: str | None) -> str:
    if after != "down" or one.direction == "steady":
        return one.direction
    return "down" if one.direction == "up" else "up"


def _frames(judged: Judged, clause: Clause, place: int, subject: str, form: str) -> set[str]:
    named = clause.frames
    if form == "spread":
        return {"spread"}
    if form == "range":
        return {"range", "ended"}
    for only in ("lag", "weekday"):
        if only in named:
            return {only}
    if _long(judged, clause):
        return {"trend", "score"}
    frames = {"week", "score"} | (named - {"record"})
    if form == "now" or "trend" in named:
        frames |= {"trend", "shift"}
    if subject == judged.evidence.subject and judged.evidence.frame:
        frames.add(judged.evidence.frame)
    del place
    return frames


def _long(judged: Judged, clause: Clause) -> bool:
    """Return whether the clause speaks of what happened over several weeks."""
    for mark in clause.marks:
        if mark.kind == "number" and mark.value.unit == "weeks":
            return True
        if mark.kind == "period" and mark.value in ("usual", "quarter"):
            phrase = judged.text[mark.start : mark.end].lower()
            lasting = phrase.startswith(("last", "past", "three", "thirteen", "13", "90"))
            if lasting and OVER.search(judged.text[max(0, mark.start - 18) : mark.start].lower()):
                return True
    return False


def _is_extreme(judged: Judged, clause: Clause, subject: str, direction: str) -> bool:
    """Return whether the subject has such a highest or lowest: on the weekday named, or in a record."""
    around = [*clause.context, *clause.intro]
    if clause.following and not clause.numbers:
        around += clause.following.marks
    days = {WEEKDAYS[mark.value[0]] for mark in around if mark.kind == "weekday"}
    extremes = [
        quantity for quantity in judged.evidence.quantities.get(subject, ())
        if quantity.role in ("high", "low", "record") and of_extreme(quantity) == direction
    ]  # fmt: skip
    if days:
        return any(quantity.weekday in days for quantity in extremes)
    if subject.startswith("system"):
        return moves(judged, subject, {"rank"}, direction)
    if clause.numbers:
        return bool(extremes) or "lag" in clause.frames or "weekday" in clause.frames
    return any(quantity.role == "record" for quantity in extremes)
