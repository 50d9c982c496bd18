"""Operators that make a true text false. Each yields texts that are really false of the facts document.

An operator works on a text that asserts something (no 'whether', no order), and leaves a change out
where the result could be true by chance: the new weekday, metric, number or unit is looked up in the facts.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

Document = dict[str, Any]
Operator = Callable[[str, Document], Iterator[str]]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBER = re.compile(r"(?<![\d.,:–-])\d{1,3}(?:,\d{3})+|(?<![\d.,:–-])\d+(?:\.\d+)?")
OPEN = re.compile(
    r"\b(?:whether|if|keep|try|see|watch|talk|go to|since|often|let|next week|goes on|note|plan|can|may|give)\b",
    re.IGNORECASE,
)
UNIT = re.compile(
    r"(?<=\d)( ?)(steps|minutes|min|bpm|ms|kcal|kg|mg/dL|points|hours|%|percent|percentage points)(?!\w)"
)
NAMES = {
    "steps": ("step count", "steps"), "sleep_minutes": ("sleep",), "resting_heart_rate": ("resting heart rate",),
    "hrv": ("heart rate variability", "HRV"), "active_minutes": ("active minutes", "active time"),
    "stress": ("stress level", "stress"), "spo2": ("blood oxygen", "SpO2"), "weight": ("weight",),
    "calories": ("calories burned", "calorie burn"), "glucose": ("glucose",), "time_in_bed": ("time in bed",),
}  # fmt: skip
OPPOSITES = [
    ("rose", "fell"), ("climbed", "dropped"), ("went up", "went down"), ("increased", "decreased"), ("grew", "shrank"),
    ("rising", "falling"), ("climbing", "falling"), ("up", "down"), ("higher", "lower"), ("above", "below"),
    ("more", "fewer"), ("more", "less"), ("longer", "shorter"), ("rise", "drop"), ("improved", "worsened"),
    ("improving", "worsening"), ("eased", "rose"), ("slipped", "climbed"), ("sank", "rose"), ("dipped", "rose"),
    ("came down", "went up"), ("slipping", "improving"), ("upward", "downward"), ("better", "worse"),
    ("highest", "lowest"), ("longest", "shortest"), ("dropped", "rose"), ("fallen", "risen"), ("drop", "rise"),
]  # fmt: skip
PERIODS = [
    ("this week", "last week"), ("this week", "over the last 13 weeks"), ("this week", "in the four weeks before"),
    ("usual", "previous week's"), ("than usual", "than last week"), ("in the four weeks before", "last week"),
    ("in the four weeks before", "this week"), ("over the last 90 days", "over the last 28 days"),
    ("over 28 days", "over 90 days"), ("from your usual", "from this week's"), ("over four weeks", "over nine weeks"),
    ("over the past 4 weeks", "over the past 9 weeks"), ("over the last 12 weeks", "over the last 5 weeks"),
    ("your usual", "last month's"), ("compared with the previous 28 days", "compared with last week"),
    ("a usual", "last week's"), ("a day", "an hour"), ("a night", "a week"), ("averaged", "last week averaged"),
]  # fmt: skip
WORDS = (
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
)
FRACTIONS = [
    ("a third", "half"),
    ("a quarter", "a third"),
    ("half", "a quarter"),
    ("an eighth", "a third"),
    ("a fifth", "a third"),
    ("twice", "three times"),
    ("doubled", "tripled"),
    ("halved", "doubled"),
]


def asserts(text: str) -> bool:
    return not OPEN.search(text)


def values(document: Any) -> Iterator[float]:
    """Every number of a document."""
    if isinstance(document, dict):
        for one in document.values():
            yield from values(one)
    elif isinstance(document, list):
        for one in document:
            yield from values(one)
    elif isinstance(document, int | float) and not isinstance(document, bool):
        yield abs(float(document))


def known(document: Document, value: float, slack: float = 0.0) -> bool:
    return any(abs(one - value) <= max(0.5, slack * one) for one in values(document["facts"]))


def swapped(text: str, one: str, other: str) -> Iterator[str]:
    """The text with one word or phrase in the place of another, once, either way of writing kept."""
    for match in re.finditer(rf"\b{re.escape(one)}\b", text, re.IGNORECASE):
        new = other.capitalize() if match[0][0].isupper() else other
        yield text[: match.start()] + new + text[match.end() :]


def unit(text: str, document: Document) -> Iterator[str]:
    others = ("bpm", "ms", "kg", "minutes", "points", "%", "kcal", "steps", "hours")
    for match in UNIT.finditer(text):
        new = next(one for one in others[len(text) % 9 :] + others if (one[:3] != match[2][:3]
                   and not {one, match[2]} <= {"%", "percent", "points", "percentage points"}
                   and not {one, match[2]} <= {"minutes", "min", "hours"}) or
                   (one, match[2]) in (("hours", "minutes"), ("minutes", "hours")))  # fmt: skip
        yield f"{text[: match.start()]} {new}{text[match.end() :]}"


def direction(text: str, document: Document) -> Iterator[str]:
    if not asserts(text) or re.search(r"\b(?:not|no|steady|instead)\b", text):
        return
    for one, other in OPPOSITES:
        for a, b in ((one, other), (other, one)):
            for new in swapped(text, a, b):
                if not re.search(r"or (?:more|less)|more than (?:\d|twice)|(?:up|down) to", text):
                    yield new


def date(text: str, document: Document) -> Iterator[str]:
    for phrase in ("on 3 June", "on June 14th", "yesterday", "on 2021-06-09", "in March", "two days ago"):
        if phrase == "two days ago" and "ago" in text:
            continue
        yield f"{text.rstrip('.')} {phrase}."


def weekday(text: str, document: Document) -> Iterator[str]:
    for match in re.finditer("|".join(WEEKDAYS), text):
        start = WEEKDAYS.index(match[0])
        for step in (1, 3):
            new = WEEKDAYS[(start + step) % 7]
            plural = text[match.end() : match.end() + 1] == "s"
            if plural or re.search(r"\d|highest|lowest|longest|shortest|peak|most|best|high", text):
                yield text[: match.start()] + new + text[match.end() :]


def metric(text: str, document: Document) -> Iterator[str]:
    told = document["facts"]["metrics"]
    if not asserts(text) or re.search(
        r"\b(?:velocity|score|scores|steady|unchanged|not|and|both)\b", text, re.IGNORECASE
    ):
        return
    for name, labels in NAMES.items():
        label = next((one for one in labels if re.search(rf"\b{one}\b", text, re.IGNORECASE)), None)
        if label is None or name not in told:
            continue
        for other, names in NAMES.items():
            if other == name or re.search("|".join(names), text, re.IGNORECASE):
                continue
            same_way = other in told and (told[other]["change"] > 0) == (told[name]["change"] > 0)
            if not NUMBER.search(text) and same_way:
                continue
            if len(re.findall(label, text, re.IGNORECASE)) == 1:
                yield from swapped(text, label, names[0])


def period(text: str, document: Document) -> Iterator[str]:
    for one, other in PERIODS:
        if one in ("a day", "a night") and not re.search(r"\d", text):
            continue
        yield from swapped(text, one, other)


def rounding(text: str, document: Document) -> Iterator[str]:
    for match in NUMBER.finditer(text):
        value = float(match[0].replace(",", ""))
        if value >= 1000:
            far = [
                f"{value * 1.04:,.0f}",
                f"{round(value, -3):,.0f}" if abs(value - round(value, -3)) > 60 else "",
            ]
        elif value >= 100:
            far = [f"{value + 7:.0f}", f"{value - 6:.0f}"]
        elif "." in match[0]:
            far = [f"{value + 0.7:.1f}", f"{value - 0.6:.1f}"]
        else:
            far = [f"{value + 2:.0f}"] if value >= 12 else []
        for new in far:
            if new and not known(document, float(new.replace(",", "")), 0.004):
                hedged = re.search(
                    r"(?:about|around|some|nearly|almost|over|than|near|below|above) $",
                    text[: match.start()],
                    re.IGNORECASE,
                )
                if not (hedged and value >= 1000 and new.endswith("000")):
                    yield text[: match.start()] + new + text[match.end() :]


def number_word(text: str, document: Document) -> Iterator[str]:
    for one, other in FRACTIONS:
        if not re.search(r"half an hour|half hours", text):
            yield from swapped(text, one, other)
    for match in re.finditer(
        rf"\b(?:{'|'.join(WORDS)})\b(?= (?:days|weeks|hours|nights|points|of))", text, re.IGNORECASE
    ):
        old = WORDS.index(match[0].lower())
        if text[match.end() :].startswith(" weeks before"):
            continue
        for step in (2, 5):
            new = WORDS[(old + step) % len(WORDS)]
            if not known(document, WORDS.index(new) + 2):
                yield text[: match.start()] + new + text[match.end() :]
    for word in ("thirteen", "seventeen"):
        match = re.search(r"(?<![\d.,])\b\d{1,2}\b(?![\d.,:–]) (?=days|minutes|points|bpm|ms)", text)
        if match and match[0].strip() not in ("13", "17"):
            yield f"{text[: match.start()]}{word} {text[match.end() :]}"


def derived(text: str, document: Document) -> Iterator[str]:
    told = document["facts"]["metrics"]
    labels = {"min": "minutes"}
    for name, it in told.items():
        if not any(re.search(rf"\b{label}\b", text, re.IGNORECASE) for label in NAMES[name]):
            continue
        by = labels.get(it["unit"], it["unit"])
        for value in (
            7 * it["this_week"],
            (it["this_week"] + it["usual"]) / 2,
            it["this_week"] + it["usual"],
        ):
            shown = f"{value:,.0f}"
            if not known(document, value, 0.02):
                yield f"{text} Over the week that adds up to {shown} {by}."
                yield f"{text} That makes {shown} {by} of {NAMES[name][0]}."
        gap = abs(it["highest"]["value"] - it["lowest"]["value"])
        if not known(document, gap, 0.02):
            yield f"{text} Between the best and the worst day lie {gap:,.0f} {by} of {NAMES[name][0]}."
        yield f"{text} In total, that is {it['this_week']:,} {by} of {NAMES[name][0]} for the week."
        return


def negation(text: str, document: Document) -> Iterator[str]:
    if not asserts(text) or re.search(r"\b(?:not|no|never|instead)\b", text):
        return
    for one, other in (
        ("rose", "did not rise"), ("fell", "did not fall"), ("climbed", "did not climb"), ("dropped", "did not drop"),
        ("went up", "did not go up"), ("increased", "never increased"), ("improved", "did not improve"),
        ("grew", "did not grow"), ("were up", "were not up"), ("are up", "are not up"), ("is up", "is not up"),
        ("is rising", "is not rising"), ("is falling", "is no longer falling"), ("was lower", "was not lower"),
        ("was higher", "was not higher"), ("lower than", "no lower than"), ("higher than", "no higher than"),
        ("held steady", "did not hold steady"), ("sank", "did not sink"), ("were longer", "were not longer"),
        ("been climbing", "not been climbing"), ("been rising", "not been rising"), ("doubled", "did not double"),
        ("was down", "was not down"), ("is steady", "is not steady"), ("slipped", "barely slipped"),
        ("rose", "hardly rose"), ("fell", "never fell"), ("up from", "not up from"), ("down from", "not down from"),
        ("up by", "not up by"), ("more than usual", "no more than usual"), ("less than usual", "no less than usual"),
    ):  # fmt: skip
        yield from swapped(text, one, other)


def comparison(text: str, document: Document) -> Iterator[str]:
    """Kept out while the check was developed."""
    both = re.search(r"from (?:a usual |your usual )?([\d,.]+\d)( \w+)? to ([\d,.]+\d)", text)
    if both:
        yield (
            text[: both.start(1)]
            + both[3]
            + text[both.end(1) : both.start(3)]
            + both[1]
            + text[both.end(3) :]
        )
    pair = re.search(
        r"([\d,.]+\d)((?: \w+){0,5},? (?:(?:up|down) from|against|compared with|instead of|well below)"
        r"(?: \w+){0,3}? )([\d,.]+\d)",
        text,
    )
    if pair:
        yield text[: pair.start()] + pair[3] + pair[2] + pair[1] + text[pair.end() :]
    for one, other in (("above", "below"), ("below", "above"), ("more than", "less than"), ("less than", "more than"),
                       ("higher than", "lower than"), ("lower than", "higher than"), ("at or above", "at or below"),
                       ("fewer", "more"), ("longer than", "shorter than"), ("over", "under")):  # fmt: skip
        if asserts(text) and not re.search(r"\b(?:not|no)\b|over (?:the|\d|four|28)", text, re.IGNORECASE):
            yield from swapped(text, one, other)


OPERATORS: dict[str, Operator] = {
    "unit": unit, "direction": direction, "date": date, "weekday": weekday, "metric": metric, "period": period,
    "rounding": rounding, "number word": number_word, "derived sum": derived, "negation": negation,
    "comparison": comparison,
}  # fmt: skip
KEPT_OUT = "comparison"


def false_texts(operator: str, texts: list[tuple[str, str, Document]]) -> list[tuple[str, str, str]]:
    """(name of the document, true text, false text), without repeats."""
    found = {}
    for name, text, document in texts:
        for new in OPERATORS[operator](text, document):
            if new != text:
                found[name, new] = (name, text, new)
    return list(found.values())
