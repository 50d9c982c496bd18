"""An alignment_reflection puts an intention beside what the days show."""

from include.coaching.prose.scripts.columns import Script

SCRIPTS: dict[str, Script] = {
    "intention_and_numbers": Script(
        (
            ("{Day} you wrote “{words}”.", "“{words}”, you wrote {day}."),
            ("Beside it stands this: {fact}.", "Your data add something: {fact}.", "And {fact}."),
            (
                "How do the two fit together for you?",
                "Does the one support the other?",
                "What do you make of the two side by side?",
                "Is that the direction you had in mind?",
            ),
        ),
        (
            ("Your plan was “{words}”.", "Words and numbers: you wrote “{words}”."),
            ("Meanwhile {fact}. Do they agree?", "As it happens, {fact}. What follows from that?"),
        ),
    ),
    "plan_missed": Script(
        (
            ("{Day} you wrote “{words}”.", "“{words}”, you noted {day}."),
            (
                "",
                "It is honest of you to write that down.",
                "Plans meet ordinary days, and sometimes the days win.",
                "That says something about the plan, too, and not only about you.",
                "No harm done; it may be a matter of size or of timing.",
            ),
            (
                "What stood in the way?",
                "Does the plan still matter to you as it is?",
                "What would a smaller version of it look like?",
                "Would another day or hour suit it better?",
                "What would you change: the plan, or what surrounds it?",
            ),
        ),
        (
            ("About the plan that came to nothing {day}:", "Back to “{words}”:"),
            ("drop it, shrink it, or try again?", "what would make it easier next time?"),
        ),
    ),
    "intention_and_days": Script(
        (
            ("{Day} you wrote “{words}”.", "“{words}”, you wrote {day}."),
            (
                "What your entries come back to most is {topic}, in {count} of the last {total}.",
                "In {count} of your last {total} entries the subject is {topic}.",
                "At the same time, you mention {topic} in {count} of your last {total} entries.",
                "What your entries come back to most is {topic}.",
            ),
            (
                "Is that the balance you want?",
                "Does the one leave room for the other?",
                "Where in the week could the first have its place?",
                "Which of the two matters more to you {now}?",
            ),
        ),
        (
            ("What you planned: “{words}”. What fills the pages: {topic}.",),
            ("Is that as it should be?", "Which of the two needs you more this week?"),
        ),
    ),
}
