"""The words that a message may use: of the day, and of what the message is built on."""

from include.coaching.context import WEEKDAYS, Context
from include.coaching.models import Insight
from include.coaching.prose.facts import fact
from include.coaching.prose.topics import PROMPTS, STEPS, TOPICS
from include.coaching.rules.measures import MEASURES, tone
from include.coaching.rules.message_type import Choice, Pair
from include.coaching.rules.themes import Intention, Quote, Theme

Fields = dict[str, str]
_COUNTS = (
    *("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    "twenty",
)
_VERDICTS = {
    "good": "That is good to see.",
    "bad": "That is no judgement, only something to know.",
    "neutral": "It is neither good nor bad in itself.",
}
_CAPITALS = ("day", "topic", "fact", "silence", "step")
_SILENCES = {7: "a week", 14: "two weeks"}


def known_fields(context: Context, choice: Choice, draw: int) -> Fields:
    """All fields that are known, some also with a capital: {day}, {Day}. draw chooses questions and steps."""
    of_day = _of_day(context)
    known = of_day | _of_material(choice, context, draw)
    for name in ("question", "prompt"):
        if name in known:
            text = known[name].format_map(of_day)
            known[name] = text[0].lower() + text[1:]
    return known | {capital(name): capital(known[name]) for name in _CAPITALS if name in known}


def capital(text: str) -> str:
    """The text with a capital first letter and the rest as it was."""
    return text[:1].upper() + text[1:]


def _of_day(context: Context) -> Fields:
    known = {
        "weekday": context.weekday,
        "part": context.preference,
        "now": f"this {context.preference}",
        "next": "tomorrow" if context.preference == "evening" else "today",
    }
    if context.days_silent is not None:
        known |= {"silence": silence(context.days_silent)} | day_fields(context, context.days_silent)
    return known


def silence(days: int) -> str:
    """So many days in words; the longer, the vaguer."""
    if days in _SILENCES:
        return _SILENCES[days]
    if days < 7:
        return f"{_COUNTS[days]} days" if days != 1 else "a day"
    return "more than a week" if days < 14 else "more than two weeks" if days < 60 else "a long time"


def day_fields(context: Context, days_ago: int) -> Fields:
    """A past day as people name it: 'on Tuesday', 'from Tuesday', 'Tuesday'."""
    weekday = WEEKDAYS[(context.local_day.weekday() - days_ago) % 7]
    if 2 <= days_ago <= 6:
        return {"day": f"on {weekday}", "from_day": f"from {weekday}", "day_noun": weekday}
    name = ("today", "yesterday")[days_ago] if days_ago < 2 else f"{silence(days_ago)} ago"
    return {"day": name, "from_day": f"from {name}", "day_noun": name}


def _of_material(choice: Choice, context: Context, draw: int) -> Fields:
    known: Fields = {}
    match choice.material:
        case Quote() as quote:
            known = _quoted(quote, context, draw)
        case Intention() as intention:
            known = _intended(intention, context)
        case Theme() as theme:
            known = _of_theme(theme, context, draw)
        case Insight() as insight:
            known = _of_insight(insight, context, draw)
        case Pair(intention, Theme() as theme):
            known = _counts(theme, context) | {"topic": topic_name(theme)} | _intended(intention, context)
        case Pair(intention, Insight() as insight):
            known = {"fact": fact(insight, context.local_day)} | _intended(intention, context)
        case int() as days:
            known = _top_topic(context)
            if days >= 3:
                known["run"] = "all" if days == 7 else _COUNTS[days]
        case str() as name:
            known = {"prompt": PROMPTS[name]} if name in PROMPTS else {"step": STEPS[name]}
    return known


def _quoted(quote: Quote, context: Context, draw: int) -> Fields:
    known = {"words": quote.words} | day_fields(context, quote.days_ago)
    if quote.theme in TOPICS:
        known["question"] = _drawn(TOPICS[quote.theme].questions, draw)
    return known


def _intended(intention: Intention, context: Context) -> Fields:
    known = {"words": intention.words} | day_fields(context, intention.days_ago)
    return known | ({"so_far": "so far"} if intention.days_ago >= 3 else {})


def _of_theme(theme: Theme, context: Context, draw: int) -> Fields:
    topic = TOPICS[theme.name]
    known = {"topic": topic_name(theme), "question": _drawn(topic.questions, draw)}
    if topic.steps:
        known["step"] = _drawn(topic.steps, draw)
    if theme.quote:
        known["words"] = theme.quote.words
    days_ago = theme.quote.days_ago if theme.quote else theme.days_ago
    return known | day_fields(context, days_ago) | _counts(theme, context)


def topic_name(theme: Theme) -> str:
    """'your sister' where one was named, else 'your family'; 'sleep'."""
    person = theme.who.rstrip("s") if theme.who else None
    return TOPICS[theme.name].name.format(
        family=f"your {theme.who}" if theme.who else "your family",
        partner=f"your {person}" if person else "your partner",
    )


def _counts(theme: Theme, context: Context) -> Fields:
    """In how many of the entries, in words; not worth saying of one or two."""
    total = context.themes.readable
    if total < 3 or theme.entries < 2:
        return {}
    count = "all" if theme.entries == total else _COUNTS[theme.entries]
    return {
        "count": count,
        "total": _COUNTS[total],
        "good": "all" if theme.good == theme.entries else _COUNTS[theme.good],
    }


def _of_insight(insight: Insight, context: Context, draw: int) -> Fields:
    name = MEASURES[insight.metric].theme
    known = {"fact": fact(insight, context.local_day), "verdict": _VERDICTS[tone(insight)]}
    if insight.kind == "weekday":
        known["its_day"] = WEEKDAYS[insight.evidence["weekday"]]
    theme = next((theme for theme in context.themes.themes if theme.name == name), None)
    if theme:
        known |= {"topic": topic_name(theme)} | day_fields(context, theme.days_ago)
    if steps := TOPICS[name].steps:
        known["step"] = _drawn(steps, draw)
    return known


def _top_topic(context: Context) -> Fields:
    themes = context.themes.themes
    return {"topic": topic_name(themes[0])} if themes and themes[0].entries >= 2 else {}


def _drawn(lines: tuple[str, ...], draw: int) -> str:
    return lines[draw % len(lines)]
