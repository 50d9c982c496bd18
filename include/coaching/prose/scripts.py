"""What is said for each reason: columns of sentences, one of each column; empty = the sentence may be left out.

A sentence is used only where all of its {fields} are known (prose/fields.py); each column has one that needs
no more than every message has, or may be empty. Attempt 2 speaks from `second`: shorter, from another side.
"""

from typing import NamedTuple

Column = tuple[str, ...]


class Script(NamedTuple):
    """The sentences of a reason, for the first and for the second attempt."""

    first: tuple[Column, ...]
    second: tuple[Column, ...]


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
_TELL = (
    "",
    "",
    "Tell your journal how it went.",
    "A line about it afterwards would be enough.",
    "See what you notice.",
)

SCRIPTS: dict[str, Script] = {
    # ------------------------------------------------------------------ check_in
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
    # ------------------------------------------------------------------ encouragement
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
    # ------------------------------------------------------------------ reminder
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
    # ------------------------------------------------------------------ alignment_reflection
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
    # ------------------------------------------------------------------ personal_insight
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
    # ------------------------------------------------------------------ relevant_lesson
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
    # ------------------------------------------------------------------ challenge
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
    # ------------------------------------------------------------------ general_reflection
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
