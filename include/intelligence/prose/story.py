"""How findings are strung together: openings, transitions, frames. Clauses follow in lower case."""

from include.intelligence.prose.templates import Table, says, table
from include.intelligence.prose.words import Tone

# Before the leading clause, by its tone.
OPENINGS: dict[Tone, Table] = {
    "good": table(
        "",
        "",
        "This was a week in which something worked: ",
        "The clearest gain of the week is easy to name: ",
        "There is real progress to report: ",
        "The best news comes at the top: ",
        "Something is going well: ",
        "The week has a bright side that stands out: ",
        "Start with what improved: ",
        "What you did seems to be paying off: ",
        "Of all your numbers, the most encouraging is this: ",
        "A good sign leads this week: ",
    ),
    "bad": table(
        "",
        "",
        "The number to look at this week: ",
        "This week asked something of you: ",
        "What stands out is unwelcome: ",
        "The part of the week that deserves attention: ",
        "It was not your easiest week: ",
        "The clearest change points the wrong way: ",
        "Start with what slipped: ",
        "The most telling change is a setback, if a modest part of the picture: ",
        "Here is what the week cost: ",
        "Your data show some strain: ",
    ),
    "neutral": table(
        "",
        "",
        "What stands out this week: ",
        "The clearest signal of the week: ",
        "Of all your numbers, this says the most: ",
        "The week in brief: ",
        "The most notable finding: ",
        "What the data show most clearly: ",
        "Here is what your data bring out: ",
        "Looking over your week, this is plain: ",
        "The week's story is a quiet matter: ",
        "At the top of the list: ",
    ),
}

_BOTH_GOOD = table(
    "It was not alone: ",
    "In the same spirit, ",
    "The good signs continue, as ",
    "Fittingly, ",
    "Further in its favour, ",
    "Elsewhere it looked good too: ",
    "On top of that, ",
    "That goes well with the rest, since ",
    "Other numbers agree: ",
    "And there is more, because ",
)
_BOTH_BAD = table(
    "Added to that, ",
    "It did not come alone: ",
    "In the same direction, ",
    "Other numbers agree: ",
    "That fits with the rest, since ",
    "Alongside, ",
    "It shows elsewhere as well: ",
    "On top of that, ",
    "The same strain may be visible here: ",
    "At the same time, ",
)
_TURN_FOR_WORSE = table(
    "Not everything kept pace, though: ",
    "Against that, ",
    "There is a counterweight: ",
    "Less happily, ",
    "It came with a shadow, as ",
    "The other side of the week: ",
    "Set beside it, however, ",
    "And yet ",
    "What did not follow: ",
    "On the debit side, ",
)
_TURN_FOR_BETTER = table(
    "On the brighter side, ",
    "There is something to set against it: ",
    "Even so, ",
    "More happily, ",
    "The week gave something back: ",
    "The other side of the week is kinder: ",
    "To balance it, ",
    "And yet ",
    "Not all of it points that way: ",
    "Against that stands a gain: ",
)
_BESIDE = table(
    "Alongside, ",
    "Meanwhile, ",
    "Elsewhere, ",
    "In the background, ",
    "At the same time, ",
    "Next to it, ",
    "Beyond that, ",
    "Also worth knowing: ",
    "Another part of the picture: ",
    "Besides, ",
    "Then there is this: ",
    "Further down, ",
)
# From the tone of the finding before to the tone of the next.
TRANSITIONS: dict[tuple[Tone, Tone], Table] = {
    (before, after): _BESIDE for before in ("good", "bad", "neutral") for after in ("good", "bad", "neutral")
}
TRANSITIONS |= {
    ("good", "good"): _BOTH_GOOD,
    ("bad", "bad"): _BOTH_BAD,
    ("good", "bad"): _TURN_FOR_WORSE,
    ("bad", "good"): _TURN_FOR_BETTER,
}

# Between the halves of a headline: what agrees, and what does not.
HEADLINE_LINKS = table(", ", "; ", ", with ", " and ", ", alongside ", " – and ")
HEADLINE_TURNS = table(", but ", "; ", ", yet ", ", against ", ", though ", " – but ")

# Before a clause that says why it may matter.
REASONS = table("", "", "It matters because ", "Why it may matter: ", "For context, ", "Worth knowing: ")

# The beginning is made a capital afterwards.
RECOMMENDATIONS = says(
    table(
        "{action}, since {ground}.",
        "{ground}, so {action}.",
        "Because {ground}, {action}.",
        "{action}: {ground}.",
        "As {ground}, {action}.",
        "{action}. The reason: {ground}.",
        "{action}, given that {ground}.",
    )
)

WATCH = says(
    table(
        "Watch whether {whether}.",
        "Next week, see whether {whether}.",
        "Next week will show whether {whether}.",
        "It is worth following whether {whether}.",
        "Keep an eye on whether {whether}.",
        "The coming days will tell whether {whether}.",
        "Notice whether {whether}.",
        "An open question is whether {whether}.",
        "The thing to look for is whether {whether}.",
        "In the week ahead, check whether {whether}.",
        "We will look at whether {whether}.",
    )
)

# After an insight whose highest (or lowest) day is known.
BEST_DAYS = table(
    "{day} was the {highest}, at {best}.",
    "The {highest} day was {day} with {best}.",
    "{day} marked the {peak} point ({best}).",
    "The {peak} came on {day}, {best}.",
    "The {highest} value fell on {day}: {best}.",
    "Look at {day}, with {best} the {highest} of the week.",
    "Nothing in the week was {higher} than {day}'s {best}.",
    "{day} stood furthest out at {best}.",
    "On {day} it was {best}, the {highest} of the week.",
    "The week's {peak}: {best} on {day}.",
)

# After an insight that rests on few days.
FEW_DAYS = says(
    table(
        "Only {days} had data, so read it with care.",
        "It rests on just {days}.",
        "With {days} of data it is a hint more than a finding.",
        "That comes from {days} alone.",
        "The basis is thin, at {days}.",
        "Take it lightly, as {days} had data.",
        "A fuller week would make it firmer than {days} can.",
        "No more than {days} went into it.",
        "It is an early reading from {days}.",
        "Mind the small basis of {days}.",
    )
)
