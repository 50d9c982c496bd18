"""A general_reflection opens a thought."""

from include.coaching.prose.scripts.columns import Script

SCRIPTS: dict[str, Script] = {
    "own_question": Script(
        (
            (
                "{Day} you asked yourself “{words}?”",
                "There is a question of your own in your journal: “{words}?”",
            ),
            (
                "",
                "It deserves more than one evening.",
                "It is a good question, and nobody but you can answer it.",
                "You may know more about it by now.",
            ),
            (
                "What would you answer {now}?",
                "If a friend asked you the same, what would you say?",
                "What is the part of it that you already know?",
                "What would you need to find out first?",
            ),
        ),
        (("“{words}?” That was you, {day}.",), ("Any answer yet?", "What would be half an answer?")),
    ),
    "theme": Script(
        (
            (
                "{Day} you wrote “{words}”.",
                "“{words}”, you wrote {day}.",
                "You wrote about {topic} {day}.",
                "You came back to {topic} in {count} of your last {total} entries.",
                "Among other things, you had {topic} on your mind {day}.",
            ),
            ("{question}",),
            ("", "", "One line is enough for an answer.", "Take your time with it."),
        ),
        (
            (
                "“{words}”, says your entry {from_day}.",
                "A question about {topic}:",
                "Still on the subject of {topic}:",
            ),
            ("{question}",),
        ),
    ),
    "prompt": Script(
        (
            (
                "A question for this {weekday} {part}:",
                "Something to turn over in your mind:",
                "One question, without hurry:",
                "For the next quiet moment:",
            ),
            ("{prompt}",),
            ("", "", "One line is enough for an answer."),
        ),
        (("In a few words:", "Answer with the first thing that comes to mind:"), ("{prompt}",)),
    ),
}
