"""Briefs written from a facts document: varied by its content, and true to it."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from include.intelligence.metrics import BY_NAME

FIELDS = {"headline", "narrative", "insights", "recommendations", "watch"}
UNITS = {"min": "minutes"}
PLURALS = {"minutes", "steps", "points"}
Numbers = Mapping[str, Any]


def brief(facts: Mapping[str, Any], chance: Random) -> dict[str, Any]:
    """The answer to the brief's schema; parts of `facts` that are missing are not spoken of."""
    metrics = {name: numbers for name, numbers in (facts.get("metrics") or {}).items() if numbers}
    insights = facts.get("insights") or []
    order = list(metrics)
    chance.shuffle(order)
    return {
        "headline": _headline(metrics, insights, order, chance),
        "narrative": _narrative(facts, metrics, order, chance),
        "insights": [_insight(insight, metrics, chance) for insight in insights],
        "recommendations": _advice(insights, order, chance),
        "watch": [_watch(insight["metric"], chance) for insight in insights[:2] if insight.get("metric")],
    }


def label(metric: str) -> str:
    """How the metric is called in a sentence."""
    known = BY_NAME.get(metric)
    return known.label if known else metric.replace("_", " ")


def amount(metric: str, value: float) -> str:
    """The value with its unit and the metric's decimals."""
    known = BY_NAME.get(metric)
    number = round(abs(value), known.decimals) if known else abs(value)
    text = f"{int(number):,}" if float(number).is_integer() else f"{number:,}"
    if known is None:
        return text
    if known.unit == "%":
        return f"{text}%"
    unit = UNITS.get(known.unit, known.unit)
    return f"{text} {unit.removesuffix('s') if number == 1 and unit in PLURALS else unit}"


def _plural(name: str) -> bool:
    return name.startswith(("steps", "active minutes", "calories"))


def _was(name: str) -> str:
    return "were" if _plural(name) else "was"


def _has(name: str) -> str:
    return "have" if _plural(name) else "has"


def _days(count: int) -> str:
    return f"{count:,} day{'' if count == 1 else 's'}"


def _level(metric: str, value: float) -> str:
    return ("-" if value < 0 else "") + amount(metric, value)


def _headline(
    metrics: Mapping[str, Numbers], insights: Sequence[Numbers], order: Sequence[str], chance: Random
) -> str:
    leading = [insight["metric"] for insight in insights if insight.get("metric") in metrics]
    for metric in [*leading, *order]:
        change = metrics[metric].get("change")
        if change:
            way = "up" if change > 0 else "down"
            return chance.choice(
                (
                    f"Your {label(metric)} went {way} by {amount(metric, change)} this week",
                    f"This week: {label(metric)} {way} by {amount(metric, change)}",
                    f"{label(metric).capitalize()} {way} {amount(metric, change)} on your usual level",
                )
            )
    return chance.choice(("Your week in brief", "What your week shows", "A look at your week"))


def _narrative(
    facts: Mapping[str, Any], metrics: Mapping[str, Numbers], order: Sequence[str], chance: Random
) -> str:
    sentences = [text for metric in order[:3] for text in _metric(metric, metrics[metric], chance)]
    sentences += _velocity(facts.get("velocity") or {}, chance)
    days = facts.get("days_with_data")
    if days is not None:
        sentences.append(f"There is data for {_days(days)} of this week.")
    return " ".join(sentences or ["There is little to tell of this week yet."])


def _metric(metric: str, numbers: Numbers, chance: Random) -> list[str]:
    this, usual, name = numbers.get("this_week"), numbers.get("usual"), label(metric)
    if this is None:
        return []
    sentences = [_against_usual(name, metric, this, usual, numbers.get("change"), chance)]
    highest = numbers.get("highest")
    if highest and chance.random() < 0.6:
        value, day = _level(metric, highest["value"]), highest["weekday"]
        sentences.append(
            chance.choice(
                (
                    f"Your highest day for {name} was {day}, with {value}.",
                    f"{day} was your highest day for {name}, at {value}.",
                )
            )
        )
    return sentences


def _against_usual(
    name: str, metric: str, this: float, usual: float | None, change: float | None, chance: Random
) -> str:
    value = _level(metric, this)
    if usual is None or change is None:
        return f"Your {name} averaged {value} this week."
    if not change:
        return f"Your {name} averaged {value} this week, the same as usual."
    way, side = ("up", "above") if change > 0 else ("down", "below")
    return chance.choice(
        (
            f"Your {name} averaged {value} this week, {way} from your usual {_level(metric, usual)}.",
            f"At {value}, your {name} {_was(name)} {amount(metric, change)} {side} your usual {_level(metric, usual)}.",
            f"Your {name} averaged {value}, which is {amount(metric, change)} {side} usual.",
        )
    )


def _velocity(velocity: Mapping[str, Any], chance: Random) -> list[str]:
    known = [(days, numbers) for days, numbers in velocity.items() if numbers and numbers.get("direction")]
    if not known:
        return []
    days, numbers = chance.choice(known)
    way = {"up": "is rising", "down": "is falling"}.get(numbers["direction"], "is steady")
    return [f"Your health velocity over {days} days {way}, with a score of {numbers['score']}."]


def _insight(insight: Numbers, metrics: Mapping[str, Numbers], chance: Random) -> str:
    metric = insight.get("metric") or ""
    write = KINDS.get(insight.get("kind", ""))
    if write is not None:
        try:
            return write(label(metric), metric, insight)
        except (KeyError, TypeError):
            pass  # the document has other numbers than we know: a sentence without any
    if metric in metrics:
        return (
            _metric(metric, metrics[metric], chance)[0]
            if metrics[metric].get("this_week")
            else _plain(metric)
        )
    return _plain(metric)


def _plain(metric: str) -> str:
    return f"Your {label(metric)} stood out this week." if metric else "One thing stood out this week."


def _change(name: str, metric: str, it: Numbers) -> str:
    if _level(metric, it["this"]) == _level(metric, it["baseline"]):
        return _steady(name, metric, it)
    way = "up" if it["change"] > 0 else "down"
    usual = _level(metric, it["baseline"])
    return f"Your {name} averaged {_level(metric, it['this'])} this week, {way} from your usual {usual}."


def _steady(name: str, metric: str, it: Numbers) -> str:
    return f"Your {name} held steady at {_level(metric, it['this'])} this week."


def _trend(name: str, metric: str, it: Numbers) -> str:
    way = "rising" if it["slope_per_week"] > 0 else "falling"
    pace = amount(metric, it["slope_per_week"])
    told = "slowly" if pace.split(" ")[0] in ("0", "0%") else f"by {pace} a week"
    return f"Your {name} {_has(name)} been {way} {told}."


def _weekday(name: str, metric: str, it: Numbers) -> str:
    on_day, other = _level(metric, it["mean_on_day"]), _level(metric, it["mean_other"])
    averages = "average" if _plural(name) else "averages"
    return f"On {it['weekday']}s your {name} {averages} {on_day}, against {other} on the other days."


def _lag(name: str, metric: str, it: Numbers) -> str:
    high, low = _level(metric, it["after_high"]), _level(metric, it["after_low"])
    other, averages = label(it["other"]), "average" if _plural(name) else "averages"
    return f"After higher days for {other}, your {name} {averages} {high}; after lower days, {low}."


def _streak(name: str, metric: str, it: Numbers) -> str:
    side = "at or below" if it["direction"] == "down" else "at or above"
    threshold, days = _level(metric, it["threshold"]), _days(it["length"])
    return f"Your {name} {_has(name)} stayed {side} {threshold} for {days} in a row."


def _record(name: str, metric: str, it: Numbers) -> str:
    which = "lowest" if it["direction"] == "down" else "highest"
    value = _level(metric, it["value"])
    return f"On {it['weekday']} your {name} reached {value}, the {which} in {_days(it['days'])}."


def _change_point(name: str, metric: str, it: Numbers) -> str:
    before, after = _level(metric, it["before"]), _level(metric, it["after"])
    if before == after:
        return f"Your {name} shifted a little about {_days(it['days_ago'])} ago."
    return f"Your {name} moved from {before} to {after} about {_days(it['days_ago'])} ago."


def _consistency(name: str, _: str, it: Numbers) -> str:
    more = "more" if it["spread"] < it["baseline_spread"] else "less"
    return f"Your {name} {_was(name)} {more} even from day to day than usual."


def _standing(name: str, _: str, it: Numbers) -> str:
    percentile = round(it["percentile"])
    return f"Your {name} {'are' if _plural(name) else 'is'} higher than for {percentile}% of people like you."


def _lab(_: str, __: str, it: Numbers) -> str:
    return f"Your {it['test'].replace('_', ' ')} was measured at {it['value']} {it['unit']}."


def _coverage(name: str, _: str, it: Numbers) -> str:
    return f"Your {name or 'week'} {_was(name)} recorded on {it['days']} of {it['of']} days."


KINDS: dict[str, Callable[[str, str, Numbers], str]] = {
    "change": _change,
    "steady": _steady,
    "trend": _trend,
    "weekday": _weekday,
    "lag": _lag,
    "streak": _streak,
    "record": _record,
    "change_point": _change_point,
    "consistency": _consistency,
    "standing": _standing,
    "lab": _lab,
    "coverage": _coverage,
}


def _advice(insights: Sequence[Numbers], order: Sequence[str], chance: Random) -> list[str]:
    named = list(dict.fromkeys([*(i["metric"] for i in insights if i.get("metric")), *order]))[:2]
    texts = (
        "Keep an eye on your {} and on what the good days have in common.",
        "Note what you did on the days when your {} pleased you, and do it again.",
        "Give your {} some attention next week, in small steps.",
    )
    advice = [chance.choice(texts).format(label(metric)) for metric in named]
    return advice or ["Wear your device every day, so that the next brief has more to tell."]


def _watch(metric: str, chance: Random) -> str:
    texts = ("See how your {} goes on next week.", "Whether your {} stays where it is.")
    return chance.choice(texts).format(label(metric))
