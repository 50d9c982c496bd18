"""What can be asked and suggested about each theme. No numbers: those come from the user's own facts."""

from typing import NamedTuple

Lines = tuple[str, ...]


class Topic(NamedTuple):
    """name: as in 'you wrote about {name}'. Questions stand alone; steps follow a colon, without a full stop."""

    name: str
    questions: Lines
    steps: Lines = ()


TOPICS: dict[str, Topic] = {
    "sleep": Topic(
        "sleep",
        (
            "What does the last hour before bed look like on a night that goes well?",
            "What is the first thing that keeps you up when you meant to go to bed?",
            "If tonight could be better in one small way, which would you pick?",
            "How do you notice the next day that you slept well?",
        ),
        (
            "leave the phone in another room tonight",
            "choose a time for lights out now, and write down afterwards whether you kept it",
            "end the evening with something that has no screen",
            "go to bed when you first feel tired, just for tonight",
        ),
    ),
    "work": Topic(
        "work",
        (
            "Which part of the work is truly yours to do, and which could wait or go to somebody else?",
            "What would make you close the day with the feeling that it was enough?",
            "Which hour of the working day gives you the most, and what fills it now?",
            "What would you like to be able to say about your work at the end of this week?",
        ),
        (
            "before you start, write down the one thing that would make the day count",
            "take one proper break away from the place where you work",
            "fix the moment at which you stop, and keep to it once",
            "finish the smallest thing that has been waiting longest",
        ),
    ),
    "family": Topic(
        "{family}",
        (
            "Is there something that you would like to say and have not said yet?",
            "What does a good hour together look like for you?",
            "What do you get from this, and what does it ask of you?",
            "When did you last have time together with nothing else to do?",
        ),
        (
            "ask one question at the next meal or call to which you do not know the answer",
            "send a line to somebody in the family you have not spoken to for a while",
            "give one of them your full attention for the length of a cup of tea",
        ),
    ),
    "partner": Topic(
        "{partner}",
        (
            "What has gone well between you lately that nobody has said aloud?",
            "What would you like the two of you to have more time for?",
            "Is there one thing that would be easier if you talked about it?",
            "What small thing would please both of you this week?",
        ),
        (
            "say one thing aloud today that you usually only think",
            "plan one hour together that has no purpose",
            "ask how the day really was, and leave room for the answer",
        ),
    ),
    "friends": Topic(
        "friends",
        (
            "Who would be glad to hear from you today?",
            "After which meetings do you come home with more energy than you left with?",
            "What do you share with these people that you have nowhere else?",
            "Which friendship has had too little of your time?",
        ),
        (
            "write to somebody you have been meaning to write to",
            "propose a date for the next meeting instead of waiting for one",
            "tell a friend what you value in them, in one sentence",
        ),
    ),
    "exercise": Topic(
        "exercise",
        (
            "On which days does it come easily, and what is different about them?",
            "How do you feel an hour afterwards, and is that worth remembering?",
            "What is the version of it that you would do even on a bad day?",
            "What usually gets in the way at the last moment?",
        ),
        (
            "take the longer way once today",
            "put what you need for it by the door this evening",
            "do the shortest version that still counts, and stop there",
            "go out at a time of day at which you never go",
        ),
    ),
    "food": Topic(
        "food",
        (
            "Which meal of this week would you like to have again, and why?",
            "When do you eat with full attention, and when while doing something else?",
            "Who do you like to share a table with?",
            "What do you notice about how you eat on the days that go well?",
        ),
        (
            "eat one meal today without doing anything beside it",
            "cook one thing this week that you have never cooked",
            "invite somebody to a simple meal",
        ),
    ),
    "drink": Topic(
        "having a drink",
        (
            "What part of those evenings do you value most?",
            "How do you feel about it on the morning after?",
            "What would such an evening be like without it?",
        ),
    ),
    "money": Topic(
        "money",
        (
            "Which thing you paid for lately was truly worth it?",
            "What would give you more calm about it: knowing more, or deciding something?",
            "What is the one figure that you would rather not look at, and what if you did?",
        ),
        (
            "write down everything you spend today, without judging any of it",
            "look at the one bill that you have been putting off",
            "wait one night before the next thing you want to buy",
        ),
    ),
    "health": Topic(
        "your health",
        (
            "How are you feeling {now}?",
            "What helped, if only a little?",
            "Is there somebody who could take one thing off your hands?",
        ),
    ),
    "learning": Topic(
        "learning",
        (
            "What do you understand now that you did not a few weeks ago?",
            "What made the last good session a good one?",
            "What would you like to be able to do with it in the end?",
            "Which part do you keep putting off, and what is its smallest piece?",
        ),
        (
            "explain what you learned last to somebody, or to an empty chair",
            "begin with the part you like least, while you are fresh",
            "close the books at a time you choose beforehand",
        ),
    ),
    "reading": Topic(
        "reading",
        (
            "Which sentence or idea has stayed with you?",
            "To whom would you give this book, and what would you say with it?",
            "When in the day is reading at its best for you?",
        ),
        (
            "read a few pages before the first look at a screen",
            "copy one sentence that you like into your journal",
            "put the book where the phone usually lies",
        ),
    ),
    "music": Topic(
        "music",
        (
            "What does music give you that the rest of the day does not?",
            "Which piece has been in your head, and what does it bring back?",
            "When did you last play or listen and do nothing else?",
        ),
        (
            "play or hear one piece from beginning to end, with nothing beside it",
            "take the hardest few bars slowly, and leave the rest for another day",
            "share one piece with somebody who does not know it",
        ),
    ),
    "home": Topic(
        "things around the house",
        (
            "Which corner of your home do you like to look at?",
            "What would feel lighter if it were done, and how long would it really take?",
            "What does a home need before you can rest in it?",
        ),
        (
            "clear one surface and leave the rest as it is",
            "do the small repair that you walk past every day",
            "give away one thing you no longer use",
        ),
    ),
    "faith": Topic(
        "church and prayer",
        (
            "Which thought from it has stayed with you through the week?",
            "What does it give you on an ordinary day?",
            "What are you thankful for {now}?",
        ),
    ),
    "screens": Topic(
        "time on screens",
        (
            "What were you looking for the last time you reached for it without thinking?",
            "When does it do you good, and at what point does that end?",
            "What would you do with half of that time?",
        ),
        (
            "keep the first part of the morning or the last of the evening free of it",
            "move the app that takes most of your time off the first page",
            "leave the phone at home for one errand",
        ),
    ),
    "nature": Topic(
        "being outside",
        (
            "What did you notice out there that you would have missed from indoors?",
            "Which place do you keep going back to, and why?",
            "When could you go again?",
        ),
        (
            "go out at an hour when you usually stay in",
            "find one thing outside that has changed since last week",
            "stand still for a moment where you usually only pass",
        ),
    ),
    "rest": Topic(
        "rest",
        (
            "What kind of rest leaves you truly rested?",
            "What would you leave undone to have an hour for yourself?",
            "How do you notice that you need a break, before it is late?",
        ),
        (
            "put one break into the day before the day fills up",
            "do nothing for the length of a cup of tea",
            "end one thing earlier than you planned to",
        ),
    ),
    "loss": Topic(
        "a loss",
        (
            "How are you with it {now}?",
            "What would you like to be remembered, in your own words?",
            "Who can you talk to about it?",
        ),
    ),
}

PROMPTS: dict[str, str] = {
    "keep": "What from the last few days would you like to keep?",
    "weight": "What have you been carrying around that a line on paper could hold for you?",
    "person": "Who made a difference to you this week, and do they know?",
    "hour": "Which hour of an ordinary {weekday} do you look forward to?",
    "small": "What small thing went right lately that nobody else saw?",
    "surprise": "What turned out otherwise than you had expected, and what do you make of it?",
    "enough": "What would make this {weekday} enough, even if nothing else got done?",
    "ahead": "What in the days ahead are you glad of, and what would you rather skip?",
    "no": "To what did you say yes lately that deserved a no?",
    "body": "What has your body been asking for, and what have you answered?",
    "thanks": "Whom or what do you have to thank for a good moment this week?",
}
STEPS: dict[str, str] = {
    "outside": "spend a little while outdoors and note one thing that you saw",
    "message": "send a kind line to somebody who does not expect it",
    "tidy": "put one small place in order and leave the rest",
    "pause": "take one pause in which you do nothing at all",
    "first": "do the thing first that you would rather do last",
    "notice": "catch one good moment while it lasts and write it down",
}
