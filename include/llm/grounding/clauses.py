"""A row of marks as clauses: what each is about, under which condition, in which frame and mood."""

from dataclasses import dataclass, field

from include.llm.grounding.marks import Mark

_STRETCHES = ("days", "weeks")
_ENDS = frozenset({"your", "be", "to", "against", "it"})
_BOUNDS = frozenset({"comma", "bound", "strong"})
# Cue → frame in which directions and numbers of the clause are meant.
FRAMES = {"spread": "spread", "streak": "streak", "shift": "shift", "range": "range", "record": "record",
          "percentile": "standing", "trend": "trend", "aged": "standing", "others": "weekday"}  # fmt: skip


@dataclass(slots=True)
class Clause:
    """Marks that belong together. `before` is the clause before, of which an 'it' may speak."""

    marks: list[Mark]
    sentence: int
    before: "Clause | None" = None
    following: "Clause | None" = None
    # Places of marks that only say after which days something holds, and 'up' or 'down' for such days.
    condition: set[int] = field(default_factory=set)
    conditions: list[tuple[int, int, str]] = field(default_factory=list)  # first place, last, direction
    frames: set[str] = field(default_factory=set)
    moods: list[str] = field(default_factory=list)  # per mark: told, open or order
    general: bool = False
    total: bool = False  # the sentence speaks of a sum
    numbers: list[int] = field(default_factory=list)
    intro: list[Mark] = field(default_factory=list)  # of the sentence, up to its first comma

    def after(self, place: int) -> str | None:
        """Return after which days the mark at `place` holds: those named next to it, else before it."""
        for first, _, direction in self.conditions:
            if place < first and not any(mark.kind in _BOUNDS or mark.kind == "number"
                                         for mark in self.marks[place + 1 : first]):  # fmt: skip
                return direction
        earlier = [direction for _, last, direction in self.conditions if last < place]
        if earlier or self.conditions:
            return earlier[-1] if earlier else self.conditions[0][2]
        before = self.before
        return before.after(len(before.marks)) if before and before.sentence == self.sentence else None

    @property
    def context(self) -> list[Mark]:
        """The marks, with those of the clause before where that only leads to this one."""
        before = self.before
        if before is None or before.sentence != self.sentence or before.numbers:
            return self.marks
        if before.own_subjects and self._named:
            return self.marks
        return [*before.marks, *self.marks]

    @property
    def _named(self) -> list[int]:
        """Places of the subjects that are not only the unit of a number."""
        return [
            place for place in self.own_subjects
            if place == 0 or self.marks[place - 1].kind != "number" or self.marks[place - 1].to <= self.marks[place].at
        ]  # fmt: skip

    @property
    def own_subjects(self) -> list[int]:
        """Places of the subjects named outside the condition."""
        return [
            place for place, mark in enumerate(self.marks)
            if mark.kind == "subject" and place not in self.condition
        ]  # fmt: skip


def clauses(marks: list[Mark]) -> list[Clause]:
    """Return the clauses of a text, read as far as needs no evidence."""
    found: list[Clause] = []
    for number, sentence in enumerate(_sentences(marks)):
        parts = [Clause(part, number) for part in _parts(sentence)]
        general = _general(sentence)
        total = any(mark.kind == "cue" and mark.value == "total" for mark in sentence)
        intro = _intro(sentence)
        for part in parts:
            part.general = general
            part.total = total
            part.before = found[-1] if found else None
            if found and found[-1].sentence == number:
                found[-1].following = part
            _read(part)
            part.intro = intro if part is parts[0] or _leads_all(sentence, intro) else []
            found.append(part)
    return found


def _sentences(marks: list[Mark]) -> list[list[Mark]]:
    rows: list[list[Mark]] = [[]]
    for mark in marks:
        if mark.kind == "stop":
            rows.append([])
        else:
            rows[-1].append(mark)
    return [row for row in rows if row]


def _parts(sentence: list[Mark]) -> list[list[Mark]]:
    """Split at ';', ':' and dashes, and at a comma or 'and' where something else is spoken of."""
    parts: list[list[Mark]] = [[]]
    told = after = False
    for place, mark in enumerate(sentence):
        after = mark.kind not in _BOUNDS and (after or (mark.kind == "cue" and mark.value == "after"))
        if mark.kind == "strong" or (mark.kind in _BOUNDS and told and _new_subject(sentence, place + 1)):
            parts.append([mark])
            told = False
            continue
        told = (
            told
            or mark.kind == "weekday"
            or (mark.kind == "number" and mark.value.unit not in _STRETCHES)
            or (mark.kind == "move" and not after and mark.value[1] not in ("across", "degree"))
        )
        parts[-1].append(mark)
    return [part for part in parts if part]


def _new_subject(sentence: list[Mark], at: int) -> bool:
    """Return whether a subject comes before the next number or boundary."""
    for mark in sentence[at:]:
        if mark.kind == "subject":
            return True
        if mark.kind == "number" or mark.kind in _BOUNDS:
            return False
    return False


def _general(sentence: list[Mark]) -> bool:
    """Return whether a sentence speaks of people in general: no number, no day, nothing of 'yours'."""
    general = False
    for place, mark in enumerate(sentence):
        if mark.kind in ("number", "weekday", "month") or (mark.kind == "period" and mark.value != "usual"):
            return False
        if mark.kind == "cue" and mark.value == "your" and _followed_by_subject(sentence, place):
            return False
        general = general or (mark.kind == "mode" and mark.value == "general")
    return general


def _followed_by_subject(sentence: list[Mark], place: int) -> bool:
    return any(mark.kind == "subject" for mark in sentence[place + 1 : place + 4])


def _intro(sentence: list[Mark]) -> list[Mark]:
    for place, mark in enumerate(sentence):
        if mark.kind in ("number", "move"):
            return []
        if mark.kind in ("comma", "strong"):
            return sentence[:place]
    return []


def _leads_all(sentence: list[Mark], intro: list[Mark]) -> bool:
    """Return whether the whole sentence hangs on what stands before its colon: 'Friday was hard: …'."""
    if not intro or sentence[len(intro)].kind != "strong":
        return False
    return not any(mark.kind == "subject" for mark in intro)


def _read(clause: Clause) -> None:
    _read_condition(clause)
    for place, mark in enumerate(clause.marks):
        if mark.kind == "number":
            clause.numbers.append(place)
        elif mark.kind == "cue" and mark.value in FRAMES and place not in clause.condition:
            clause.frames.add(FRAMES[mark.value])
        elif mark.kind == "weekday" and mark.value[1]:
            clause.frames.add("weekday")
    if clause.conditions:
        clause.frames.add("lag")
    before = clause.before
    if (
        before
        and before.sentence == clause.sentence
        and not (clause._named and (before.numbers or before.own_subjects))
    ):
        clause.frames |= before.frames
    _read_moods(clause)


def _read_condition(clause: Clause) -> None:
    """Find 'after days with many steps', and 'long nights are followed by'."""
    for place, mark in enumerate(clause.marks):
        if mark.kind != "cue" or mark.value not in ("after", "followed"):
            continue
        backward = mark.value == "followed"
        region = range(place - 1, -1, -1) if backward else range(place + 1, len(clause.marks))
        direction, taken = None, {place}
        for other in region:
            kind, value = clause.marks[other].kind, clause.marks[other].value
            if kind in ("number", "comma", "bound") or (kind == "cue" and value in _ENDS):
                break
            if kind == "cue" and value in ("many", "few"):
                direction = direction or ("up" if value == "many" else "down")
            taken.add(other)
        if direction:
            clause.condition |= taken
            clause.conditions.append((min(taken), max(taken), direction))


def _read_moods(clause: Clause) -> None:
    before = clause.before
    strong = bool(clause.marks) and clause.marks[0].kind == "strong"
    mood = before.moods[-1] if before and before.moods and before.sentence == clause.sentence else "told"
    mood = "told" if strong else mood
    begins = True
    for mark in clause.marks:
        if mark.kind == "mode" and mark.value == "told":
            mood = "told"
        elif (mark.kind == "mode" and mark.value == "open") or (
            begins and mark.kind == "mode" and mark.value == "order"
        ):
            mood = "open"
        if mark.kind in _BOUNDS:
            begins = True
        elif mark.kind not in ("mode", "not") and not (mark.kind == "period" and mark.value == "next"):
            begins = begins and clause.marks[0] is mark and mark.kind == "move"
        clause.moods.append(mood)


def negated(clause: Clause, place: int) -> bool:
    if "record" in clause.frames and any(mark.kind == "not" for mark in clause.marks[:place]):
        return True
    for mark in clause.marks[max(0, place - 4) : place][::-1]:
        if mark.kind == "not":
            return True
        if mark.kind in ("comma", "bound", "number"):
            return False
    return False
