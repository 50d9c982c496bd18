"""What a locked screen may show: that there is something, and never what it is about."""

from include.coaching.models import MessageType

PUSHES: dict[MessageType, tuple[str, ...]] = {
    MessageType.CHECK_IN: (
        "A short check-in for this {weekday} {part}",
        "How are you {now}? A few words are waiting for you",
        "Just asking how you are",
        "A moment for you this {weekday}?",
        "Checking in. No hurry",
        "How is this {weekday} going?",
    ),
    MessageType.ENCOURAGEMENT: (
        "Something good to read {now}",
        "A kind word for your {weekday}",
        "Worth a smile: a few words for you",
        "Something went well. Have a look",
        "A little encouragement for this {weekday} {part}",
    ),
    MessageType.CHALLENGE: (
        "Up for something small?",
        "A small challenge for this {weekday}",
        "Here is something to try",
        "A little dare for you, if you like",
        "One small thing for your {weekday}",
    ),
    MessageType.REMINDER: (
        "A small reminder for this {weekday} {part}",
        "Something of yours came to mind",
        "A short note for your {weekday}",
        "A thought to come back to",
        "Something you may want to pick up again",
    ),
    MessageType.ALIGNMENT_REFLECTION: (
        "Two things side by side, for a quiet minute",
        "Something to weigh this {weekday} {part}",
        "A question about what matters to you",
        "A thought on plans and days",
        "Worth a quiet minute {now}",
    ),
    MessageType.GENERAL_REFLECTION: (
        "A question for this {weekday} {part}",
        "Something to think about {now}",
        "One question, without hurry",
        "A thought for your {weekday}",
        "A question for the next quiet moment",
    ),
    MessageType.PERSONAL_INSIGHT: (
        "There is something new about your days",
        "A finding from your own days",
        "Something your days have in common",
        "Something you may not have noticed",
        "A small discovery for this {weekday}",
    ),
    MessageType.RELEVANT_LESSON: (
        "A small lesson from your own days",
        "Something you could try out",
        "What your own days can teach",
        "A pattern worth knowing about",
        "Something to use this week",
    ),
}
