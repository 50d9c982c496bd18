"""A personal_insight tells a finding."""

from include.coaching.prose.scripts.columns import Script

SCRIPTS: dict[str, Script] = {
    "strong_insight": Script(
        (
            ("{Fact}.", "Something that your data show: {fact}.", "A finding from your own days: {fact}."),
            (
                "",
                "In your journal, {topic} came up {day}.",
                "You wrote about {topic} {day}.",
                "{verdict}",
            ),
            (
                "Does that match how the days felt?",
                "What has been different?",
                "Did you notice it yourself?",
                "What would you put it down to?",
                "Is there something behind it that you know and the numbers do not?",
            ),
        ),
        (
            ("In short, {fact}.", "A figure to think about: {fact}."),
            ("Surprised?", "Does it fit with your own impression?", "What is the story behind it?"),
        ),
    ),
}
