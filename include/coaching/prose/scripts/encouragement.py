"""An encouragement tells what went well."""

from include.coaching.prose.scripts.columns import Script

SCRIPTS: dict[str, Script] = {
    "writing_run": Script(
        (
            (
                "You have written on {run} of the last seven days.",
                "Your journal has a page for {run} of the last seven days.",
                "There is an entry for {run} of the last seven days.",
            ),
            (
                "",
                "{Topic} came up most.",
                "A good part of it was about {topic}.",
                "That is how a habit is made: without much noise.",
                "Nobody asked you to, and you did it all the same.",
            ),
            (
                "Which of these pages would you like to find again in a year?",
                "What has the writing done for you so far?",
                "Keep the thread, even if {next} gives only one line.",
                "What do you see now that you did not at the beginning of the week?",
            ),
        ),
        (
            ("Your journal is filling: {run} of the last seven days.",),
            (
                "What makes you come back to it?",
                "That deserves a word of respect.",
                "What is worth a line today?",
            ),
        ),
    ),
    "bright_day": Script(
        (
            (
                "{Day} you wrote “{words}”.",
                "“{words}”, you noted {day}.",
                "Your entry {from_day} had something bright in it.",
                "There was a good moment in what you wrote {day}.",
            ),
            (
                "",
                "That is worth a second look.",
                "Good moments go by fast, and you caught this one.",
                "It is easy to forget such days, so it is good that it stands there.",
                "May there be more of that.",
            ),
            (
                "What made it possible?",
                "How could there be a little more of it this week?",
                "Who or what had a part in it?",
                "What would you do the same way again?",
                "What would you tell a friend about it?",
            ),
        ),
        (
            (
                "“{words}”: those were good words {from_day}.",
                "Something went well {day}, and you wrote it down.",
                "A good word from {day_noun} is still in your journal.",
            ),
            ("What was the best part of it?", "What helped?", "What of it is still with you {now}?"),
        ),
    ),
    "intention_taken_up": Script(
        (
            ("{Day} you wrote “{words}”.", "“{words}” was your plan {day}."),
            (
                "Later entries come back to it.",
                "You have returned to it since then.",
                "It has come up again since, so it was more than a passing thought.",
                "Since then it has stayed with you.",
            ),
            (
                "What has helped so far?",
                "What would make the next step easier?",
                "Every return to a plan is a part of carrying it out.",
                "How far have you come, in your own view?",
            ),
        ),
        (
            (
                "Some plans last for a line; “{words}” has lasted longer.",
                "You keep coming back to “{words}”.",
            ),
            ("What keeps it alive?", "What is the next small piece of it?"),
        ),
    ),
    "wrote_anyway": Script(
        (
            (
                "You wrote {day}, although it did not sound like an easy day.",
                "Even with a hard day in it, your journal has a page for {run} of the last seven days.",
                "You kept writing through days that did not sound easy.",
            ),
            (
                "That counts for something.",
                "That takes more than it seems.",
                "Putting it into words is a way of facing it.",
            ),
            (
                "What does the writing do for you on such days?",
                "Be as patient with yourself as you would be with a friend.",
                "What has carried you through before?",
            ),
        ),
        (
            ("You put a hard day into words.", "Hard days belong in a journal too."),
            ("What has helped, even a little?", "That deserves respect."),
        ),
    ),
    "plan_kept": Script(
        (
            ("{Day} you wrote “{words}”.", "“{words}”, it says in your journal {from_day}."),
            (
                "Well done.",
                "That is a plan that left the paper.",
                "You said it and you did it.",
                "Good.",
                "It is easy to move on without noticing such a thing.",
            ),
            (
                "What made it work this time?",
                "What did it feel like afterwards?",
                "What would help you to do it again?",
                "Is there a next step, or is this enough for now?",
            ),
        ),
        (
            ("A plan became a fact {day}: “{words}”.", "Worth saying twice: “{words}”."),
            ("How did you do it?", "Enjoy that for a moment.", "What does it make possible?"),
        ),
    ),
    "good_news": Script(
        (
            ("{Fact}.",),
            (
                "",
                "That did not happen by itself.",
                "Whatever you did, it shows.",
                "That is worth a moment of satisfaction.",
                "It fits what you wrote about {topic} {day}.",
            ),
            (
                "What helped most?",
                "What would you like to keep from it?",
                "What was different from the weeks before?",
                "How did it feel from the inside?",
            ),
        ),
        (
            ("Good news from your own days: {fact}.",),
            ("Well done.", "What do you put it down to?", "Keep what made it work."),
        ),
    ),
}
