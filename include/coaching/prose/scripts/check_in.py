"""A check_in asks how somebody is."""

from include.coaching.prose.scripts.columns import Script

_HARD_ASKS = (
    "How is it {now}?",
    "What has been weighing most?",
    "What would make {next} a little lighter?",
    "Is there somebody you could tell about it?",
    "What do you need most {now}?",
)
_KIND = (
    "",
    "Nothing needs solving right now.",
    "You do not have to make anything of it.",
    "One hard day says little about the next.",
    "It was worth writing down.",
)

SCRIPTS: dict[str, Script] = {
    "never_wrote": Script(
        (
            (
                "Your journal has no entry so far, so this is simply a hello.",
                "There is nothing in your journal yet, and that is fine.",
                "Nothing is written in your journal yet, so there is nothing to live up to.",
            ),
            ("", "A single sentence counts as an entry.", "One line is enough to begin with."),
            (
                "How is this {weekday} going for you?",
                "What is on your mind {now}?",
                "What would you like to remember of this {weekday}?",
            ),
        ),
        (("A blank page can be begun anywhere.", "One word would do:"), ("how are you {now}?",)),
    ),
    "long_silence": Script(
        (
            (
                "It has been {silence} since your last entry.",
                "Your journal has been quiet for {silence}.",
                "You last wrote {silence} ago.",
            ),
            (
                "",
                "No catching up is needed.",
                "You left off with {topic}.",
                "Back then it was about {topic}.",
                "The last time, you wrote about {topic}.",
            ),
            (
                "How have you been since then?",
                "What has filled the days?",
                "One line on how you are would be enough.",
                "What has changed in the meantime?",
                "{question}",
            ),
        ),
        (
            ("Just checking in after {silence}.", "{Silence} without a line can mean anything, or nothing."),
            (
                "How are you {now}?",
                "Which one word fits today?",
                "What would you note down if you had one line?",
            ),
        ),
    ),
    "hard_day": Script(
        (
            (
                "{Day} you wrote “{words}”.",
                "“{words}”: that is how you put it {day}.",
                "Your entry {from_day} did not sound like an easy day.",
            ),
            _KIND,
            _HARD_ASKS,
        ),
        (
            (
                "“{words}” is what you wrote {day}.",
                "Your last entry sounded heavy.",
                "You had a hard moment {day}.",
                "Thinking back to what you wrote {day}:",
            ),
            ("how are you {now}?", "is it any lighter {now}?", "what would help {now}, even a little?"),
        ),
    ),
    "loss": Script(
        (
            (
                "{Day} you wrote about a loss.",
                "Your entry {from_day} spoke of a loss.",
                "A loss found its way into your journal {day}.",
            ),
            (
                "There is no right way to feel about that.",
                "It takes the time it takes.",
                "There is nothing you have to do with this message.",
            ),
            (
                "If you feel like it, write down one thing that you want to remember.",
                "How are you with it {now}?",
                "Who is near you in these days?",
            ),
        ),
        (("Thinking of what you wrote {day}.",), ("How are you {now}?", "What would do you good {next}?")),
    ),
    "unwell": Script(
        (
            (
                "{Day} you wrote “{words}”.",
                "Your health came up in your journal {day}.",
                "You mentioned your health {day}.",
            ),
            (
                "",
                "If {next} can be slower, let it be.",
                "A body asks for patience more often than for effort.",
            ),
            ("How are you feeling {now}?", "Has it become any better?", "What helps, if only a little?"),
        ),
        (
            ("“{words}”, you wrote {day}.", "Back to what you wrote about your health {day}:"),
            ("how are you {now}?", "is it better {now}?"),
        ),
    ),
    "plain": Script(
        (
            (
                "Your last entry was {day}.",
                "You last wrote {day}.",
                "The newest page of your journal is from {day_noun}.",
            ),
            ("", "", "A short look in between:", "No need for a long answer:"),
            ("how are you {now}?", "how has this {weekday} been so far?", "what is on your mind {now}?"),
        ),
        (("A short question for this {weekday}:",), ("how are you, really?", "which one word fits today?")),
    ),
}
