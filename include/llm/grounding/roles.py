"""What a number is said to be: this week's level, the usual one, a difference, a day's value …"""

from typing import NamedTuple

from include.llm.grounding.clauses import Clause
from include.llm.grounding.evidence import CHANGE, DAY
from include.llm.grounding.lexicon import WEEKDAYS
from include.llm.grounding.marks import Mark
from include.llm.grounding.numbers import Number

_BOUNDS = frozenset({"comma", "bound", "strong"})
_LEADS = frozenset({"from", "to", "by", "against", "than"})
_USUAL = frozenset({"usual", "before", "usual_spread"})
_LEVELS = frozenset({"this", "value", "score"})


class Said(NamedTuple):
    """The roles a number may have; the weekday it must be of; how it is hedged or compared."""

    roles: frozenset[str]
    weekday: str | None = None
    direction: str | None = None  # of the extreme, or of the days after which it holds
    hedge: str | None = None
    compared: str | None = None  # 'up': something is said to be above this number
    way: str | None = None  # 'up': the difference is said to be upward
    used: tuple[int, ...] = ()  # places of marks that are spent on the number


def zones(clause: Clause, place: int) -> tuple[list[int], list[int]]:
    """Return the places left and right of a number that speak of it."""
    left, right = [], []
    for other in range(place - 1, -1, -1):
        if clause.marks[other].kind in _BOUNDS or clause.marks[other].kind == "number":
            break
        left.append(other)
    for other in range(place + 1, len(clause.marks)):
        mark = clause.marks[other]
        if mark.kind in _BOUNDS or mark.kind == "number" or (mark.kind == "cue" and mark.value in _LEADS):
            break
        right.append(other)
    return left, right


def lead_of(clause: Clause, left: list[int]) -> int | None:
    """Return the place of the word that introduces the number: 'from', 'by', 'rose', 'above'."""
    number = clause.marks[left[0]].to if left else 0
    for other in left:
        mark = clause.marks[other]
        if other in clause.condition or number - mark.to > 5:
            break
        if mark.kind == "cue" and mark.value in _LEADS:
            return other
        if mark.kind == "move":
            close = number - mark.to <= (1 if mark.value[1] in ("more", "most") else 2)
            if (
                mark.value[1] != "most"
                and mark.value[0] != "steady"
                and close
                and not _taken(clause, other, left)
            ):
                return other
            break
        if mark.kind == "subject":
            break
    return None


def _taken(clause: Clause, other: int, left: list[int]) -> bool:
    """Return whether a verb, an 'at' or a subject stands between the move and the number."""
    between = [clause.marks[place] for place in left if place < left[0] + 1 and place > other]
    noun = clause.marks[other].value[1] == "base"
    return any(
        mark.kind == "subject" or (mark.kind == "cue" and mark.value == "be" and not noun) for mark in between
    )


def follows(clause: Clause, right: list[int]) -> int | None:
    """Return the place of a difference word after a number: '667 above', '8 % higher', '667-step rise'."""
    spent = 0
    for other in right:
        mark = clause.marks[other]
        if mark.kind == "hedge":
            break
        if (
            mark.kind == "move"
            and mark.value[1] in ("side", "more", "base", "way")
            and mark.value[0] != "steady"
        ):
            after = clause.marks[other + 1] if other + 1 < len(clause.marks) else None
            return None if after and after.kind == "cue" and after.value == "from" else other
        if mark.kind == "cue" and mark.value in ("daily", "glue"):
            continue
        spent += mark.kind != "subject"
        if spent > 0:
            break
    return None


def said(clause: Clause, place: int, number: Number) -> Said:
    """Return what the marks around a number say of it."""
    left, right = zones(clause, place)
    hedge, used = _hedge(clause, left)
    lead, next_ = lead_of(clause, left), follows(clause, right)
    around = _around(clause, left, right, lead)
    way, side = _way(clause, lead, next_), _side(hedge)
    plain = _without_order(clause, place, number, around)
    if plain is not None:
        return Said(plain, hedge=side, way=way if plain == {"percent"} else None, used=tuple(used))
    roles, compared = _led(clause, lead, next_)
    weekday = _weekday(clause, around, place)
    among_days = weekday and (compared or roles == _USUAL) and "weekday" not in clause.frames
    if among_days or (number.unit == "%" and "standing" in clause.frames):
        roles, compared = None, None
    if compared and lead is not None:
        used.append(lead)
    direction = clause.after(place)
    if roles is None or compared:
        roles, direction = _plain_roles(clause, place, around, weekday, compared)
    elif roles == _USUAL and clause.frames & {"weekday", "lag"}:
        roles = frozenset({"other_days", "after"})
    roles = _widened(clause, place, lead, roles)
    if not roles & CHANGE or roles - CHANGE - {"spread"}:
        roles = _in_period(clause, place, around, roles)
    of_day = weekday if not roles <= _USUAL | {"other_days"} else None
    return Said(roles, of_day, direction, side, compared, way, tuple(used))


def _around(clause: Clause, left: list[int], right: list[int], lead: int | None) -> list[Mark]:
    """Return the marks that speak of the number: not those before a 'from' or 'to', nor past a 'higher'."""
    near = [other for other in left if lead is None or other > lead]
    moved = next((other for other in right if _moves(clause.marks[other])), None)
    close = [other for other in right if moved is None or other < moved]
    return [clause.marks[other] for other in (*near, *close) if other not in clause.condition]


def _without_order(clause: Clause, place: int, number: Number, around: list[Mark]) -> frozenset[str] | None:
    """Return the roles of a number that is no level and no difference of levels, or None."""
    cues = {mark.value for mark in around if mark.kind == "cue"}
    before = clause.marks[max(0, place - 3) : place]
    if number.unit is None and any(mark.kind == "cue" and mark.value == "aged" for mark in before):
        return frozenset({"age"})
    if number.unit in ("days", "weeks", "people", "pairs") or number.form == "ordinal":
        return _count_roles(number, around, clause)
    if (clause.total and number.unit is not None) or "rate" in cues:
        return frozenset()
    if "weekly" in cues:
        return frozenset({"slope"})
    return frozenset({"percent"}) if number.form in ("fraction", "times") else None


def _widened(clause: Clause, place: int, lead: int | None, roles: frozenset[str]) -> frozenset[str]:
    """Return the roles with those that a 'to', or an order or a question, allows as well."""
    if lead is not None and clause.marks[lead].value == "to" and roles & _LEVELS:
        roles |= {"now", "spread"}
    if clause.moods[place] == "open" and roles and not roles <= CHANGE:
        roles |= _LEVELS | _USUAL | DAY | {"threshold", "now", "on_day", "after", "spread"}
    return roles


def _moves(mark: Mark) -> bool:
    return mark.kind == "move" and mark.value[0] != "steady" and mark.value[1] in ("more", "side", "way")


def _way(clause: Clause, lead: int | None, next_: int | None) -> str | None:
    """Return the direction of the word that says that the number is a difference."""
    for place in (next_, lead):
        if place is not None and clause.marks[place].kind == "move":
            return str(clause.marks[place].value[0])
    return None


def _side(hedge: str | None) -> str | None:
    return None if hedge == "either" else hedge


def _hedge(clause: Clause, left: list[int]) -> tuple[str | None, list[int]]:
    found: str | None = None
    used: list[int] = []
    edge = None
    for other in left:
        mark = clause.marks[other]
        if edge is not None and mark.to < edge:
            break
        if mark.kind == "hedge":
            found = mark.value if found in (None, "either") else found
            used.append(other)
        elif not (mark.kind == "move" or (mark.kind == "cue" and mark.value in ("glue", "shift"))):
            break
        edge = mark.at
    hedged = {clause.marks[other].at for other in used}
    return found, [other for other in left if clause.marks[other].at in hedged]


def _led(clause: Clause, lead: int | None, next_: int | None) -> tuple[frozenset[str] | None, str | None]:
    """Return the roles that the introducing word leaves, and whether something is compared with it."""
    if lead is not None:
        mark = clause.marks[lead]
        if mark.kind == "cue":
            if mark.value == "by":
                return CHANGE | ({"spread"} if "spread" in clause.frames else frozenset()), None
            if mark.value == "to":
                return None, None
            limits = {"ref_low", "ref_high"} if "range" in clause.frames else set()
            return _USUAL | limits, None
        if mark.value[1] in ("side", "across") and next_ is None:
            return None, mark.value[0]
        if next_ is None:
            return CHANGE, None
    return (CHANGE, None) if next_ is not None else (None, None)


def _count_roles(number: Number, around: list[Mark], clause: Clause) -> frozenset[str]:
    """Return the roles of a count of days, weeks, people or pairs, or of an ordinal."""
    cues = {mark.value for mark in around if mark.kind == "cue"}
    in_a_row = "row" in cues or ("streak" in cues and "recorded" not in cues)
    if number.form == "ordinal":
        return frozenset({"percentile"} if "percentile" in cues else {"length"} if "row" in cues else ())
    if number.unit != "days":
        return frozenset({str(number.unit)})
    most = any(mark.kind == "move" and mark.value[1] == "most" for mark in around)
    usual = any(mark.kind == "period" and mark.value == "usual" for mark in around)
    for holds, roles in (
        (in_a_row, {"length"}),
        ("ago" in cues, {"ago"}),
        ("record" in cues or most, {"window", "days", "recorded", "noted"}),
        ("streak" in clause.frames, {"length", "days", "recorded"}),
        (usual, {"usual_days"}),
    ):
        if holds:
            return frozenset(roles)
    return frozenset({"days", "recorded", "noted", "window"})


def _weekday(clause: Clause, around: list[Mark], place: int) -> str | None:
    days = [mark.value[0] for mark in around if mark.kind == "weekday"]
    if not days and place == (clause.numbers or [place])[0]:
        days = [mark.value[0] for mark in clause.intro if mark.kind == "weekday"]
        earlier = [mark for mark in clause.context if mark.at < clause.marks[place].at]
        days = days or [mark.value[0] for mark in earlier if mark.kind == "weekday"]
    return WEEKDAYS[days[0]] if days else None


def _plain_roles(
    clause: Clause, place: int, around: list[Mark], weekday: str | None, compared: str | None
) -> tuple[frozenset[str], str | None]:
    """Return the roles of a level without an introducing word, by the frames of its clause."""
    frames = clause.frames
    asked = {clause.marks[other].at for other, mood in enumerate(clause.moods) if mood == "open"}
    extremes = [mark for mark in clause.context if mark.kind == "move" and mark.value[1] == "most"]
    extreme = next((mark.value[0] for mark in extremes if mark.at not in asked), None)
    roles = set(_LEVELS) | {"percent", "percentile", "contribution"}
    if compared:
        return frozenset({"usual", "threshold", "ref_low", "ref_high", "before"} | roles), clause.after(place)
    if "lag" in frames:
        return frozenset({"after"}), clause.after(place)
    told_before = [clause.marks[other] for other in zones(clause, place)[0]]
    if any(mark.kind == "cue" and mark.value == "others" for mark in [*around, *told_before]):
        return frozenset({"other_days"}), None
    if weekday:
        on_such_days = frozenset({"on_day"}), None
        return (
            on_such_days
            if "weekday" in frames
            else (DAY | {"value"} | _framed(clause, set()) & {"now"}, extreme)
        )
    if (extreme or "record" in frames) and "spread" not in frames:
        return DAY | {"score"}, extreme
    return _framed(clause, roles), None


def _framed(clause: Clause, roles: set[str]) -> frozenset[str]:
    """Return the roles of a level with those of the frames of its clause."""
    if "spread" in clause.frames:
        return frozenset({"spread", "usual_spread"})
    if any(mark.kind == "move" and mark.value[0] == "steady" for mark in clause.marks):
        roles = roles | _USUAL
    for frame, more in (("streak", {"threshold"}), ("range", {"ref_low", "ref_high"}), ("shift", {"now"})):
        if frame in clause.frames:
            roles = roles | more
    return frozenset(roles)


def _in_period(clause: Clause, place: int, around: list[Mark], roles: frozenset[str]) -> frozenset[str]:
    """Return the roles that the period named beside the number leaves."""
    periods = {mark.value for mark in around if mark.kind == "period"}
    if not periods and "this" in roles and place == (clause.numbers or [place])[0]:
        periods = {mark.value for mark in clause.intro if mark.kind == "period"}
    if "quarter" in periods and "this" in roles:
        return roles - {"this", "percent", "value"}
    if "usual" in periods and "spread" in clause.frames:
        return frozenset({"usual_spread"})
    if "usual" in periods and "week" not in periods:
        return _USUAL
    if "usual" in periods:
        return roles & _USUAL or roles - _USUAL
    return roles - _USUAL if "week" in periods else roles
