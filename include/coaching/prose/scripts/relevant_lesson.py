"""A relevant_lesson tells what a pattern may teach."""

from include.coaching.prose.scripts.columns import Script

SCRIPTS: dict[str, Script] = {
    "lagged_relation": Script(
        (
            ("{Fact}.", "Your own days hold a small lesson: {fact}."),
            (
                "That proves nothing, but it can be tried out.",
                "It is a relation and not a cause, yet one worth testing.",
                "Others may differ; these are your own days.",
                "",
            ),
            (
                "What would you do with that {next}?",
                "Pick one day this week and compare.",
                "Where could you use it first?",
                "Does it match what you have noticed?",
            ),
        ),
        (
            ("What your days have in common: {fact}.",),
            ("Would you have guessed it?", "How could you use that {next}?"),
        ),
    ),
    "weekday_pattern": Script(
        (
            ("{Fact}.", "Your week has a rhythm: {fact}."),
            (
                "",
                "Such a rhythm usually comes from how the week is arranged.",
                "A day that differs week after week is a good place to look.",
                "Knowing which day differs says more than an average.",
            ),
            (
                "What is it about {its_day}s?",
                "Would you want the other days to be more like it, or less?",
                "Which part of it is a choice?",
            ),
        ),
        (
            ("One day of your week stands out: {fact}.",),
            ("By design or by accident?", "What would a friend say is the reason?"),
        ),
    ),
    "theme_and_mood": Script(
        (
            (
                "Of the {count} recent entries in which you mention {topic}, {good} sound like good days.",
                "You mention {topic} in {count} of your last {total} entries, and {good} of those have a bright tone.",
            ),
            (
                "The others do so less often.",
                "In the rest of your entries that is rarer.",
                "It may be chance, but it is your own record that says so.",
            ),
            (
                "What do those days have that the others lack?",
                "What is it that does you good there?",
                "How could the coming week have more of that?",
                "{question}",
            ),
        ),
        (
            ("Your journal suggests that {topic} and good days go together for you.",),
            ("Do you see it that way?", "What could make this week one of the good ones?"),
        ),
    ),
}
