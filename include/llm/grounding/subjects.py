"""What a mark of a text speaks of: the subject beside it, or the one told before."""

from include.llm.grounding.clauses import Clause
from include.llm.grounding.judged import Judged


def subjects_at(judged: Judged, clause: Clause, place: int) -> list[str]:
    """Return what the mark at `place` speaks of: the subject after it, before it, or told before."""
    own = clause.own_subjects
    after = subject_after(clause, place)
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


def subject_after(clause: Clause, place: int) -> int | None:
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


def _carried(judged: Judged, clause: Clause) -> list[str]:
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
