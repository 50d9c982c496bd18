"""English words by which entries are read: themes, moods, intentions. Old forms included, all in lower case."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A word is in one theme at most.
THEMES: dict[str, frozenset[str]] = {
    "sleep": _words(
        "sleep slept sleeping asleep sleepless insomnia nap napped bedtime overslept nightmare dreamt dreamed "
        "dreams pillow"
    ),
    "work": _words(
        "office meeting meetings boss deadline deadlines project colleague colleagues coworker coworkers shift "
        "shifts client clients manager presentation promotion worked overtime email emails inbox business "
        "salary job jobs interview team workday accounts clerk clerks"
    ),
    "family": _words(
        "family mother father mum mom dad sister brother son daughter kids children parents grandmother "
        "grandfather grandma grandpa aunt uncle cousin niece nephew baby toddler sisters brothers"
    ),
    "partner": _words("wife husband partner girlfriend boyfriend fiance fiancee spouse"),
    "friends": _words(
        "friend friends friendship party guests neighbour neighbours neighbor neighbors company merry visited"
    ),
    "exercise": _words(
        "gym workout workouts exercise exercised exercising jog jogged jogging yoga swim swam swimming cycling "
        "cycled biked stretching pilates marathon 5k 10k hike hiked hiking climbing football tennis "
        "training trained walked walking steps running"
    ),
    "food": _words(
        "dinner dinners lunch breakfast supper cooked cooking cook recipe recipes meal meals vegetables snack "
        "snacks sugar ate eating dined supped salad takeaway snacking"
    ),
    "drink": _words("wine beer drinking drunk hangover alcohol sober alehouse tavern pub drinks drank"),
    "money": _words(
        "money budget rent debt debts savings bills bill loan loans expenses spending bank mortgage paycheck"
    ),
    "health": _words(
        "ill sick illness fever headache headaches migraine flu cough doctor hospital physician pain pains "
        "medicine dentist surgery injury sore symptoms"
    ),
    "learning": _words(
        "study studied studying exam exams course class classes homework lecture lectures school university "
        "essay thesis lesson lessons learning learned learnt language spanish vocabulary"
    ),
    "reading": _words("book books novel chapter chapters library reading audiobook poetry"),
    "music": _words(
        "music guitar piano sang singing song songs concert choir violin viol lute flageolet practised practiced "
        "theatre opera"
    ),
    "home": _words(
        "cleaned cleaning laundry tidy tidied garden gardening chores apartment flat kitchen declutter moving "
        "decorating furniture workmen"
    ),
    "faith": _words("church prayer prayers prayed pray sermon mosque synagogue psalms bible quran"),
    "screens": _words("phone scrolling scrolled instagram tiktok youtube netflix twitter facebook screen gaming"),
    "nature": _words(
        "forest beach sea river mountain mountains park sunshine sunset sunrise birds woods lake garden-walk snow"
    ),
    "rest": _words(
        "meditation meditated meditate breathing holiday vacation resting sofa bath massage relax pottered"
    ),
    "loss": _words("funeral grief grieving grieve mourning burial"),
}  # fmt: skip

# These words name their theme only after one of the words given.
THEMES_AFTER: dict[str, tuple[str, frozenset[str]]] = {
    "work": ("work", _words("at from after to my of hard more much this with for about")),
    "run": ("exercise", _words("a my to for morning evening long short went easy first")),
    "walk": ("exercise", _words("a my to long short evening morning for daily")),
    "bed": ("sleep", _words("to in early late of")),
    "read": ("reading", _words("i and to")),
    "cold": ("health", _words("a my bad nasty this")),
    "dog": ("home", _words("the my our")),
}

THEMES_AFTER["died"] = ("loss", THEMES["family"] | THEMES["partner"] | _words("friend dog cat"))

# What people are to the writer: "my sister" → "your sister".
PEOPLE = (
    THEMES["family"] | THEMES["partner"] | _words("friend friends boss manager colleague neighbour neighbor")
)

UP = _words(
    "happy glad grateful thankful proud calm relaxed rested refreshed joy joyful laughed laughing enjoyed enjoy "
    "fun lovely wonderful peaceful energised energized energetic hopeful excited pleased content contented "
    "merry delighted cheerful relieved satisfied fantastic amazing excellent beautiful progress confident "
    "inspired productive focused accomplished motivated loved mirth"
)
DOWN = _words(
    "sad tired exhausted anxious anxiety worried worry worrying stressed stress stressful angry upset lonely "
    "awful terrible overwhelmed frustrated frustrating drained cried crying afraid scared guilty ashamed "
    "miserable annoyed irritable restless nervous panic troubled vexed discontented grieved melancholy "
    "disappointed argued argument quarrel quarrelled struggling struggled hopeless bored unmotivated burnout "
    "exhausting draining heavy dreadful rough lousy fear fears burdened sorrow unhappy defeated numb "
    "shock snapped regretted cross cancelled failed hurts skipped"
)
MOOD_AFTER: dict[str, tuple[int, frozenset[str]]] = {
    "good": (1, _words("feel feeling felt feels really very so pretty was is quite it's")),
    "better": (1, _words("feel feeling felt feels much bit little")),
    "great": (1, _words("feel feeling felt feels really was it's pretty")),
    "well": (1, _words("very slept really feel feeling went")),
    "badly": (-1, _words("slept very went so really")),
    "bad": (-1, _words("feel feeling felt feels really very so was a quite too day")),
    "hard": (-1, _words("was so really very too a is feels felt")),
    "difficult": (-1, _words("was so really very too a is feels felt")),
    "low": (-1, _words("feel feeling felt so very bit really")),
}
NEGATIONS = _words(
    "not no never don't didn't wasn't isn't without hardly neither nor cannot can't won't couldn't doesn't "
    "haven't hadn't aren't ain't barely nothing less"
)
# A mood word in a clause about them is theirs, unless the writer is in it too.
OTHERS = _words("he she they his their her you") | PEOPLE
SELF = _words("i i'm i've i'd i'll im me myself")

OWN = _words("i i'm i've me my we our")

# The word before which an intention stands, and the words that must follow at once.
INTENTION_TO = _words(
    "want need plan hope intend aim resolve resolved promised promise trying decided going like mean vowed vow "
    "goal determined swore"
)
INTENTION_BARE = _words("must should will i'll")
# What may stand between 'I' and the word of intention.
BETWEEN = _words("i'd would really do am i'm still also just have now only very much goal is my")
# An illness that is over.
RECOVERED = _words("gone better fine recovered cured cleared well right over")
# What became of a plan: the word and what must follow it; 1 = kept, unless negated, -1 = missed.
OUTCOMES: dict[str, tuple[int, tuple[str, ...]]] = {
    "managed": (1, ("to",)),
    "succeeded": (1, ("in",)),
    "stuck": (1, ("to my", "with my")),
    "kept": (1, ("my promise", "my word", "my resolution", "to my plan", "my vow", "my vows")),
    "meant": (-1, ("to",)),
    "failed": (-1, ("to",)),
    "forgot": (-1, ("to",)),
    "much": (-1, ("for my plan",)),
    "broke": (-1, ("my promise", "my resolution", "my vow", "my vows")),
}
# A plan for such a moment is over soon.
SOON = _words("today tonight tomorrow now presently")
# And one for such a time within a week.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
THIS_WEEK = _words("week weekend").union(WEEKDAYS)
# A clause with one of these tells of a plan, and is quoted as such or not at all.
PLANNED = INTENTION_TO | INTENTION_BARE | frozenset(OUTCOMES) | {"would"}
PROMISES = _words("promised promise vowed vow resolved resolve swore")
# After 'I will', 'I must', 'I want to' … these are no plan: a guess, a politeness, a mood.
NO_PLAN = _words(
    "say admit think believe confess know see feel understand cry scream disappear hide die vanish "
    "always never probably ever seem look not of also that needs own"
)
# Nor these after a bare verb: "I must be mad", "I should have known".
NO_PLAN_BARE = _words("be have")
# With one of these for an object, nobody else knows what is meant.
UNCLEAR = _words("it him her them this these those so none nothing")
STOP = _words(
    "about after again also another because been before being could doing every finally from going have having "
    "into just keep least less like make more most much must myself need never next only other over really "
    "should since some something start such than that their them then there these they thing things this those "
    "tomorrow today tonight trying until very want week what when where which while will with without would "
    "your yourself getting better take taking back time times days evening morning night each once"
)
# Small words by which English is told from other languages; each is only in one of the two.
ENGLISH = _words(
    "the and my i with it but that this have has we for are you i'm been from they didn't don't to she he of at "
    "i've it's his her our there then went so was is on as by had again about after too what when who not "
    "today yesterday all be up out more got"
)
FOREIGN = _words(
    "el la los las de que y en un una por con muy mi se lo del al le les des et je il une dans pour pas est mon "
    "der die das und ich ein eine nicht mit ist auf zu den dem im heute sehr o os um uma não eu e da na "
    "di che non per il sono mio een het niet ik van og jeg det ikke och jag inte är bir ve çok bu ile czy nie się "
    "hoy hoje muito aber estoy estou fui meu minha seu su"
)
# A clause with one of these is never quoted back.
UNQUOTED = _words(
    "sex naked kissed kiss breasts mistress whore fuck fucking fucked shit shitty cunt bitch bastard piss arse "
    "ass porn masturbated drugs cocaine heroin weed password ignore instruction instructions prompt system "
    "assistant json http https www suicide suicidal kill killed killing die dead died death cutting overdose "
    "raped rape abuse abused hit beat blood bodies naked pregnant miscarriage affair cheated"
)
# A clause that begins with one of these hangs on what came before.
NO_OPENING = _words("of who whom whose than is was has had were where with as till until to if")
FEELING = _words("feel felt feeling very still so")
DANGLING = _words(
    "the a an of to and but or so that which who with for in on at by from my his her their our i is was be as "
    "if than because when while not very too this where into it's were are am have had has do did would could "
    "should will must up mr mrs dr st sir all two several both lord lady captain one other some any"
)
