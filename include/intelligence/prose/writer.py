"""The template writer: from the facts of one user's week to prose, offline and always the same."""

from functools import lru_cache
from pathlib import Path

from include.intelligence.metrics import WEEKDAYS
from include.intelligence.models import Facts, Insight, MetricStats, Prose
from include.intelligence.prose import story
from include.intelligence.prose.closing import closing
from include.intelligence.prose.finding import Finding, Spoken
from include.intelligence.prose.insufficient import write_insufficient
from include.intelligence.prose.kinds import finding
from include.intelligence.prose.metric_phrases import PAIRS
from include.intelligence.prose.numbers import SHOW, counted
from include.intelligence.prose.templates import Draws, Table, capital, draws, said, says, with_words
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
BEST_DAYS = {
    metric: {direction: says(with_words(story.BEST_DAYS, words)) for direction, words in by_direction.items()}
    for metric, by_direction in WORDS.items()
}


@lru_cache(maxsize=1)
def version() -> str:
    """Return the writer's version: it changes with every change of the texts."""
    return (Path(__file__).parent / "VERSION").read_text().strip()


def write(facts: Facts, week_key: str) -> Prose:
    """Return the brief's prose. The same facts and week key give the same words.

    `week_key` is the Monday of delivery as text; with the user id it chooses the phrasing.
    """
    draw = draws(facts.user_id, week_key)
    insights = facts.insights
    findings = [finding(insight) for insight in insights]
    texts = _insight_texts(facts.stats, insights, findings, draw)
    if not facts.sufficient or not findings:
        return write_insufficient(facts, draw, texts)
    cast = _cast(findings)
    many = len(findings)
    return Prose(
        _headline(cast, draw),
        _narrative(facts, cast, draw),
        texts,
        _recommendations(cast if len(cast) > 1 else findings, 2 if many > 3 else 3, draw),
        _watch(cast[: 1 if many > 4 else 2], draw),
    )


def _cast(findings: list[Finding]) -> list[Finding]:
    """Return the best finding of each metric, best first: a story repeats nobody."""
    cast: dict[str, Finding] = {}
    for found in findings:
        cast.setdefault(found[0].metric, found)
    return list(cast.values())


def _headline(cast: list[Finding], draw: Draws) -> str:
    lead, fields = cast[0]
    text = said(lead.mini, draw[HEAD], fields)
    if len(cast) > 1:
        other, others = cast[1]
        turns = other.tone != lead.tone and "neutral" not in (other.tone, lead.tone)
        links = story.HEADLINE_TURNS if turns else story.HEADLINE_LINKS
        link = links[draw[HEAD_LINK] % len(links)]
        both = text + link + said(other.mini, draw[HEAD_OTHER], others)
        if len(both) <= HEADLINE_LIMIT:
            text = both
    return capital(text)


def _narrative(facts: Facts, cast: list[Finding], draw: Draws) -> str:
    """Return the lead, why it may matter, what goes with it or against it, and the frame."""
    lead, fields = cast[0]
    openings = story.OPENINGS[lead.tone]
    opening = openings[draw[OPENING] % len(openings)]
    sentences = [capital(opening + said(lead.clause, draw[LEAD], fields))]
    before = lead
    # With five insights on the page, the story need not tell the third as well.
    for step, other in enumerate(cast[1 : 2 if len(facts.insights) > 4 else 3]):
        sentences.append(_next_sentence(before, other, step, draw))
        before = other[0]
    pair = _pair(cast)
    # What concerns both stands after both.
    sentences.insert(2 if pair else 1, _meaning(pair or lead.meaning, draw))
    last = closing(facts, draw[CLOSING], draw[CLOSING_PHRASE])
    told = ". ".join(sentences)
    return f"{told}. {last}" if last else told + "."


def _next_sentence(before: Spoken, found: Finding, step: int, draw: Draws) -> str:
    """Return the sentence on `found`; a step through the tables keeps two sentences from being alike."""
    other, fields = found
    transitions = story.TRANSITIONS[before.tone, other.tone]
    transition = transitions[(draw[TRANSITION] + 3 * step) % len(transitions)]
    clauses = other.clause
    past_lead = 1 + (draw[NEXT_CLAUSE] + 3 * step) % (len(clauses) - 1)
    return capital(transition + said(clauses, draw[LEAD] + past_lead, fields))


def _pair(cast: list[Finding]) -> Table | None:
    """Return what the two leading findings say together, if there is such a thing."""
    if len(cast) < 2:
        return None
    one, other = cast[0][0], cast[1][0]
    if not (one.of_metric and other.of_metric):
        return None
    if one.metric > other.metric:
        one, other = other, one
    return PAIRS.get((one.metric, one.direction, other.metric, other.direction))


def _meaning(options: Table, draw: Draws) -> str:
    reason = story.REASONS[draw[REASON] % len(story.REASONS)]
    return capital(reason + options[draw[MEANING] % len(options)])


def _insight_texts(
    stats: dict[str, MetricStats], insights: list[Insight], findings: list[Finding], draw: Draws
) -> list[str]:
    texts = []
    for position, (found, fields) in enumerate(findings):
        # A step that meets other beginnings and other endings for the next insight of the kind.
        text = said(found.text, draw[TEXT] + 13 * position, fields)
        _, kind, metric, _, _, _, evidence = insights[position]
        if kind in ON_DAYS_OF_THE_WEEK and evidence["days"] < FEW_DAYS:
            few = {"days": counted(evidence["days"], "day")}
            text = f"{text} {said(story.FEW_DAYS, draw[FEW + position], few)}"
        elif position == 0 and kind == "change":
            text += _best_day(stats.get(metric), found, draw[BEST_DAY])
        texts.append(text)
    return texts


def _best_day(stats: MetricStats | None, found: Spoken, draw: int) -> str:
    """Return ' ' and a sentence on the week's highest day after a rise, its lowest after a fall, or ''."""
    if found.direction == "steady" or stats is None:
        return ""
    up = found.direction == "up"
    day, best = (stats.best_day, stats.best) if up else (stats.low_day, stats.low)
    if day is None or best is None:
        return ""
    fields = {"day": WEEKDAYS[day], "best": SHOW[found.metric](best)}
    return " " + said(BEST_DAYS[found.metric][found.direction], draw, fields)


def _recommendations(candidates: list[Finding], wanted: int, draw: Draws) -> list[str]:
    """Return two or three, what goes wrong before what goes well; on different metrics where there are."""
    texts = []
    for position, (found, fields) in enumerate(sorted(candidates, key=_precedence)[:wanted]):
        both = {
            "action": said(found.action, draw[ACTION + position], fields),
            "ground": said(found.ground, draw[GROUND + position], fields),
        }
        texts.append(capital(said(story.RECOMMENDATIONS, draw[SHAPE] + 2 * position, both)))
    return texts


def _precedence(found: Finding) -> int:
    return found[0].precedence


def _watch(cast: list[Finding], draw: Draws) -> list[str]:
    texts = []
    for position, (found, fields) in enumerate(cast):
        whether = {"whether": said(found.whether, draw[WHETHER + position], fields)}
        texts.append(said(story.WATCH, draw[FRAME] + 4 * position, whether))
    return texts
