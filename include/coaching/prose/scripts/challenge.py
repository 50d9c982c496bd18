"""A challenge proposes something small."""

from include.coaching.prose.scripts.columns import Script

_TELL = (
    "",
    "",
    "Tell your journal how it went.",
    "A line about it afterwards would be enough.",
    "See what you notice.",
)

SCRIPTS: dict[str, Script] = {
    "steady_theme": Script(
        (
            (
                "You have written about {topic} in {count} of your last {total} entries.",
                "{Day} you wrote “{words}”, and {topic} came up in other entries too.",
                "Your entries keep coming back to {topic}: {count} of the last {total} do.",
                "You have written about {topic} more than once lately.",
            ),
            (
                "Here is something to try: {step}.",
                "A small challenge, if you like: {step}.",
                "How about this: {step}.",
                "So try one thing: {step}.",
            ),
            _TELL,
        ),
        (
            (
                "“{words}”, you wrote {day}. A dare:",
                "With {topic} on your mind, a dare:",
                "You have been giving {topic} some thought, so:",
                "About {topic}, one suggestion:",
            ),
            ("{step}. Are you in?", "{step}. What do you think?"),
        ),
    ),
    "steady_numbers": Script(
        (
            ("{Fact}.",),
            (
                "That is firm ground to take a step from.",
                "With that behind you, there is room for one thing more.",
                "You have a rhythm, and a rhythm can carry a little more.",
            ),
            ("A small challenge: {step}.", "Something to try: {step}.", "How about this: {step}."),
            _TELL,
        ),
        (("{Fact}. Ready for a small dare?", "{Fact}. One step further:"), ("{step}.",)),
    ),
    "small_step": Script(
        (
            (
                "A small challenge for this {weekday}: {step}.",
                "Something to try before the day is over: {step}.",
                "Here is a small dare for {next}: {step}.",
            ),
            ("It takes little, and it is yours alone.", "", "Notice what it changes, if anything."),
            _TELL,
        ),
        (("For {next}, only this:",), ("{step}. Are you in?",)),
    ),
}
