"""The judgement: each number, direction, weekday, period and subject of a text against the evidence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from include.llm.grounding.clauses import Clause, clauses
from include.llm.grounding.evidence import (
    CHANGE,
    DAY,
    NOW,
    Evidence,
    Movement,
    Quantity,
    Ungrounded,
    Vocabulary,
)
from include.llm.grounding.lexicon import WEEKDAYS
from include.llm.grounding.marks import Mark, marks
from include.llm.grounding.numbers import UNITS, Number, in_unit, may_be_written
from include.llm.grounding.roles import Said, said, zones
from include.llm.grounding.tokens import readable, unreadable

LONGEST_TEXT = 5_000
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
_BARE = frozenset({"steps", "bpm", "ms", "kcal", "kg", "points"})
_JOINS = re.compile(
    r"\s*(?:(?:out )?of|to|and|–|-|or|against|versus|vs\.?)\s*(?:all|the|your|a|usual|about|some|nearly)?\s*"
)
_OVER = re.compile(r"(?<!than )\b(?:over|during|across|in|for|through|throughout)(?: the| your| these)? ?$")
_EVERY = re.compile("every day|each day|every night|all week", re.IGNORECASE)
_LAX = frozenset({"kg", "bpm", "ms", "kcal", "mg/dl", "steps", "points", "%"})
_COUNT_UNITS = frozenset({"days", "weeks", "people", "pairs"})


@dataclass(slots=True)
class _Text:
    """A text under judgement."""

    text: str
    evidence: Evidence
    good: dict[str, str]
    units: dict[str, str]
    found: list[Ungrounded] = field(default_factory=list)
    # Numbers that stand for a level, per sentence: (subject, role, as written, in truth).
    levels: dict[int, list[tuple[str, str, float, float]]] = field(default_factory=dict)

    # Numbers of the sentence so far.
    before: list[Mark] = field(default_factory=list)

    def report(self, kind: str, mark: Mark, why: str) -> None:
        self.found.append(Ungrounded(kind, self.text[mark.start : mark.end], why))


def check(text: str, evidence: Evidence, vocabulary: Vocabulary) -> list[Ungrounded]:
    """Return what in the text does not follow from the evidence; nothing for a grounded text."""
    if len(text) > LONGEST_TEXT:
        return [Ungrounded("text", "", f"is longer than {LONGEST_TEXT:,} characters")]
    sign = unreadable(text)
    text = readable(text)
    sign = sign or unreadable(text)
    if sign:
        return [Ungrounded("text", sign, "is a sign that cannot be checked")]
    judged = _Text(text, evidence, dict(vocabulary.good), dict(vocabulary.units))
    sentence = 0
    row = marks(text, vocabulary, evidence.names)
    _judge_topic(judged, row)
    for clause in clauses(row):
        if clause.sentence != sentence:
            sentence, judged.before = clause.sentence, []
        _judge(judged, clause)
    _judge_order(judged)
    return judged.found


def _judge_topic(judged: _Text, row: list[Mark]) -> None:
    """A text that is to speak of one subject names it, or none."""
    topic = judged.evidence.subject
    named = [mark for mark in row if mark.kind == "subject"]
    if topic and named and all(mark.value != topic for mark in named):
        judged.report("subject", named[0], f"is not what this text is to speak of: {topic.replace('_', ' ')}")


def _judge(judged: _Text, clause: Clause) -> None:
    spent: set[int] = set()
    days: set[str] = set()
    for place in clause.numbers:
        _judge_number(judged, clause, place, spent, days)
    for place, mark in enumerate(clause.marks):
        if mark.kind == "move" and place not in spent and place not in clause.condition:
            _judge_move(judged, clause, place)
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


# Subjects


def subjects_at(judged: _Text, clause: Clause, place: int) -> list[str]:
    """Return what the mark at `place` speaks of: the subject after it, before it, or told before."""
    own = clause.own_subjects
    after = _subject_after(clause, place)
    if after is not None and clause.marks[after].value == "systems":
        return _system_of(clause)
    if after is not None:
        return [_of_period(clause, clause.marks[after].value)]
    before = [other for other in own if other < place]
    if before and clause.marks[before[-1]].value == "systems":
        return _system_of(clause)
    if before:
        return [_of_period(clause, subject) for subject in _together(clause, before)]
    if own:
        return [_of_period(clause, clause.marks[own[0]].value)]
    return _carried(judged, clause)


def _system_of(clause: Clause) -> list[str]:
    """Return the one of several that a sentence on all of them speaks of."""
    following: Clause | None = clause
    while following is not None:
        named = [following.marks[other].value for other in following.own_subjects]
        if any(name != "systems" for name in named):
            return [name for name in named if name != "systems"][:1]
        following = following.following
    return []


def _subject_after(clause: Clause, place: int) -> int | None:
    """Return the place of a subject that the mark belongs to: 'fewer steps', 'a rise in sleep'."""
    passed = 0
    first = clause.marks[place]
    counts = first.kind == "number" and first.value.unit == "days"
    for other in range(place + 1, min(place + 7, len(clause.marks))):
        mark = clause.marks[other]
        if mark.kind == "subject" and other not in clause.condition:
            return other
        if mark.kind in ("mode", "hedge", "not"):
            continue
        if counts and (
            mark.value == "with" or (mark.kind == "cue" and mark.value in ("streak", "row", "recorded"))
        ):
            continue
        if (
            mark.kind == "number"
            and clause.marks[place].kind == "move"
            and clause.marks[place].value[1] == "base"
        ):
            continue
        if mark.kind == "move" and mark.value[1] in ("more", "base", "side", "most", "way"):
            passed += 1
        elif not (mark.kind == "cue" and mark.value in ("glue", "your", "daily", "many", "few", "it")):
            return None
        if passed > 2:
            return None
    return None


def _together(clause: Clause, places: list[int]) -> list[str]:
    """Return the last subjects that stand together: 'steps and sleep'."""
    found = [clause.marks[places[-1]].value]
    for earlier, later in zip(places[-2::-1], places[:0:-1], strict=False):
        between = clause.marks[earlier + 1 : later]
        if not all(mark.kind in ("bound", "comma") or (mark.kind == "cue" and mark.value in ("your", "glue"))
                   for mark in between):  # fmt: skip
            break
        found.append(clause.marks[earlier].value)
    return found


def _carried(judged: _Text, clause: Clause) -> list[str]:
    if (clause.before is None or clause.before.sentence != clause.sentence) and not _speaks_of_it(clause):
        following = clause.following
        while following is not None:
            if following.own_subjects:
                return [_of_period(following, following.marks[following.own_subjects[0]].value)]
            following = following.following
    before = clause.before
    while before is not None:
        if before.own_subjects:
            return [_of_period(before, subject) for subject in _together(before, before.own_subjects)]
        before = before.before
    return [judged.evidence.subject] if judged.evidence.subject else []


def _speaks_of_it(clause: Clause) -> bool:
    return any(mark.kind == "cue" and mark.value == "it" for mark in clause.marks[:2])


def _of_period(clause: Clause, subject: str) -> str:
    """Return the subject over the range that the clause names: the velocity over 28 days."""
    if subject != "velocity":
        return subject
    for mark in [*clause.intro, *clause.marks]:
        if mark.kind == "period" and mark.value in ("usual", "quarter"):
            return "velocity:28" if mark.value == "usual" else "velocity:90"
        if mark.kind == "number" and mark.value.unit == "days" and mark.value.value in (28.0, 90.0):
            return f"velocity:{mark.value.value:.0f}"
    return subject


# Numbers


def _judge_number(judged: _Text, clause: Clause, place: int, spent: set[int], days: set[str]) -> None:
    mark = clause.marks[place]
    subjects = subjects_at(judged, clause, place)
    number = _with_unit_of(judged, clause, place, subjects)
    judged.before.append(mark._replace(value=number))
    if _is_frame(judged, clause, place, number):
        return
    told = said(clause, place, number)
    if _of_another(clause, place):
        judged.report("number", mark, "is in the unit of something else than what is spoken of")
        return
    told_of = [clause.marks[other].value for other in clause.own_subjects]
    quantity = _find(judged, subjects, number, told, told_of)
    if quantity is None and told.compared:
        quantity = _find(
            judged,
            subjects,
            number,
            told_of=told_of,
            told=told._replace(
                roles=told.roles & (NOW | DAY), hedge="over" if told.compared == "up" else "under"
            ),
        )
    if quantity is None:
        judged.report("number", mark, _why(judged, subjects, number, told))
        return
    _judge_said(judged, clause, place, quantity, told, number)
    spent.update(told.used)
    if quantity.weekday:
        days.add(quantity.weekday)
    if quantity.role == "percentile" and number.unit == "%":
        _judge_standing(judged, clause, place, spent)
    levels = judged.levels.setdefault(clause.sentence, [])
    levels.append((quantity.subject, quantity.role, number.value, quantity.value))


def _denied(judged: _Text, clause: Clause, place: int, told: Said) -> bool:
    """Return whether a 'not' stands before the number: 'did not fall to 38 ms'."""
    if told.compared or told.weekday or clause.moods[place] == "open":
        return False
    for other in zones(clause, place)[0]:
        mark = clause.marks[other]
        if mark.kind == "not":
            word = judged.text[mark.start : mark.end].lower()
            return word in ("not", "n't", "never", "failed to", "no longer") or word.endswith("n't")
    return False


def _elsewhen(judged: _Text, clause: Clause, place: int) -> bool:
    """Return whether a difference is said to have come about in the weeks before."""
    marks_right = [clause.marks[other] for other in zones(clause, place)[1]]
    return any(
        mark.kind == "period" and mark.value in ("usual", "quarter")
        and bool(_OVER.search(judged.text[max(0, mark.start - 18) : mark.start].lower()))
        for mark in marks_right
    )  # fmt: skip


def _of_another(clause: Clause, place: int) -> bool:
    """Return whether a number's unit names one subject where the words before it name another."""
    after = clause.marks[place + 1] if place + 1 < len(clause.marks) else None
    if after is None or after.kind != "subject" or after.at >= clause.marks[place].to:
        return False
    for other in range(place - 1, -1, -1):
        mark = clause.marks[other]
        if mark.kind in ("comma", "bound", "number") or other in clause.condition:
            return False
        if mark.kind == "subject":
            return bool(mark.value != after.value)
    return False


def _judge_said(
    judged: _Text, clause: Clause, place: int, quantity: Quantity, told: Said, number: Number
) -> None:
    """The number is a fact; what is said of it may still be untrue."""
    mark = clause.marks[place]
    if place + 1 < len(clause.marks) and clause.marks[place + 1].kind == "not":
        judged.report("direction", mark, "is denied here, and the facts hold it")
    if _denied(judged, clause, place, told):
        judged.report("number", mark, "is denied here, and the facts hold it")
    if quantity.role in CHANGE - {"slope"} and _elsewhen(judged, clause, place):
        judged.report("period", mark, "is of another period in the facts")
    if told.compared and not _compares(judged, quantity, told.compared, number):
        judged.report("direction", mark, "is compared with in the wrong order")


def _judge_standing(judged: _Text, clause: Clause, place: int, spent: set[int]) -> None:
    """'higher than that of 71 %' and '71 % have a lower one' are the two ways to say a percentile."""
    for other, mark in enumerate(clause.marks):
        if mark.kind == "move" and mark.value[1] in ("more", "side"):
            spent.add(other)
            if _negated(clause, other) or mark.value[0] != ("up" if other < place else "down"):
                judged.report("direction", mark, "turns the comparison with others round")


def _with_unit_of(judged: _Text, clause: Clause, place: int, subjects: list[str]) -> Number:
    """Return the number with the unit of its neighbour where it has none: 'from 62 to 60 bpm', '5 of 7 days'.

    Or with that of its subject, where the name holds it: 'active minutes rose to 52'.
    """
    mark = clause.marks[place]
    number: Number = mark.value
    if number.unit is not None or number.form != "plain":
        return number
    if any(
        other.kind == "cue" and other.value == "aged" for other in clause.marks[max(0, place - 3) : place]
    ):
        return number
    numbers = [clause.marks[other] for other in clause.numbers]
    following = next((other for other in numbers if other.at > mark.at), None)
    if (
        following
        and _JOINS.fullmatch(judged.text[mark.end : following.start].lower())
        and following.value.unit
    ):
        return in_unit(number, following.value.unit, following.value.scale)
    units = {judged.units.get(subject) for subject in subjects}
    for name in clause.own_subjects:
        named = judged.text[clause.marks[name].start : clause.marks[name].end].lower().split()[-1]
        unit = UNITS.get((named,))
        if unit and unit[0] in units:
            return in_unit(number, *unit)
    earlier = [other for other in judged.before if other.value.unit and other.value.form != "fraction"]
    moods = any(subject.startswith("mood") for subject in subjects)
    last: Number | None = earlier[-1].value if earlier else None
    if last and last.unit and (last.unit in units - _BARE or (moods and last.unit == "days")):
        return in_unit(number, last.unit, last.scale)
    return number


def _is_frame(judged: _Text, clause: Clause, place: int, number: Number) -> bool:
    """Return whether the number only frames another: '5 of 7 days', '72 out of 100', 'over 28 days'."""
    if number.unit in ("days", None) and number.value == 7 and place > 0:
        earlier = clause.marks[place - 1]
        if earlier.kind == "cue" and earlier.value == "glue" and len(clause.numbers) > 1:
            return True
        text = judged.text[max(0, clause.marks[place].start - 40) : clause.marks[place].start].lower()
        if text.endswith(("out of this week's ", "the week's ", "of the ", "out of ")):
            return True
    subjects = subjects_at(judged, clause, place)
    if number.value == 100 and subjects and any(
        quantity.role == "score" for subject in subjects for quantity in judged.evidence.quantities.get(subject, ())
    ):  # fmt: skip
        return place > 0 and clause.marks[place - 1].kind in ("cue", "word", "number")
    return number.unit == "days" and any(
        subject == f"velocity:{number.value:.0f}" or (subject == "velocity" and number.value == 7)
        for subject in subjects
    )


def _find(
    judged: _Text, subjects: list[str], number: Number, told: Said, told_of: list[str]
) -> Quantity | None:
    counted = number.unit == "days" and any(
        one.role == "days" for subject in told_of for one in judged.evidence.quantities.get(subject, ())
    )
    general = not counted and (number.unit in _COUNT_UNITS or "age" in told.roles or number.unit is None)
    for subject in [*subjects, ""] if general else subjects:
        for quantity in judged.evidence.quantities.get(subject, ()):
            if _fits(judged, quantity, number, told):
                return quantity
    if not subjects and told.weekday:
        every = (one for some in judged.evidence.quantities.values() for one in some if one.weekday)
        return next((one for one in every if _fits(judged, one, number, told)), None)
    if not subjects and number.unit in _COUNT_UNITS:
        return next(
            (
                one
                for some in judged.evidence.quantities.values()
                for one in some
                if _fits(judged, one, number, told)
            ),
            None,
        )
    if not subjects:
        return _find_by_unit(judged, number, told)
    return None


def _find_by_unit(judged: _Text, number: Number, told: Said) -> Quantity | None:
    """Return the quantity of the only subject that has the number's unit, where none is named."""
    owners = [subject for subject, unit in judged.units.items() if unit.lower() == number.unit]
    if len(owners) != 1 or number.unit in ("%", "points"):
        return None
    return next(
        (q for q in judged.evidence.quantities.get(owners[0], ()) if _fits(judged, q, number, told)), None
    )


def _fits(judged: _Text, quantity: Quantity, number: Number, told: Said) -> bool:
    """Return whether the number, with what is said of it, can be this quantity."""
    return (
        quantity.role in told.roles
        and (not told.weekday or quantity.weekday == told.weekday)
        and _in_its_unit(quantity, number)
        and _turned_as_said(judged, quantity, told)
        and (number.form != "times" or (number.value < 0) == (quantity.direction == "down"))
        and may_be_written(quantity.value, number._replace(value=abs(number.value)), told.hedge)
    )


def _in_its_unit(quantity: Quantity, number: Number) -> bool:
    """Return whether the number's unit is the quantity's; some may be left out ('steps averaged 8,123')."""
    unit = quantity.unit.lower()
    if number.form == "ordinal":
        return quantity.unit in ("percentile", "days")
    if number.unit is not None:
        return number.unit == unit
    if unit == "%" and quantity.role in ("percent", "percentile"):
        return False
    return unit in _LAX or quantity.role in ("age", "score", "value", "ref_low", "ref_high")


def _turned_as_said(judged: _Text, quantity: Quantity, told: Said) -> bool:
    """Return whether an extreme is the one named, and a difference points the way that is said."""
    if told.direction and quantity.role in ("high", "low", "record", "after"):
        return _wanted(judged, quantity.subject, told.direction) == _of_extreme(quantity)
    if quantity.role in CHANGE and told.way in ("up", "down", "better", "worse"):
        return _wanted(judged, quantity.subject, told.way) == quantity.direction
    return True


def _of_extreme(quantity: Quantity) -> str | None:
    return {"high": "up", "low": "down"}.get(quantity.role, quantity.direction)


def _wanted(judged: _Text, subject: str, direction: str) -> str:
    """Return 'up' or 'down' for 'better' or 'worse'; what has no better becomes neither."""
    if direction not in ("better", "worse"):
        return direction
    good = judged.good.get(subject)
    if good is None:
        return "neither"
    return good if direction == "better" else {"up": "down", "down": "up"}[good]


def _compares(judged: _Text, quantity: Quantity, side: str, number: Number) -> bool:
    """Return whether something of the subject lies on that side of the number."""
    if quantity.role == "threshold":
        return quantity.direction == side
    if quantity.role in ("ref_low", "ref_high"):
        return _moves(judged, quantity.subject, {"range"}, side)
    if quantity.role in ("usual", "before"):
        return _moves(judged, quantity.subject, {"week", "shift"}, side)
    apart = quantity.value - number.value
    return apart >= -1e-6 if side == "up" else apart <= 1e-6


def _moves(judged: _Text, subject: str, frames: set[str], direction: str) -> bool:
    movements = judged.evidence.movements.get(subject, ())
    return any(one.frame in frames and one.direction == direction for one in movements)


def _why(judged: _Text, subjects: list[str], number: Number, told: Said) -> str:
    if not told.roles:
        return "is a total, a rate or a rank that the facts do not hold"
    known = any(
        may_be_written(quantity.value, number._replace(value=abs(number.value)), told.hedge)
        for quantities in judged.evidence.quantities.values()
        for quantity in quantities
    )
    about = " and ".join(subject.replace("_", " ") for subject in subjects if subject) or "anything named"
    if known:
        return f"is in the facts, but not as said here of {about} (unit, period, weekday or order)"
    return f"is not in the facts of {about}"


# Directions


def _judge_move(judged: _Text, clause: Clause, place: int) -> None:
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
    negated = _negated(clause, place)
    for subject in subjects:
        wanted = _wanted(judged, subject, direction)
        if form in ("most", "degree") or (negated and form in ("more", "side") and _among_days(clause)):
            if not _is_extreme(judged, clause, subject, wanted):
                judged.report("direction", mark, f"is not what the facts say of {subject.replace('_', ' ')}")
            continue
        allowed = set(_allowed(judged, clause, place, subject, form))
        if (wanted in allowed) == negated or not allowed:
            judged.report(
                "direction", mark, f"is not the direction of {subject.replace('_', ' ')} in the facts"
            )


def _among_days(clause: Clause) -> bool:
    """Return whether days are compared with each other: 'none was higher'."""
    return "record" in clause.frames or any(mark.kind == "weekday" for mark in clause.context)


def _idle(judged: _Text, clause: Clause, place: int, word: str) -> bool:
    """Return whether a direction word asserts nothing here."""
    form = clause.marks[place].value[1]
    after_number = place > 0 and clause.marks[place - 1].kind == "number"
    return (
        clause.general
        or (clause.moods[place] == "open" and not _presupposed(judged, clause, place))
        or (word in ("within", "inside") and "range" not in clause.frames)
        or (word in _IDLE_BEFORE_COUNTS and _before_count(clause, place))
        or (word in ("more than", "less than", "fewer than") and not _compared(clause, place))
        or (word in _STRICT and _subject_after(clause, place) is None and not after_number)
        or (word in ("held", "stayed", "remained", "holding", "kept to") and _goes_on(clause, place))
        or (word in _WEAK and not _attached(clause, place))
        or (form == "most" and bool(clause.numbers) and word in ("high", "low"))
    )


def _presupposed(judged: _Text, clause: Clause, place: int) -> bool:
    """Return whether an order or a question takes the direction for granted: 'keep the rise in sleep'."""
    mark = clause.marks[place]
    if mark.value[1] not in ("base", "more"):
        return False
    return judged.text[max(0, mark.start - 8) : mark.start].lower().endswith(("the ", "this "))


def _before_count(clause: Clause, place: int) -> bool:
    """Return whether the word stands before a count or a stretch of time: 'over 7 days', 'over the week'."""
    for mark in clause.marks[place + 1 : place + 4]:
        if mark.kind == "number":
            return mark.value.unit in _COUNT_UNITS
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
    if _subject_after(clause, place) is not None:
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


def _negated(clause: Clause, place: int) -> bool:
    if "record" in clause.frames and any(mark.kind == "not" for mark in clause.marks[:place]):
        return True
    for mark in clause.marks[max(0, place - 4) : place][::-1]:
        if mark.kind == "not":
            return True
        if mark.kind in ("comma", "bound", "number"):
            return False
    return False


def _allowed(judged: _Text, clause: Clause, place: int, subject: str, form: str) -> Iterator[str]:
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


def _frames(judged: _Text, clause: Clause, place: int, subject: str, form: str) -> set[str]:
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


def _long(judged: _Text, clause: Clause) -> bool:
    """Return whether the clause speaks of what happened over several weeks."""
    for mark in clause.marks:
        if mark.kind == "number" and mark.value.unit == "weeks":
            return True
        if mark.kind == "period" and mark.value in ("usual", "quarter"):
            phrase = judged.text[mark.start : mark.end].lower()
            lasting = phrase.startswith(("last", "past", "three", "thirteen", "13", "90"))
            if lasting and _OVER.search(judged.text[max(0, mark.start - 18) : mark.start].lower()):
                return True
    return False


def _is_extreme(judged: _Text, clause: Clause, subject: str, direction: str) -> bool:
    """Return whether the subject has such a highest or lowest: on the weekday named, or in a record."""
    around = [*clause.context, *clause.intro]
    if clause.following and not clause.numbers:
        around += clause.following.marks
    days = {WEEKDAYS[mark.value[0]] for mark in around if mark.kind == "weekday"}
    extremes = [
        quantity for quantity in judged.evidence.quantities.get(subject, ())
        if quantity.role in ("high", "low", "record") and _of_extreme(quantity) == direction
    ]  # fmt: skip
    if days:
        return any(quantity.weekday in days for quantity in extremes)
    if subject.startswith("system"):
        return _moves(judged, subject, {"rank"}, direction)
    if clause.numbers:
        return bool(extremes) or "lag" in clause.frames or "weekday" in clause.frames
    return any(quantity.role == "record" for quantity in extremes)


# Weekdays, periods, subjects


def _judge_weekday(judged: _Text, clause: Clause, place: int, days: set[str]) -> None:
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


def _judge_period(judged: _Text, clause: Clause, place: int) -> None:
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


def _judge_every_day(judged: _Text, clause: Clause, place: int) -> None:
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


def _moved_before(judged: _Text, clause: Clause, mark: Mark) -> bool:
    """Return whether a rise or a fall is said to have come about in the weeks before this one."""
    phrase = judged.text[mark.start : mark.end].lower()
    if not re.search(r"before|previous|prior|preceding", phrase) or " " not in phrase:
        return False
    if not _OVER.search(judged.text[max(0, mark.start - 18) : mark.start].lower()):
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


def _judge_subject(judged: _Text, clause: Clause, place: int) -> None:
    mark = clause.marks[place]
    subject = mark.value
    before = clause.marks[place - 1] if place else None
    yours = before is not None and (before.kind, before.value) == ("cue", "your")
    if subject == "systems" or ((clause.general or clause.moods[place] == "open") and not yours):
        return
    if subject not in judged.evidence.quantities and subject not in judged.evidence.movements:
        judged.report("subject", mark, "is not in the facts")


def _judge_order(judged: _Text) -> None:
    """Rounding may not turn a comparison round, or level it."""
    for levels in judged.levels.values():
        now = {subject: (shown, true) for subject, role, shown, true in levels if role in ("this", "now")}
        for subject, role, shown, true in levels:
            if role not in ("usual", "before") or subject not in now:
                continue
            apart, truly = now[subject][0] - shown, now[subject][1] - true
            lost = apart == 0 and not _moves(judged, subject, {"week"}, "steady")
            if truly and (lost or apart * truly < 0):
                judged.found.append(
                    Ungrounded("number", f"{shown:g}", "is rounded until the comparison is lost")
                )
