"""The template writer: from the facts of one user's week to prose, offline and always the same."""

from functools import lru_cache
from pathlib import Path

from include.intelligence.metrics import WEEKDAYS
from include.intelligence.models import Facts, Insight, Prose
from include.intelligence.prose import story
from include.intelligence.prose.closing import closing
from include.intelligence.prose.finding import Finding
from include.intelligence.prose.insufficient import write_insufficient
from include.intelligence.prose.kinds import finding
from include.intelligence.prose.metric_phrases import ACTIONS, MEANINGS, PAIRS
from include.intelligence.prose.numbers import SHOW, counted
from include.intelligence.prose.templates import Draws, Table, capital, draws, said
from include.intelligence.prose.words import WORDS

HEADLINE_LIMIT = 90
# Which draw decides what. Slots of the same role for several insights lie next to each other.
HEAD, HEAD_LINK, HEAD_OTHER, OPENING, LEAD = range(5)
TRANSITION, NEXT_CLAUSE, REASON, MEANING, CLOSING, CLOSING_PHRASE = range(5, 11)
TEXT, BEST_DAY, SHAPE, FRAME = range(11, 15)
FEW, ACTION, GROUND, WHETHER = 15, 20, 23, 26
# Under this many days an insight's text says on how few it rests.
FEW_DAYS = 4
ON_DAYS_OF_THE_WEEK = frozenset({"change", "steady", "consistency"})


@lru_cache(maxsize=1)
def version() -> str:
    """Return the writer's version: it changes with every change of the texts."""
    return (Path(__file__).parent / "VERSION").read_text().strip()


def write(facts: Facts, week_key: str) -> Prose:
    """Return the brief's prose. The same facts and week key give the same words.

    `week_key` is the Monday of delivery as text; with the user id it chooses the phrasing.
    """
    draw = draws(facts.user_id, week_key)
    findings = [finding(insight) for insight in facts.insights]
    texts = _insight_texts(facts, findings, draw)
    if not facts.sufficient or not findings:
        return write_insufficient(facts, draw, texts)
    cast = _cast(findings)
    return Prose(
        _headline(cast, draw),
        _narrative(facts, cast, draw),
        texts,
        _recommendations(findings, cast, draw),
        _watch(cast, 1 if len(findings) > 4 else 2, draw),
    )


def _cast(findings: list[Finding]) -> list[Finding]:
    """Return the best finding of each metric, best first: a story repeats nobody."""
    cast: dict[str, Finding] = {}
    for found in findings:
        cast.setdefault(found.metric, found)
    return list(cast.values())


def _headline(cast: list[Finding], draw: Draws) -> str:
    lead = cast[0]
    text = said(lead.phrases.mini, draw[HEAD], lead.fields)
    if len(cast) > 1:
        other = cast[1]
        turns = other.tone != lead.tone and "neutral" not in (other.tone, lead.tone)
        links = story.HEADLINE_TURNS if turns else story.HEADLINE_LINKS
        link = links[draw[HEAD_LINK] % len(links)]
        both = text + link + said(other.phrases.mini, draw[HEAD_OTHER], other.fields)
        if len(both) <= HEADLINE_LIMIT:
            text = both
    return capital(text)


def _narrative(facts: Facts, cast: list[Finding], draw: Draws) -> str:
    """Return the lead, why it may matter, what goes with it or against it, and the frame."""
    lead = cast[0]
    openings = story.OPENINGS[lead.tone]
    opening = openings[draw[OPENING] % len(openings)]
    sentences = [capital(opening + said(lead.phrases.clause, draw[LEAD], lead.fields)) + "."]
    before = lead
    # With five insights on the page, the story need not tell the third as well.
    for step, other in enumerate(cast[1 : 2 if len(facts.insights) > 4 else 3]):
        sentences.append(_next_sentence(before, other, step, draw))
        before = other
    pair = _pair(cast)
    # What concerns both stands after both.
    sentences.insert(2 if pair else 1, _meaning(lead, pair, draw))
    last = closing(facts, draw[CLOSING], draw[CLOSING_PHRASE])
    if last:
        sentences.append(last)
    return " ".join(sentences)


def _next_sentence(before: Finding, other: Finding, step: int, draw: Draws) -> str:
    """Return the sentence on `other`; a step through the tables keeps two sentences from being alike."""
    transitions = story.TRANSITIONS[before.tone, other.tone]
    transition = transitions[(draw[TRANSITION] + 3 * step) % len(transitions)]
    clauses = other.phrases.clause
    past_lead = 1 + (draw[NEXT_CLAUSE] + 3 * step) % (len(clauses) - 1)
    return capital(transition + said(clauses, draw[LEAD] + past_lead, other.fields)) + "."


def _pair(cast: list[Finding]) -> Table | None:
    """Return what the two leading findings say together, if there is such a thing."""
    if len(cast) < 2 or cast[0].phrases.meaning is not None or cast[1].phrases.meaning is not None:
        return None
    one, other = cast[0], cast[1]
    if one.metric > other.metric:
        one, other = other, one
    return PAIRS.get((one.metric, one.direction, other.metric, other.direction))


def _meaning(lead: Finding, pair: Table | None, draw: Draws) -> str:
    own = lead.phrases.meaning
    options = pair or (MEANINGS[lead.metric][lead.direction] if own is None else own[lead.tone])
    reason = story.REASONS[draw[REASON] % len(story.REASONS)]
    return capital(reason + options[draw[MEANING] % len(options)]) + "."


def _insight_texts(facts: Facts, findings: list[Finding], draw: Draws) -> list[str]:
    texts = []
    for position, (insight, found) in enumerate(zip(facts.insights, findings, strict=True)):
        # A step that meets other beginnings and other endings for the next insight of the kind.
        text = said(found.phrases.text, draw[TEXT] + 13 * position, found.fields)
        if insight.kind in ON_DAYS_OF_THE_WEEK and insight.evidence["days"] < FEW_DAYS:
            few = {"days": counted(insight.evidence["days"], "day")}
            text = f"{text} {said(story.FEW_DAYS, draw[FEW + position], few)}"
        elif position == 0 and insight.kind == "change":
            text += _best_day(facts, insight, found, draw[BEST_DAY])
        texts.append(text)
    return texts


def _best_day(facts: Facts, insight: Insight, found: Finding, draw: int) -> str:
    """Return ' ' and a sentence on the week's highest day after a rise, its lowest after a fall, or ''."""
    stats = facts.stats.get(insight.metric)
    if found.direction == "steady" or stats is None:
        return ""
    up = found.direction == "up"
    day, best = (stats.best_day, stats.best) if up else (stats.low_day, stats.low)
    if day is None or best is None:
        return ""
    words = WORDS[insight.metric][found.direction]
    fields = {
        "day": WEEKDAYS[day],
        "best": SHOW[insight.metric](best),
        "higher": words["higher"],
        "highest": words["highest"],
        "peak": words["peak"],
    }
    return " " + said(story.BEST_DAYS, draw, fields)


def _precedence(found: Finding) -> int:
    return 0 if found.phrases.urgent else 1 if found.tone == "bad" else 2


def _recommendations(findings: list[Finding], cast: list[Finding], draw: Draws) -> list[str]:
    """Return two or three, what goes wrong before what goes well; on different metrics where there are."""
    candidates = cast if len(cast) > 1 else findings
    ordered = sorted(candidates, key=_precedence)
    texts = []
    for position, found in enumerate(ordered[: 2 if len(findings) > 3 else 3]):
        own = found.phrases.action
        actions = ACTIONS[found.metric][found.tone] if own is None else own[found.tone]
        fields = {
            "action": said(actions, draw[ACTION + position], found.fields),
            "ground": said(found.phrases.ground, draw[GROUND + position], found.fields),
        }
        texts.append(capital(said(story.RECOMMENDATIONS, draw[SHAPE] + 2 * position, fields)))
    return texts


def _watch(cast: list[Finding], wanted: int, draw: Draws) -> list[str]:
    texts = []
    for position, found in enumerate(cast[:wanted]):
        options = found.phrases.whether[found.tone]
        whether = {"whether": said(options, draw[WHETHER + position], found.fields)}
        texts.append(said(story.WATCH, draw[FRAME] + 4 * position, whether))
    return texts
