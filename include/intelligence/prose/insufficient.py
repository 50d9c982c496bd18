"""The short honest brief of a week that holds too little to compare: what is there, what is missing."""

from itertools import islice

from include.intelligence.models import Facts, Prose
from include.intelligence.prose.numbers import counted
from include.intelligence.prose.templates import Draws, capital, joined, said, says, table
from include.intelligence.prose.words import VOICES

HEADLINE = says(
    table(
        "Not enough data for a full brief this week",
        "{days} of data this week, too few to compare",
        "A week with too little data to judge",
        "Too few days for a fair picture: {days}",
        "This week's record is too thin for conclusions",
        "{days} on record, so this brief stays short",
        "Short brief: your record holds {days} of this week",
        "No full brief this week, for want of data",
        "We saw {days} of your week, and would rather not guess",
        "More data needed before this brief can say much",
    )
)
COUNT = says(
    joined(
        (
            "Your record holds {days} with data out of this week's 7",
            "This week left data on {days} of 7",
            "We have {days} of data from the 7 of this week",
            "Out of 7 days, {days} came with data",
            "There was something to read on {days} of the week's 7",
        ),
        (
            ", and that is too little for a fair comparison.",
            ", which is not enough to tell a change from chance.",
            "; anything we said about trends would be a guess.",
            ", so we leave conclusions aside.",
            ", so this brief stays short.",
        ),
    )
)
GONE = says(
    joined(
        (
            "Missing this week, although you have recorded it before: {missing}",
            "You have recorded {missing} before, but not this week",
            "Earlier weeks had {missing}, which this week lacks",
            "There is nothing this week for {missing}, known from before",
        ),
        (".", ".", ", and that may simply be a sync that did not run."),
    )
)
NO_BASELINE = says(
    table(
        "What is missing most is a baseline from the four weeks before.",
        "Earlier days are scarce too, so there is nothing solid to compare with.",
        "The four weeks before hold too little to serve as your usual level.",
        "Without more of the four weeks before, your normal level is unknown.",
        "Your usual level cannot be told yet from the four weeks before.",
        "A comparison also needs your four weeks before, and those are thin.",
        "For a baseline, the four weeks before would have to hold more.",
        "What is normal for you is still open, for lack of earlier days.",
        "The days before this week are too few to show your usual range.",
        "The 28 days before leave the question of your usual level open.",
    )
)
POSSIBLE = says(
    joined(
        (
            "A full brief becomes possible",
            "We can write the full brief",
            "Comparisons come back",
            "The usual brief returns",
            "This page fills up again",
        ),
        (
            " as soon as most days of a week have data.",
            " when your device has been worn and synced on most days.",
            " with a week in which most days are recorded.",
            " when most of the 7 days leave a record.",
        ),
    )
)
ACTION = says(
    joined(
        (
            "Wear the device on most days of the coming week",
            "Keep the device charged and on you",
            "Open the app now and then to let it sync",
            "Check that the app may still read your device",
            "Put the device where you see it in the morning",
        ),
        (
            ": this week has {days} on record.",
            ", since {days} reached us this time.",
            "; {days} is where this week ended.",
            ", so that next time there are more than {days}.",
        ),
    )
)
WATCH = says(
    table(
        "Next week, see whether more than {days} come through.",
        "Watch whether your device syncs on most days.",
        "Look for gaps in the record, beyond the {days} that we have.",
        "Notice which days stay empty, and what they have in common.",
        "Check after some days whether new data arrive.",
        "See whether the record grows beyond {days}.",
        "The thing to look for is a record on most days.",
        "Keep an eye on the date of the last sync.",
        "It is worth checking midweek whether the days are filling in.",
        "Next week will show whether the record is fuller than {days}.",
    )
)


def _missing(facts: Facts) -> str | None:
    """Return the names of up to three metrics known from before but absent this week."""
    absent = (name for name, stats in facts.stats.items() if stats.baseline_days and not stats.days)
    gone = [VOICES[name].noun for name in islice(absent, 3)]
    return "your " + " and ".join(filter(None, [", ".join(gone[:-1]), gone[-1]])) if gone else None


def write_insufficient(facts: Facts, draws: Draws, insights: list[str]) -> Prose:
    """Return the honest brief; `insights` are the texts of whatever findings there are."""
    fields = {"days": counted(facts.days_with_data, "day")}
    missing = _missing(facts)
    if missing:
        fields["missing"] = missing
    story = (
        said(COUNT, draws[0], fields),
        said(GONE if missing else NO_BASELINE, draws[1], fields),
        said(POSSIBLE, draws[2], fields),
    )
    # The endings are four to an action: another action, and another ending.
    actions = [said(ACTION, draws[3], fields), said(ACTION, draws[3] + 4 + 1, fields)]
    return Prose(
        capital(said(HEADLINE, draws[4], fields)), " ".join(story), insights, actions,
        [said(WATCH, draws[5], fields)],
    )  # fmt: skip
