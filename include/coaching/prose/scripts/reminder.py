"""A reminder brings back what was meant to be done."""

from include.coaching.prose.scripts.columns import Script

_FIRST_STEP = (
    "Is it still on your mind?",
    "What would be the smallest first step?",
    "Would {next} be a day for it?",
    "What is standing in the way?",
    "When in the next days could it have an hour?",
    "What would have to be true for you to begin {next}?",
)
_LET_GO = (
    "",
    "",
    "If it no longer matters, cross it out with a clear conscience.",
    "And if it was only a thought, that is fine too.",
    "It may also have been enough to write it down.",
)

SCRIPTS: dict[str, Script] = {
    "intention_open": Script(
        (
            (
                "{Day} you wrote “{words}”.",
                "“{words}”: those were your words {day}.",
                "A line {from_day} in your journal reads “{words}”.",
            ),
            (
                "",
                "Your entries have not come back to it {so_far}.",
                "It has not been mentioned again {so_far}.",
                "",
            ),
            _FIRST_STEP,
            _LET_GO,
        ),
        (
            ("Remember “{words}”?", "Still open, as far as your journal knows: “{words}”."),
            ("What became of it?", "Yes, no, or not yet?", "Is {next} the day?"),
        ),
    ),
    "promise_open": Script(
        (
            (
                "{Day} you wrote “{words}”.",
                "“{words}”: that is what you resolved {day}.",
            ),
            (
                "Those are strong words.",
                "That sounded decided.",
                "It sounded like more than a wish.",
                "Your entries have not come back to it {so_far}.",
            ),
            _FIRST_STEP,
            _LET_GO,
        ),
        (
            ("You gave your word {day}: “{words}”.", "A resolution {from_day} is still open: “{words}”."),
            ("How does it stand?", "Does it still hold?", "What would keep it alive {next}?"),
        ),
    ),
    "look_back": Script(
        (
            (
                "{Day} you wrote “{words}”.",
                "“{words}”: that stands in your journal {from_day}.",
                "You wrote about {topic} {day}.",
            ),
            (
                "",
                "Pages are easily forgotten.",
                "A few days change how a thing looks.",
                "It may be worth a second look.",
            ),
            (
                "How do you see it now?",
                "What has become of it?",
                "Would you write the same again?",
                "Is there anything to add?",
                "What do you know now that you did not then?",
            ),
        ),
        (
            (
                "Do you remember “{words}”, {from_day}?",
                "An earlier page of yours, {from_day}, was about {topic}.",
                "Looking back to {day_noun}:",
            ),
            ("is that chapter closed?", "what has changed since then?", "what came of it?"),
        ),
    ),
    "pages": Script(
        (
            (
                "The older pages of your journal are there to be read, too.",
                "Once in a while it pays to turn a few pages back.",
                "A journal can be read as well as written.",
            ),
            (
                "Which entry would you like to read again?",
                "Open one that you have forgotten, and see who wrote it.",
                "What did you worry about then that has settled since?",
            ),
        ),
        (("Turn one page back today.",), ("What do you see?", "What would you add to it?")),
    ),
    "journal_open": Script(
        (
            (
                "Your journal is there when you want it.",
                "A short reminder that your journal can take a line today.",
                "This {weekday} has no line in your journal yet.",
            ),
            (
                "Three words about the day are enough.",
                "Write what you would tell a friend in passing.",
                "It need not be well put; nobody else reads it.",
                "Begin with what you see in front of you.",
            ),
        ),
        (("One line, no more:",), ("what was this {weekday} about?", "what is worth keeping of today?")),
    ),
}
