"""Numbers as people write them, and whether a value may be written so."""

from typing import NamedTuple

from include.llm.grounding.tokens import Token

SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
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
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
FRACTIONS = {
    "half": 50.0, "third": 100 / 3, "thirds": 100 / 3, "quarter": 25.0, "quarters": 25.0, "fifth": 20.0,
    "fifths": 20.0, "sixth": 100 / 6, "eighth": 12.5, "tenth": 10.0, "tenths": 10.0,
}  # fmt: skip
# A factor, as change in percent.
TIMES = {
    "twice": 100.0, "double": 100.0, "doubled": 100.0, "doubling": 100.0, "doubles": 100.0, "triple": 200.0,
    "tripled": 200.0, "thrice": 200.0, "halved": -50.0, "halving": -50.0, "quadrupled": 300.0,
}  # fmt: skip
ORDINALS = {
    word: value
    for value, word in enumerate(
        [
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        start=2,
    )
}
COUNTED = {"dozen": 12, "couple": 2, "pair": 2, "trio": 3, "handful": 5}
UNITS: dict[tuple[str, ...], tuple[str, float]] = {}
for _unit, _factor, _names in (
    ("min", 60.0, "h|hr|hrs|hour|hours"),
    ("min", 1.0, "m|min|mins|minute|minutes"),
    ("bpm", 1.0, "bpm|beats per minute|beats a minute|beats|beat"),
    ("ms", 1.0, "ms|msec|millisecond|milliseconds"),
    ("%", 1.0, "%|percent|per cent|pct"),
    ("points", 1.0, "point|points|pts|percentage points|percentage point"),
    ("kcal", 1.0, "kcal|cal|calories|kilocalories|calorie"),
    ("kg", 1.0, "kg|kgs|kilo|kilos|kilogram|kilograms"),
    ("steps", 1.0, "step|steps"),
    ("days", 1.0, "day|days|night|nights|measured days|measured day|mornings|readings|entries|times|full days"),
    ("weeks", 1.0, "week|weeks"),
    ("people", 1.0, "people|users|others|person|women|men|adults|peers|members|participants"),
    ("pairs", 1.0, "pairs|pair|pairs of days|pairings"),
    ("seconds", 1.0, "s|sec|secs|second|seconds"),
    ("foreign", 1.0, ("km|mile|miles|lb|lbs|pound|pounds|month|months|year|years|am|pm|degrees|liters|litres"
     "|glasses|meters|metres|kj|kilometres|kilometers|ounces|oz|stone|celsius|floors|flights|cups|reps|sets"
     "|weekends|workouts|sessions|naps|walks|meals|hz|grams|g|dollars|percentile points|fold|quarters")),
):  # fmt: skip
    for _name in _names.split("|"):
        UNITS[tuple(_name.split())] = (_unit, _factor)
LONGEST_UNIT = max(map(len, UNITS))


class Number(NamedTuple):
    """A number as written. `place`: the worth of its last digit; `zeros`: idle zeros before the point."""

    value: float
    place: float
    zeros: int
    form: str  # plain, ordinal, fraction, times
    unit: str | None
    digits: int  # significant ones, idle zeros left out
    scale: float = 1.0  # of the unit as written: 60 for hours


def written(text: str) -> Number:
    """Return digits such as '8,123.5' as a number."""
    plain = text.replace(",", "")[:40]
    whole, _, decimals = plain.partition(".")
    stripped = whole.rstrip("0")
    zeros = 0 if decimals else len(whole) - len(stripped)
    digits = len((whole + decimals).lstrip("0")) - zeros
    return Number(float(plain), 10.0 ** -len(decimals), zeros, "plain", None, max(digits, 1))


def in_words(tokens: list[Token], at: int) -> tuple[Number, int] | None:
    """Return the number that begins with the word at `at`, and the place after it; or None."""
    total = part = 0
    end, seen = at, False
    while end < len(tokens):
        word = tokens[end].text
        if word in SMALL:
            part += SMALL[word]
        elif word in TENS:
            part += TENS[word]
        elif word in SCALES and (seen or _article(tokens, at)):
            part = max(part, 1) * SCALES[word]
            if SCALES[word] > 100:
                total, part = total + part, 0
        elif not (word == "and" and seen and _goes_on(tokens, end)):
            break
        end, seen = end + 1, True
    return (written(str(total + part)), end) if seen else None


def _article(tokens: list[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].text in ("a", "an", "one", "several", "few")


def _goes_on(tokens: list[Token], at: int) -> bool:
    """Return whether an 'and' stands inside a number: 'one hundred and five'."""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return tokens[at - 1].text in SCALES and (after in SMALL or after in TENS)


def unit_at(tokens: list[Token], at: int) -> tuple[str, float, int] | None:
    """Return unit, factor and the place after it; laboratory units ('ng/mL') as they stand."""
    if at + 2 < len(tokens) and tokens[at + 1].text == "/" and tokens[at].text.isalpha():
        return f"{tokens[at].text}/{tokens[at + 2].text}", 1.0, at + 3
    for length in range(min(LONGEST_UNIT, len(tokens) - at), 0, -1):
        unit = UNITS.get(tuple(token.text for token in tokens[at : at + length]))
        if unit:
            return *unit, at + length
    return None


def in_unit(number: Number, unit: str, factor: float) -> Number:
    """Return the number in that unit, hours as minutes."""
    if factor == 1.0:
        return number._replace(unit=unit)
    return number._replace(value=number.value * factor, place=number.place * factor, unit=unit, scale=factor)


def may_be_written(value: float, number: Number, hedge: str | None) -> bool:
    """Return whether the value may be written so: within half of the last digit that counts.

    Two digits must count unless it is hedged ('about'); 'over' and 'under' also say on which side the
    value lies.
    """
    place = _place(number, hedge)
    apart = value - number.value
    if hedge == "over" and not -1e-6 <= apart < place:
        return False
    if hedge == "under" and not -place < apart <= 1e-6:
        return False
    sided = hedge in ("over", "under") and abs(apart) <= 0.05 * abs(value)
    if not sided and abs(apart) > place / 2 + 1e-6:
        return False
    slack = 0.125 if hedge else 0.015
    return (
        place <= 1.0
        or number.form != "plain"
        or number.unit == "min"
        or abs(apart) <= slack * abs(value) + 1e-6
    )


def _place(number: Number, hedge: str | None) -> float:
    """Return the worth of the last digit that counts."""
    if number.form == "fraction":
        return number.value * (0.24 if hedge else 0.1)
    if number.form == "times":
        return abs(number.value) * (0.24 if hedge else 0.1)
    if number.unit == "min" and number.place >= 30:  # whole or half hours
        return number.place if hedge else 6.0
    if number.unit in ("days", "weeks"):
        return 0.1
    if number.unit == "min" and hedge and number.value > 60:
        return max(number.place, *(step for step in (1, 5, 10, 15) if number.value % step == 0))
    spare = number.zeros if hedge else min(number.zeros, max(0, number.digits + number.zeros - 2))
    return float(number.place * 10.0**spare)
