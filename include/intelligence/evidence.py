"""What a brief may say: the evidence in a facts document, and what of an answer does not follow from it."""

from collections.abc import Callable, Iterator
from typing import Any

from include.intelligence.metrics import METRICS, WEEKDAYS
from include.llm.grounding import Evidence, Movement, Quantity, Ungrounded, Vocabulary, check

_NAMES: dict[str, str] = {
    "steps": "steps|step count|step counts|step|daily steps|walked|walking|walk|on foot|footsteps",
    "active_minutes": "active minutes|active time|active minute|you were active|active for|been active|activity time"
    "|moderate activity|minutes of activity|minutes active|time active|being active",
    "calories": "calories burned|calorie burn|calories|burned|burn|energy burn|energy expenditure|kcal",
    "sleep_minutes": "sleep|slept|sleeping|asleep|nights|night's sleep|time asleep|sleep time|sleep duration|night",
    "time_in_bed": "time in bed|in bed|bed time|hours in bed|minutes in bed|stays in bed",
    "resting_heart_rate": "resting heart rate|heart rate|resting pulse|pulse|rhr|heart rate at rest|pulse at rest"
    "|resting heart|heart at rest",
    "hrv": "heart rate variability|hrv|heart-rate variability|variability|variation between beats",
    "spo2": "blood oxygen|spo2|oxygen saturation|oxygen|blood oxygen level|saturation",
    "weight": "weight|body weight|you weighed|weighed|the scale|scale",
    "glucose": "glucose|blood sugar|glucose level|blood glucose|sugar level",
    "stress": "stress|stress level|stress score|strain|stress levels",
    "velocity": "health velocity|velocity|velocity score|momentum score",
    "system:cardiovascular": "cardiovascular health|cardiovascular|cardiovascular system|heart health",
    "system:sleep_recovery": "sleep and recovery|sleep recovery|recovery score|sleep & recovery",
    "system:activity": "activity|activity score|activity system|physical activity",
    "system:metabolic": "metabolic health|metabolic|metabolic score|metabolic system|metabolism",
    "system:mind": "mind score|mind scores|mind system|is mind|to mind|mind is|mind leads|mind at|your mind",
    "mood": "mood|mood notes|mood note|moods",
    "systems": "body systems|body system|systems|system score|system scores",
}  # fmt: skip
VOCABULARY = Vocabulary(
    names=tuple((subject, tuple(names.split("|"))) for subject, names in _NAMES.items()),
    good=(
        *((metric.name, metric.good) for metric in METRICS if metric.good != "neither"),
        *((subject, "up") for subject in _NAMES if subject.startswith("system:")),
        ("velocity", "up"),
    ),
    units=tuple((metric.name, metric.unit) for metric in METRICS),
)
_UNITS = {metric.name: metric.unit for metric in METRICS}
_SIGN = {1: "up", -1: "down", 0: "steady"}
Item = dict[str, Any]
Found = Iterator[Quantity | Movement]
# A change that an honest writer may call steady.
STEADY_PERCENT = 1.0


def evidence_of(document: Item) -> Evidence:
    """Return what the facts document allows to be said: no more than the model was shown."""
    facts = document.get("facts", document)
    quantities: dict[str, list[Quantity]] = {}
    movements: dict[str, list[Movement]] = {}
    for one in _everything(facts):
        if isinstance(one, Quantity):
            quantities.setdefault(one.subject, []).append(one)
        else:
            movements.setdefault(one.subject, []).append(one)
    return Evidence(
        {subject: tuple(some) for subject, some in quantities.items()},
        {subject: tuple(some) for subject, some in movements.items()},
        _names(facts),
        _groups(facts),
    )


def _everything(facts: Item) -> Found:
    for metric, numbers in (facts.get("metrics") or {}).items():
        yield from _metric(metric, numbers)
    for one in [*(facts.get("insights") or ()), *(facts.get("patterns") or ())]:
        yield from _finding(one)
    yield from _velocities(facts.get("velocity") or {})
    for system, scored in (facts.get("systems") or {}).items():
        if scored:
            yield Quantity(f"system:{system}", "score", scored["score"], "points")
            yield Movement(f"system:{system}", "score", scored["trend"])
            yield Movement("systems", "score", scored["trend"])
            yield Quantity("systems", "score", scored["score"], "points")
    yield from _ends(facts.get("systems") or {})
    for event in facts.get("timeline") or ():
        yield from _event(event)
    yield from _comparative(facts.get("comparative") or {})
    for label, days in (facts.get("mood") or {}).items():
        yield Quantity("mood", "noted", days, "days")
        yield Quantity(f"mood:{label.lower()}", "noted", days, "days")
    yield Quantity("", "recorded", facts.get("days_with_data") or 0, "days")


def _metric(metric: str, numbers: Item) -> Found:
    unit = _UNITS.get(metric, "")
    this, usual, change = (numbers.get(name) for name in ("this_week", "usual", "change"))
    for role, value in (("this", this), ("usual", usual)):
        if value is not None:
            yield Quantity(metric, role, value, unit)
    if change is not None:
        yield from _change(metric, change, numbers.get("change_percent"), unit)
    for role, name in (("high", "highest"), ("low", "lowest")):
        day = numbers.get(name)
        if day:
            yield Quantity(metric, role, day["value"], unit, weekday=day["weekday"].lower())
    for role in ("days", "usual_days"):
        yield Quantity(metric, role, numbers.get(role) or 0, "days")


def _change(metric: str, change: float, percent: float | None, unit: str) -> Found:
    direction = _SIGN[(change > 0) - (change < 0)]
    yield Quantity(metric, "change", abs(change), unit, direction=direction)
    if unit == "%":
        yield Quantity(metric, "change", abs(change), "points", direction=direction)
    yield Movement(metric, "week", direction)
    if percent is not None:
        yield Quantity(metric, "percent", abs(percent), "%", direction=direction)
        if abs(percent) < STEADY_PERCENT:
            yield Movement(metric, "week", "steady")


def _finding(one: Item) -> Found:
    told = {**one, **(one.get("evidence") or {})}
    kind, metric = told["kind"], told["metric"]
    read = _KINDS.get(kind)
    try:
        found = list(read(metric, told, _UNITS.get(metric, ""))) if read else []
    except KeyError:  # a finding without its numbers: nothing may be said of it
        found = []
    yield from found


def _kind_change(metric: str, told: Item, unit: str) -> Found:
    yield Quantity(metric, "this", told["this"], unit)
    yield Quantity(metric, "usual", told["baseline"], unit)
    yield Quantity(metric, "days", told["days"], "days")
    yield Quantity(metric, "usual_days", told["baseline_days"], "days")
    if told["kind"] == "steady":
        yield Movement(metric, "week", "steady")
    else:
        yield from _change(metric, told["change"], told.get("pct"), unit)


def _kind_trend(metric: str, told: Item, unit: str) -> Found:
    slope = told["slope_per_week"]
    direction = _SIGN[(slope > 0) - (slope < 0)]
    yield Quantity(metric, "slope", abs(slope), unit, direction=direction)
    if unit == "%":
        yield Quantity(metric, "slope", abs(slope), "points", direction=direction)
    yield Quantity(metric, "weeks", told["weeks"], "weeks")
    yield Quantity(metric, "window", told["days"], "days")
    yield Movement(metric, "trend", direction)


def _kind_weekday(metric: str, told: Item, unit: str) -> Found:
    day, on_day, other = str(told["weekday"]).lower(), told["mean_on_day"], told["mean_other"]
    yield Quantity(metric, "on_day", on_day, unit, weekday=day)
    yield Quantity(metric, "other_days", other, unit)
    yield Quantity(metric, "weeks", told["weeks"], "weeks")
    yield Movement(metric, "weekday", _SIGN[(on_day > other) - (on_day < other)], day)


def _kind_lag(metric: str, told: Item, unit: str) -> Found:
    high, low, other = told["after_high"], told["after_low"], told["other"]
    yield Quantity(metric, "after", high, unit, direction="up", other=other)
    yield Quantity(metric, "after", low, unit, direction="down", other=other)
    yield Quantity(metric, "pairs", told["n"], "pairs")
    yield Movement(metric, "lag", _SIGN[(high > low) - (high < low)], other)
    yield Movement(other, "driver", "up", metric)
    yield Quantity(other, "pairs", told["n"], "pairs")


def _kind_streak(metric: str, told: Item, unit: str) -> Found:
    direction = str(told.get("direction", "up"))
    yield Quantity(metric, "length", told["length"], "days")
    yield Quantity(metric, "threshold", told["threshold"], unit, direction=direction)
    yield Movement(metric, "streak", direction)


def _kind_record(metric: str, told: Item, unit: str) -> Found:
    direction = str(told.get("direction", "up"))
    day = str(told["weekday"]).lower()
    yield Quantity(metric, "record", told["value"], unit, weekday=day, direction=direction)
    yield Quantity(metric, "window", told["days"], "days")
    yield Movement(metric, "record", direction, day)


def _kind_change_point(metric: str, told: Item, unit: str) -> Found:
    before, after, ago = told["before"], told["after"], told["days_ago"]
    since = WEEKDAYS[6 - ago].lower() if ago <= 6 else None
    yield Quantity(metric, "before", before, unit)
    yield Quantity(metric, "now", after, unit, weekday=since)
    yield Quantity(metric, "ago", ago, "days", weekday=since)
    yield Movement(metric, "shift", _SIGN[(after > before) - (after < before)])


def _kind_consistency(metric: str, told: Item, unit: str) -> Found:
    spread, usual = told["spread"], told["baseline_spread"]
    unit = "points" if unit == "%" else unit
    yield Quantity(metric, "spread", spread, unit)
    yield Quantity(metric, "usual_spread", usual, unit)
    yield Quantity(metric, "days", told["days"], "days")
    yield Movement(metric, "spread", _SIGN[(spread > usual) - (spread < usual)])


def _kind_standing(metric: str, told: Item, _: str) -> Found:
    percentile = told["percentile"]
    yield Quantity(metric, "percentile", percentile, "percentile")
    yield Quantity(metric, "percentile", percentile, "%")
    yield Quantity(metric, "people", told["users"], "people")
    for age in _ages(told["cohort"]):
        yield Quantity("", "age", age, "")
        yield Quantity(metric, "age", age, "")
    yield Movement(metric, "standing", "up" if percentile >= 50 else "down")


def _kind_lab(metric: str, told: Item, _: str) -> Found:
    subject = f"lab:{told['test'].lower()}"
    value, low, high = told["value"], told.get("ref_low"), told.get("ref_high")
    unit = str(told.get("unit") or "").lower().replace(" ", "")
    ago = told["days_ago"]
    day = WEEKDAYS[6 - ago].lower() if 0 <= ago <= 6 else None
    place = (
        "down" if low is not None and value < low else "up" if high is not None and value > high else "steady"
    )
    yield Quantity(subject, "value", value, unit, weekday=day)
    for role, limit in (("ref_low", low), ("ref_high", high)):
        if limit is not None:
            yield Quantity(subject, role, limit, unit)
    yield Quantity(subject, "ago", ago, "days", weekday=day)
    yield Movement(subject, "range", place)
    del metric


def _kind_coverage(metric: str, told: Item, _: str) -> Found:
    yield Quantity(metric, "days", told["days"], "days")


_KINDS: dict[str, Callable[[str, Item, str], Found]] = {
    "change": _kind_change, "steady": _kind_change, "trend": _kind_trend, "weekday": _kind_weekday,
    "lag": _kind_lag, "streak": _kind_streak, "record": _kind_record, "change_point": _kind_change_point,
    "consistency": _kind_consistency, "standing": _kind_standing, "lab": _kind_lab, "coverage": _kind_coverage,
}  # fmt: skip
_FRAMES = {
    "change": "week", "steady": "week", "trend": "trend", "weekday": "weekday", "lag": "lag", "streak": "streak",
    "record": "record", "change_point": "shift", "consistency": "spread", "standing": "standing", "lab": "range",
}  # fmt: skip


def _velocity(days: str, velocity: Item) -> Found:
    if not velocity:
        return
    subject = "velocity" if days == "7" else f"velocity:{days}"
    yield Quantity(subject, "score", velocity["score"], "points")
    yield Movement(subject, "score", velocity["direction"])
    for metric, points in (velocity.get("contributions") or {}).items():
        yield Quantity(metric, "contribution", abs(points), "points")
        yield Movement(metric, "contribution", _SIGN[(points > 0) - (points < 0)])


def _ends(systems: Item) -> Found:
    """The strongest and the weakest of the systems."""
    scores = {system: scored["score"] for system, scored in systems.items() if scored}
    for system, score in scores.items():
        if score == max(scores.values()):
            yield Movement(f"system:{system}", "rank", "up")
        if score == min(scores.values()):
            yield Movement(f"system:{system}", "rank", "down")


def _event(event: Item) -> Found:
    subject, kind, ago = event["metric"], event["kind"], event["days_ago"]
    subject = f"lab:{subject.lower()}" if kind == "lab" else subject
    day = WEEKDAYS[6 - ago].lower() if 0 <= ago <= 6 else None
    yield Quantity(subject, "ago", ago, "days", weekday=day)
    if kind == "record":
        yield Quantity(subject, "record", event["value"], _UNITS.get(subject, ""), weekday=day)
    elif kind == "change_point":
        yield Quantity(subject, "now", event["value"], _UNITS.get(subject, ""), weekday=day)
    elif kind.startswith("streak"):
        yield Quantity(subject, "length", event["value"], "days")
        if kind == "streak_end":
            yield Movement(subject, "ended", "ended")


def _velocities(velocity: Item) -> Found:
    for days, told in velocity.items():
        yield from _velocity(days, told or {})
    if any(velocity.values()):
        yield Movement("velocity", "any", "up")


def _comparative(comparative: Item) -> Found:
    if "percentiles" in comparative:  # one cohort for all
        shared = {"cohort": comparative.get("cohort", "all"), "users": comparative.get("users", 0)}
        comparative = {
            metric: {**shared, "percentile": percentile}
            for metric, percentile in comparative["percentiles"].items()
        }
    for metric, told in comparative.items():
        if told:
            yield from _kind_standing(metric, told, "")


def _ages(cohort: str) -> list[int]:
    return [int(age) for age in cohort.partition("|")[0].replace("+", "").split("-") if age.isdecimal()]


def _names(facts: Item) -> dict[str, str]:
    """Names that the facts alone know: of laboratory tests and of moods."""
    findings = [one for one in facts.get("insights") or () if one["kind"] == "lab"]
    tests = [str({**one, **(one.get("evidence") or {})}["test"]) for one in findings]
    tests += [str(event["metric"]) for event in facts.get("timeline") or () if event["kind"] == "lab"]
    named = {test.lower(): f"lab:{test.lower()}" for test in tests}
    if len(named) == 1:
        plain = (
            "laboratory result",
            "laboratory value",
            "laboratory test",
            "lab result",
            "lab test",
            "lab value",
        )
        named |= dict.fromkeys(plain, next(iter(named.values())))
    return named | {label.lower(): f"mood:{label.lower()}" for label in facts.get("mood") or {}}


def _groups(facts: Item) -> frozenset[str]:
    told = [*(facts.get("insights") or ()), *(facts.get("comparative") or {}).values()]
    cohorts = [str((facts.get("comparative") or {}).get("cohort", ""))]
    cohorts += [str(one.get("cohort", "")) for one in told if isinstance(one, dict)]
    return frozenset(cohort.partition("|")[2] for cohort in cohorts) - {""}


def ungrounded(document: Item, answer: Item) -> list[str]:
    """Return what in the answer does not follow from the document, in words that a writer can act on."""
    evidence = evidence_of(document)
    findings = document.get("facts", document).get("insights") or []
    problems = []
    for part in ("headline", "narrative"):
        problems += _told(part, check(answer[part], evidence, VOCABULARY))
    for position, text in enumerate(answer["insights"]):
        own = _own(evidence, findings[position] if position < len(findings) else None)
        problems += _told(f"insights[{position}]", check(text, own, VOCABULARY))
    for part in ("recommendations", "watch"):
        for position, text in enumerate(answer.get(part) or ()):
            problems += _told(f"{part}[{position}]", check(text, evidence, VOCABULARY))
    return problems


def _own(evidence: Evidence, finding: Item | None) -> Evidence:
    if not finding:
        return evidence
    test = {**finding, **(finding.get("evidence") or {})}.get("test")
    subject = f"lab:{str(test).lower()}" if test else finding["metric"]
    return evidence.about(subject, _FRAMES.get(finding["kind"]))


def _told(part: str, found: list[Ungrounded]) -> list[str]:
    return [f"{part}: '{one.span}' {one.why}" for one in found]
