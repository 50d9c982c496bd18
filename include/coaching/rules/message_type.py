"""Which of the eight messages a user gets, and on what it is built: by facts, and never the same again and again.

Each rule looks at the context and proposes; the proposal with the highest score is taken whose type is none of
the last three and whose subject none of the last ten. Four modest proposals are always there, so that a repeat
is needed by nobody but a user whose bad days forbid a challenge.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from include.coaching.context import Context
from include.coaching.models import Insight, MessageType
from include.coaching.rules.lexicon import RECOVERED
from include.coaching.rules.measures import LESSONS, MEASURES, firm, told, tone
from include.coaching.rules.themes import Intention, Quote, Theme

TYPES_APART, SUBJECTS_APART = 3, 10
SILENCE, LONG_SILENCE = 3, 5  # days
# How old an intention may be to be brought up.
OPEN_DAYS = range(1, 11)
PROMPTS = ("keep", "weight", "person", "hour", "small", "surprise", "enough", "ahead", "no", "body", "thanks")
CHALLENGES = ("outside", "message", "tidy", "pause", "first", "notice")
CHALLENGED = frozenset(
    {"sleep", "exercise", "food", "learning", "reading", "music", "home", "money", "screens", "friends"}
    | {"family", "partner", "work", "rest", "nature"}
)
# Themes on which nobody is pressed.
TENDER = frozenset({"loss", "health"})


class Pair(NamedTuple):
    """What somebody means to do, and what the days show."""

    intention: Intention
    shown: Insight | Theme


Material = Intention | Theme | Quote | Insight | Pair | int | str | None


class Choice(NamedTuple):
    """A decision: what message, why (a short code; '…_again' = a repeat that nothing could replace), and on what."""

    message_type: MessageType
    reason: str
    subject: str | None  # 'insight:<key>', 'theme:<name>', 'intention:<entry>' …; what variety is counted by
    material: Material  # what the message is built on


class Proposal(NamedTuple):
    """A choice that fits the facts, and how well."""

    score: float
    choice: Choice


Proposals = Iterator[Proposal]


def choose(context: Context, avoid: frozenset[str] = frozenset()) -> Choice:
    """The best proposal that repeats nothing; where there is none, the best of the least repetition.

    avoid: types that are taken only where nothing else fits.
    """
    types = avoid | {earlier.message_type for earlier in context.earlier[:TYPES_APART]}
    subjects = {earlier.subject for earlier in context.earlier[:SUBJECTS_APART]} - {None}
    proposals = sorted(
        (one for rule in RULES for one in rule(context)), key=lambda one: one.score, reverse=True
    )
    choices = [proposal.choice for proposal in proposals]
    new = [choice for choice in choices if choice.message_type not in types]
    for choice in new:
        if choice.subject not in subjects:
            return choice
    again = new[0] if new else choices[0]
    return again._replace(reason=f"{again.reason}_again")


def _propose(
    score: float, message_type: MessageType, reason: str, subject: str | None, material: Material
) -> Proposal:
    return Proposal(score, Choice(message_type, reason, subject, material))


def _bad_day(context: Context) -> bool:
    """Whether one of the last two entries of the last three days was on a bad day."""
    return any(mood < 0 and days_ago <= 3 for days_ago, mood in context.themes.moods[:2])


def _hard_newest(context: Context) -> bool:
    """Whether the newest entry of all was on a bad day."""
    return context.themes.moods[:1] == ((context.days_silent, -1),)


def _tender(context: Context) -> bool:
    """Whether it is no time to press: a bad day, an illness, a loss."""
    named = any(theme.name in TENDER and theme.days_ago <= 4 for theme in context.themes.themes)
    return named or _bad_day(context)


def after_loss(context: Context) -> Proposals:
    """Grief comes first."""
    for theme in context.themes.themes:
        if theme.name == "loss" and theme.days_ago <= 7:
            yield _propose(95, MessageType.CHECK_IN, "loss", "theme:loss", theme)


def after_hard_day(context: Context) -> Proposals:
    """The newest entry was on a bad day."""
    moods, hard = context.themes.moods, context.themes.hard
    if moods and moods[0][1] < 0 and moods[0][0] <= 3:
        fits = hard is not None and hard.days_ago == moods[0][0]
        subject = "hard"
        yield _propose(90, MessageType.CHECK_IN, "hard_day", subject, hard if fits else None)


def unwell(context: Context) -> Proposals:
    """Illness came up lately, or that it is over."""
    for theme in context.themes.themes:
        if theme.name != "health" or theme.days_ago > 3:
            continue
        if theme.quote and not RECOVERED.isdisjoint(theme.quote.words.lower().split()):
            yield _propose(66, MessageType.ENCOURAGEMENT, "bright_day", "bright", theme.quote)
        else:
            yield _propose(74, MessageType.CHECK_IN, "unwell", "theme:health", theme)


def silence(context: Context) -> Proposals:
    """Nothing was written for days."""
    days = context.days_silent
    if days is None:
        yield _propose(50, MessageType.CHECK_IN, "never_wrote", None, None)
    elif days >= SILENCE:
        theme = next(iter(context.themes.themes), None)
        score = 71 if days >= LONG_SILENCE else 56
        yield _propose(score, MessageType.CHECK_IN, "long_silence", None, theme)


def intentions(context: Context) -> Proposals:
    """Something that was meant to be done: taken up since, or still open."""
    for intention in context.themes.intentions:
        if intention.days_ago not in OPEN_DAYS:
            continue
        subject = f"intention:{intention.entry}"
        if intention.taken_up is not None:
            yield _propose(78, MessageType.ENCOURAGEMENT, "intention_taken_up", subject, intention)
        elif intention.promise:
            yield _propose(77, MessageType.REMINDER, "promise_open", subject, intention)
        else:
            score = 73 - intention.days_ago / 10
            yield _propose(score, MessageType.REMINDER, "intention_open", subject, intention)


def outcomes(context: Context) -> Proposals:
    """What became of plans, in the user's own words."""
    for quote in context.themes.kept:
        if quote.days_ago <= 7:
            yield _propose(82, MessageType.ENCOURAGEMENT, "plan_kept", f"kept:{quote.entry}", quote)
    for quote in context.themes.missed:
        if quote.days_ago <= 7:
            yield _propose(
                76, MessageType.ALIGNMENT_REFLECTION, "plan_missed", f"missed:{quote.entry}", quote
            )


def alignment(context: Context) -> Proposals:
    """Something that was meant to be done, beside what the numbers or the other entries show."""
    for intention in context.themes.intentions:
        subject = f"intention:{intention.entry}"
        for insight in context.insights:
            if told(insight) and MEASURES[insight.metric].theme == intention.theme:
                pair = Pair(intention, insight)
                yield _propose(84, MessageType.ALIGNMENT_REFLECTION, "intention_and_numbers", subject, pair)
        top = _theme_beside(context, intention)
        if top and intention.theme and intention.days_ago >= 2:
            pair = Pair(intention, top)
            yield _propose(64, MessageType.ALIGNMENT_REFLECTION, "intention_and_days", subject, pair)


def _theme_beside(context: Context, intention: Intention) -> Theme | None:
    """A theme of most entries that is not the intention's."""
    top = next(iter(context.themes.themes), None)
    if top is None:
        return None
    beside = top.name not in {intention.theme, *TENDER} and top.entries >= 2
    return top if beside and 2 * top.entries >= context.themes.readable else None


def bright_day(context: Context) -> Proposals:
    """The newest entry was on a good day."""
    moods, bright = context.themes.moods, context.themes.bright
    if moods and moods[0][1] > 0 and moods[0][0] <= 4:
        fits = bright is not None and bright.days_ago == moods[0][0]
        subject = "bright"
        score = 66 if fits else 52
        yield _propose(score, MessageType.ENCOURAGEMENT, "bright_day", subject, bright if fits else None)


def writing_run(context: Context) -> Proposals:
    """Somebody who keeps writing."""
    days = len({entry.local_day for entry in context.entries if 0 <= _age(context, entry.local_day) < 7})
    if days >= 3 and not _bad_day(context):
        yield _propose(48 + 3 * days, MessageType.ENCOURAGEMENT, "writing_run", "run", days)
    elif days >= 2 and _hard_newest(context):
        yield _propose(40, MessageType.ENCOURAGEMENT, "wrote_anyway", "run", days)


def _age(context: Context, day: date) -> int:
    return (context.local_day - day).days


def insights(context: Context) -> Proposals:
    """What the weekly batch found."""
    for insight in filter(told, context.insights):
        # A finding of the week before counts less, and one of the week before that less again.
        confidence = insight.confidence - _age(context, insight.week_of) // 7 / 3
        subject = f"insight:{insight.key}"
        if insight.kind == "lag":
            yield _propose(
                54 + 20 * confidence, MessageType.RELEVANT_LESSON, "lagged_relation", subject, insight
            )
        elif insight.kind in LESSONS:
            yield _propose(
                52 + 18 * confidence, MessageType.RELEVANT_LESSON, "weekday_pattern", subject, insight
            )
        elif insight.kind != "steady":
            yield _propose(
                50 + 22 * confidence, MessageType.PERSONAL_INSIGHT, "strong_insight", subject, insight
            )
            if tone(insight) == "good" and not _bad_day(context):
                yield _propose(52 + 14 * confidence, MessageType.ENCOURAGEMENT, "good_news", subject, insight)
        if firm(insight) and not _tender(context):
            yield _propose(52 + 16 * confidence, MessageType.CHALLENGE, "steady_numbers", subject, insight)


def theme_and_mood(context: Context) -> Proposals:
    """A theme whose entries are on good days far more often than the others."""
    reading = context.themes
    good = sum(mood > 0 for _, mood in reading.moods)
    for theme in reading.themes:
        others = reading.readable - theme.entries
        if theme.entries < 3 or others < 2 or theme.name in TENDER:
            continue
        if theme.good / theme.entries - (good - theme.good) / others >= 0.4:
            yield _propose(71, MessageType.RELEVANT_LESSON, "theme_and_mood", f"mood:{theme.name}", theme)


def steady_and_able(context: Context) -> Proposals:
    """A theme that keeps coming up, on no bad days, when it is no time to be gentle."""
    if _tender(context):
        return
    for theme in context.themes.themes:
        if theme.name in CHALLENGED and theme.entries >= 2 and theme.bad <= theme.good:
            score = 64 + min(theme.entries, 5)
            yield _propose(score, MessageType.CHALLENGE, "steady_theme", f"theme:{theme.name}", theme)


def reflections(context: Context) -> Proposals:
    """The user's own question, else what they write about."""
    for question in context.themes.questions:
        if question.days_ago <= 7:
            subject = f"question:{question.entry}"
            yield _propose(67, MessageType.GENERAL_REFLECTION, "own_question", subject, question)
    for theme in context.themes.themes:
        if theme.name not in TENDER:
            score = 44 + min(theme.entries, 6) - theme.days_ago / 2
            yield _propose(score, MessageType.GENERAL_REFLECTION, "theme", f"theme:{theme.name}", theme)


def look_back(context: Context) -> Proposals:
    """An older page."""
    for theme in context.themes.themes:
        if theme.quote and theme.quote.days_ago >= 3 and theme.name not in TENDER:
            yield _propose(30, MessageType.REMINDER, "look_back", f"theme:{theme.name}", theme)


def always(context: Context) -> Proposals:
    """What fits anybody, when there is nothing else."""
    used = {earlier.subject for earlier in context.earlier[:SUBJECTS_APART]}
    start = context.user_id + context.local_day.toordinal()
    prompt = _unused(PROMPTS, "prompt", start, used)
    yield _propose(20, MessageType.GENERAL_REFLECTION, "prompt", f"prompt:{prompt}", prompt)
    if context.days_silent is not None:
        # Of somebody who writes in another language, no more is known than that.
        score = 25 if context.entries and not context.themes.readable else 15
        yield _propose(score, MessageType.CHECK_IN, "plain", None, None)
    reason = "pages" if context.days_silent == 0 else "journal_open"
    yield _propose(14, MessageType.REMINDER, reason, None, None)
    if not _tender(context):
        step = _unused(CHALLENGES, "step", start, used)
        yield _propose(12, MessageType.CHALLENGE, "small_step", f"step:{step}", step)


def _unused(names: tuple[str, ...], kind: str, start: int, used: set[str | None]) -> str:
    """One of the names, from the place `start` on the first that was no subject lately."""
    turned = (names[(start + place) % len(names)] for place in range(len(names)))
    return next((name for name in turned if f"{kind}:{name}" not in used), names[start % len(names)])


RULES: tuple[Callable[[Context], Proposals], ...] = (
    after_loss,
    after_hard_day,
    unwell,
    silence,
    intentions,
    outcomes,
    alignment,
    bright_day,
    writing_run,
    insights,
    theme_and_mood,
    steady_and_able,
    reflections,
    look_back,
    always,
)
