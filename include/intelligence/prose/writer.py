"""The template writer: from the facts of one user's week to prose, offline and always the same."""

from functools import lru_cache
from pathlib import Path
from zlib import crc32

from include.intelligence.metrics import WEEKDAYS
from include.intelligence.models import Facts, Insight, Prose
from include.intelligence.prose import story
from include.intelligence.prose.closing import closing
from include.intelligence.prose.finding import Finding
from include.intelligence.prose.insufficient import write_insufficient
from include.intelligence.prose.kinds import finding
from include.intelligence.prose.metric_phrases import ACTIONS, MEANINGS, PAIRS
from include.intelligence.prose.numbers import SHOW, counted
from include.intelligence.prose.templates import Table, capital, chosen

HEADLINE_LIMIT = 90
# Under this many days an insight's text says on how few it rests.
FEW_DAYS = 4


@lru_cache(maxsize=1)
def version() -> str:
    """Return the writer's version: it changes with every change of the texts."""
    return (Path(__file__).parent / "VERSION").read_text().strip()


def write(facts: Facts, week_key: str) -> Prose:
    """Return the brief's prose. The same facts and week key give the same words.

    `week_key` is the Monday of delivery as text; with the user id it chooses the phrasing.
    """
    seed = crc32(f"{facts.user_id}:{week_key}".encode())
    findings = [finding(insight) for insight in facts.insights]
    texts = _insight_texts(facts, findings, seed)
    if not facts.sufficient or not findings:
        return write_insufficient(facts, seed, texts)
    cast = _cast(findings)
    return Prose(
        _headline(cast, seed),
        _narrative(facts, cast, seed),
        texts,
        _recommendations(findings, cast, seed),
        _watch(cast, 1 if len(findings) > 4 else 2, seed),
    )


def _cast(findings: list[Finding]) -> list[Finding]:
    """Return the best finding of each metric, best first: a story repeats nobody."""
    cast: dict[str, Finding] = {}
    for found in findings:
        cast.setdefault(found.metric, found)
    return list(cast.values())


def _headline(findings: list[Finding], seed: int) -> str:
    lead = findings[0]
    text = chosen(seed, 11, lead.phrases.mini) % lead.fields
    if len(findings) > 1:
        other = findings[1]
        turns = {lead.tone, other.tone} == {"good", "bad"}
        link = chosen(seed, 12, story.HEADLINE_TURNS if turns else story.HEADLINE_LINKS)
        both = text + link + chosen(seed, 13, other.phrases.mini) % other.fields
        if len(both) <= HEADLINE_LIMIT:
            text = both
    return capital(text)[:HEADLINE_LIMIT]


def _narrative(facts: Facts, cast: list[Finding], seed: int) -> str:
    """Return the lead, why it may matter, what goes with it or against it, and the frame."""
    lead = cast[0]
    opening = chosen(seed, 21, story.OPENINGS[lead.tone])
    sentences = [capital(opening + chosen(seed, 22, lead.phrases.clause) % lead.fields) + "."]
    before = lead
    # With five insights on the page, the story need not tell the third as well.
    others = cast[1 : 2 if len(facts.insights) > 4 else 3]
    for slot, other in enumerate(others, start=23):
        sentences.append(_next_sentence(before, other, seed, slot))
        before = other
    pair = _pair(cast)
    # What concerns both stands after both.
    sentences.insert(2 if pair else 1, _meaning(lead, pair, seed))
    last = closing(facts, seed)
    if last:
        sentences.append(last)
    return " ".join(sentences)


def _next_sentence(before: Finding, other: Finding, seed: int, slot: int) -> str:
    transition = chosen(seed, slot, story.TRANSITIONS[before.tone, other.tone])
    # A step from slot to slot, so that no two sentences are alike.
    clauses = other.phrases.clause
    clause = clauses[(seed // 7 + slot * 3) % len(clauses)] % other.fields
    return capital(transition + clause) + "."


def _pair(cast: list[Finding]) -> Table | None:
    """Return what the two leading findings say together, if there is such a thing."""
    if len(cast) < 2 or cast[0].phrases.meaning is not None or cast[1].phrases.meaning is not None:
        return None
    one, other = cast[0], cast[1]
    if one.metric > other.metric:
        one, other = other, one
    return PAIRS.get((one.metric, one.direction, other.metric, other.direction))


def _meaning(lead: Finding, pair: Table | None, seed: int) -> str:
    own = lead.phrases.meaning
    options = pair or (MEANINGS[lead.metric][lead.direction] if own is None else own[lead.tone])
    return capital(chosen(seed, 31, story.REASONS) + chosen(seed, 32, options) % lead.fields) + "."


def _insight_texts(facts: Facts, findings: list[Finding], seed: int) -> list[str]:
    texts = []
    for position, found in enumerate(findings):
        options = found.phrases.text
        # A step that meets other beginnings and other endings for the next insight of the kind.
        text = options[(seed // 11 + position * 13) % len(options)] % found.fields
        extra = _few_days(facts.insights[position], seed, position)
        if extra is None and position == 0:
            extra = _best_day(facts, facts.insights[0], found, seed)
        texts.append(capital(f"{text} {extra}" if extra else text))
    return texts


def _few_days(insight: Insight, seed: int, position: int) -> str | None:
    if insight.kind not in ("change", "steady", "consistency"):
        return None
    days = insight.evidence["days"]
    if days >= FEW_DAYS:
        return None
    return chosen(seed, 41 + position, story.FEW_DAYS) % {"days": counted(days, "day")}


def _best_day(facts: Facts, insight: Insight, found: Finding, seed: int) -> str | None:
    """Return the week's highest day after a rise, its lowest after a fall."""
    stats = facts.stats.get(insight.metric)
    if insight.kind != "change" or found.direction == "steady" or stats is None:
        return None
    up = found.direction == "up"
    day, best = (stats.best_day, stats.best) if up else (stats.low_day, stats.low)
    if day is None or best is None:
        return None
    fields = {
        "day": WEEKDAYS[day],
        "best": SHOW[insight.metric](best),
        "highest": found.fields["highest"],
        "peak": found.fields["peak"],
    }
    return chosen(seed, 51, story.BEST_DAYS) % fields


def _actions(found: Finding) -> Table:
    own = found.phrases.action
    return own[found.tone] if own is not None else ACTIONS[found.metric][found.tone]


def _recommendations(findings: list[Finding], cast: list[Finding], seed: int) -> list[str]:
    """Return two or three, what goes wrong before what goes well; on different metrics where there are."""
    candidates = cast if len(cast) > 1 else findings
    ordered = [found for found in candidates if found.tone == "bad"]
    ordered += [found for found in candidates if found.tone != "bad"]
    texts = []
    for position, found in enumerate(ordered[: 2 if len(findings) > 3 else 3]):
        action = chosen(seed, 71 + position, _actions(found)) % found.fields
        ground = chosen(seed, 75 + position, found.phrases.ground) % found.fields
        shape = story.RECOMMENDATIONS[(seed // 13 + position * 2) % len(story.RECOMMENDATIONS)]
        texts.append(_recommendation(shape, action, ground))
    return texts


def _recommendation(shape: str, action: str, ground: str) -> str:
    fields = {"action": action, "ground": ground, "Action": capital(action), "Ground": capital(ground)}
    return shape % fields


def _watch(cast: list[Finding], wanted: int, seed: int) -> list[str]:
    texts = []
    for position, found in enumerate(cast[:wanted]):
        whether = chosen(seed, 81 + position, found.phrases.whether[found.tone]) % found.fields
        frame = story.WATCH[(seed // 17 + position * 4) % len(story.WATCH)]
        texts.append(frame % {"whether": whether})
    return texts
