"""The judgement of numbers: each must be a quantity of its subject, in its unit, period and order."""

import re

from include.llm.grounding.clauses import Clause, negated
from include.llm.grounding.evidence import CHANGE, DAY, NOW, Quantity
from include.llm.grounding.judged import COUNT_UNITS, OVER, Judged, moves, of_extreme, wanted
from include.llm.grounding.numbers import UNITS, Number, in_unit, may_be_written
from include.llm.grounding.roles import Said, said, zones
from include.llm.grounding.subjects import subjects_at

_BARE = frozenset({"steps", "bpm", "ms", "kcal", "kg", "points"})
_JOINS = re.compile(
    r"\s*(?:(?:out )?of|to|and|–|-|or|against|versus|vs\.?)\s*(?:all|the|your|a|usual|about|some|nearly)?\s*"
)
_LAX = frozenset({"kg", "bpm", "ms", "kcal", "mg/dl", "steps", "points", "%"})


def judge_number(judged: Judged, clause: Clause, place: int, spent: set[int], days: set[str]) -> None:
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


def _denied(judged: Judged, clause: Clause, place: int, told: Said) -> bool:
    """Return whether a 'not' stands before the number: 'did not fall to 38 ms'."""
    if told.compared or told.weekday or clause.moods[place] == "open":
        return False
    for other in zones(clause, place)[0]:
        mark = clause.marks[other]
        if mark.kind == "not":
            word = judged.text[mark.start : mark.end].lower()
            return word in ("not", "n't", "never", "failed to", "no longer") or word.endswith("n't")
    return False


def _elsewhen(judged: Judged, clause: Clause, place: int) -> bool:
    """Return whether a difference is said to have come about in the weeks before."""
    marks_right = [clause.marks[other] for other in zones(clause, place)[1]]
    return any(
        mark.kind == "period" and mark.value in ("usual", "quarter")
        and bool(OVER.search(judged.text[max(0, mark.start - 18) : mark.start].lower()))
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
    judged: Judged, clause: Clause, place: int, quantity: Quantity, told: Said, number: Number
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


def _judge_standing(judged: Judged, clause: Clause, place: int, spent: set[int]) -> None:
    """'higher than that of 71 %' and '71 % have a lower one' are the two ways to say a percentile."""
    for other, mark in enumerate(clause.marks):
        if mark.kind == "move" and mark.value[1] in ("more", "side"):
            spent.add(other)
            if negated(clause, other) or mark.value[0] != ("up" if other < place else "down"):
                judged.report("direction", mark, "turns the comparison with others round")


def _with_unit_of(judged: Judged, clause: Clause, place: int, subjects: list[str]) -> Number:
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


def _is_frame(judged: Judged, clause: Clause, place: int, number: Number) -> bool:
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
    judged: Judged, subjects: list[str], number: Number, told: Said, told_of: list[str]
) -> Quantity | None:
    counted = number.unit == "days" and any(
        one.role == "days" for subject in told_of for one in judged.evidence.quantities.get(subject, ())
    )
    general = not counted and (number.unit in COUNT_UNITS or "age" in told.roles or number.unit is None)
    for subject in [*subjects, ""] if general else subjects:
        for quantity in judged.evidence.quantities.get(subject, ()):
            if _fits(judged, quantity, number, told):
                return quantity
    if not subjects and told.weekday:
        every = (one for some in judged.evidence.quantities.values() for one in some if one.weekday)
        return next((one for one in every if _fits(judged, one, number, told)), None)
    if not subjects and number.unit in COUNT_UNITS:
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


def _find_by_unit(judged: Judged, number: Number, told: Said) -> Quantity | None:
    """Return the quantity of the only subject that has the number's unit, where none is named."""
    owners = [subject for subject, unit in judged.units.items() if unit.lower() == number.unit]
    if len(owners) != 1 or number.unit in ("%", "points"):
        return None
    return next(
        (q for q in judged.evidence.quantities.get(owners[0], ()) if _fits(judged, q, number, told)), None
    )


def _fits(judged: Judged, quantity: Quantity, number: Number, told: Said) -> bool:
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


def _turned_as_said(judged: Judged, quantity: Quantity, told: Said) -> bool:
    """Return whether an extreme is the one named, and a difference points the way that is said."""
    if told.direction and quantity.role in ("high", "low", "record", "after"):
        return wanted(judged, quantity.subject, told.direction) == of_extreme(quantity)
    if quantity.role in CHANGE and told.way in ("up", "down", "better", "worse"):
        return wanted(judged, quantity.subject, told.way) == quantity.direction
    return True


def _compares(judged: Judged, quantity: Quantity, side: str, number: Number) -> bool:
    """Return whether something of the subject lies on that side of the number."""
    if quantity.role == "threshold":
        return quantity.direction == side
    if quantity.role in ("ref_low", "ref_high"):
        return moves(judged, quantity.subject, {"range"}, side)
    if quantity.role in ("usual", "before"):
        return moves(judged, quantity.subject, {"week", "shift"}, side)
    apart = quantity.value - number.value
    return apart >= -1e-6 if side == "up" else apart <= 1e-6


def _why(judged: Judged, subjects: list[str], number: Number, told: Said) -> str:
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
