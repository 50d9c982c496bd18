"""The narrative's last sentence: health velocity, a body system, the mood notes or a comparison."""

from include.intelligence.metrics import BY_NAME
from include.intelligence.models import Facts
from include.intelligence.prose.kinds import standing
from include.intelligence.prose.numbers import counted
from include.intelligence.prose.templates import capital, joined, said, says, table
from include.intelligence.prose.words import VOICES, shown_label

_VELOCITY_STANDS = (
    "Your health velocity for the week reads {score}",
    "Taken together, your health velocity stands at {score}",
    "Overall, health velocity comes to {score}",
    "Put together, the week gives a health velocity of {score}",
    "Health velocity, the sum of these directions, is {score}",
    "In all, your health velocity lands at {score}",
)
_VELOCITY_MOVES = {
    "up": (" and is rising", ", pointing up", ", on the way up", ", leaning up"),
    "down": (" and is easing", ", pointing down", ", on the way down", ", leaning down"),
    "steady": (" and is steady", ", without a clear lean", ", holding level", " and stays where it was"),
}
_DRIVERS = {
    "up": ("", ", helped most by {noun}", ", with {noun} doing most of the work", "; {noun} lifts it most"),
    "down": ("", ", held back most by {noun}", ", with {noun} weighing on it", "; {noun} lowers it most"),
    "steady": ("", ", with {noun} counting most", "; {noun} moves it most"),
}
VELOCITY = {
    direction: says(joined(_VELOCITY_STANDS, _VELOCITY_MOVES[direction], _DRIVERS[direction], (".",)))
    for direction in _VELOCITY_MOVES
}
_VELOCITY_ALONE = {
    direction: says(joined(_VELOCITY_STANDS, _VELOCITY_MOVES[direction], (".",)))
    for direction in _VELOCITY_MOVES
}

SYSTEM_NAMES = {
    "cardiovascular": "cardiovascular health",
    "sleep_recovery": "sleep and recovery",
    "activity": "activity",
    "metabolic": "metabolic health",
    "mind": "mind",
}
_SYSTEM_STANDS = (
    "Of your body systems, {system} scores highest at {score}",
    "The strongest of your body systems is {system}, at {score}",
    "{System} leads your body systems with a score of {score}",
    "Among the body systems, {system} is ahead with {score}",
    "Your highest system score, {score}, belongs to {system}",
    "With {score}, {system} is your strongest body system",
)
_SYSTEM_MOVES = {
    "up": (".", " and is still improving.", ", with the trend upward.", "; its trend is up."),
    "down": (".", ", though it is slipping.", ", despite a downward trend.", "; its trend is down."),
    "steady": (".", " and holds steady.", ", with no trend either way.", "; its trend is level."),
}
SYSTEM = {trend: says(joined(_SYSTEM_STANDS, moves)) for trend, moves in _SYSTEM_MOVES.items()}

MOOD = says(
    table(
        "In your mood notes, {label} came up most, on {days}.",
        "You noted your mood as {label} most often, on {days}.",
        "Your mood notes lean towards {label}, recorded on {days}.",
        "As for mood, {label} was the usual note ({days}).",
        "The mood you wrote down most was {label}, on {days}.",
        "{Label} was your most frequent mood note, on {days}.",
        "On {days} you described your mood as {label}.",
        "The word in your mood notes on {days} was {label}.",
    )
)


def _velocity(facts: Facts, draw: int) -> str | None:
    velocity = facts.velocity.get("7")
    if not velocity:
        return None
    direction, score = velocity["direction"], velocity["score"]
    contributions: dict[str, float] = velocity.get("contributions") or {}
    driver = _driver(contributions, direction) if contributions else None
    if driver is None:
        return said(_VELOCITY_ALONE[direction], draw, {"score": str(round(score))})
    return said(VELOCITY[direction], draw, {"score": str(round(score)), "noun": VOICES[driver].noun})


def _driver(contributions: dict[str, float], direction: str) -> str | None:
    """Return the metric that moved the score most, if it did so in the score's direction."""
    get = contributions.__getitem__
    if direction == "steady":
        return max(contributions, key=lambda name: abs(get(name)))
    driver = (max if direction == "up" else min)(contributions, key=get)
    return driver if (get(driver) > 0) == (direction == "up") else None


def _system(facts: Facts, draw: int) -> str | None:
    scored = [(system["score"], name) for name, system in facts.systems.items() if system]
    # With fewer systems there is nothing to be the strongest of.
    if len(scored) < 3:
        return None
    score, name = max(scored)
    system = SYSTEM_NAMES[name]
    fields = {"score": str(round(score)), "system": system, "System": capital(system)}
    return said(SYSTEM[facts.systems[name]["trend"]], draw, fields)


def _mood(facts: Facts, draw: int) -> str | None:
    if not facts.mood:
        return None
    days, noted = max((days, label) for label, days in facts.mood.items())
    label = shown_label(noted)
    # The most frequent note or none: a rarer one in its place would be untrue.
    if label is None or days < 2:
        return None
    label = label.lower()
    return said(MOOD, draw, {"label": label, "Label": capital(label), "days": counted(days, "day")})


def _comparison(facts: Facts, draw: int) -> str | None:
    for metric, comparison in facts.comparative.items():
        if metric in BY_NAME and comparison:
            found, fields = standing.read(metric, comparison, "")
            return capital(said(found.clause, draw, fields)) + "."
    return None


_CLOSINGS = (_velocity, _system, _mood, _velocity, _system, _comparison)


def closing(facts: Facts, which: int, draw: int) -> str | None:
    """Return one sentence that sets the week in its frame, or None where the facts hold nothing for it."""
    for offset in range(len(_CLOSINGS)):
        sentence = _CLOSINGS[(which + offset) % len(_CLOSINGS)](facts, draw)
        if sentence:
            return sentence
    return None
