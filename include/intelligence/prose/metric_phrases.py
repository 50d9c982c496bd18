"""Per metric: why a move may matter, and what to do about it. No numbers, no medical advice."""

from include.intelligence.prose.templates import Table, table
from include.intelligence.prose.words import Tone

# Per metric and direction; each text can follow 'it matters because'.
MEANINGS: dict[str, dict[str, Table]] = {
    "steps": {
        "up": table(
            "everyday walking adds up quietly, without the strain of hard training",
            "more time on your feet tends to help sleep and mood as well",
            "walking is the kind of movement that most easily becomes routine",
            "a livelier day often makes the evening calmer",
        ),
        "down": table(
            "quieter days are fine now and then, and easiest to turn around early",
            "walking is often what a crowded week pushes out",
            "less movement during the day can show up later as restless sleep",
            "short walks are easily lost and just as easily won back",
        ),
    },
    "active_minutes": {
        "up": table(
            "time spent properly moving is what builds endurance",
            "active time tends to pay back in energy over the following weeks",
            "more movement at a real pace is good for heart and mood alike",
            "effort that fits into ordinary days is effort that lasts",
        ),
        "down": table(
            "active time is usually squeezed by the calendar rather than by will",
            "fitness fades slowly, so a slower week costs little if it stays a week",
            "some easing off is useful when it is chosen, less so when it just happens",
            "regular effort counts for more than occasional bursts",
        ),
    },
    "calories": {
        "up": table(
            "what you burn mostly mirrors how much you move",
            "busier days ask for more fuel and more rest",
            "energy use is a by-product, so look at the days behind it",
            "a higher burn says the week was more physical, nothing more",
        ),
        "down": table(
            "a lower burn usually just means quieter days",
            "energy use follows movement, so the cause is often in the calendar",
            "what you burn is neither a score nor a target",
            "less energy used can simply be a sign of rest",
        ),
    },
    "sleep_minutes": {
        "up": table(
            "longer nights give the body time for repair and the head time to settle",
            "sleep is the base that most of the other numbers stand on",
            "extra sleep often shows in mood and patience before it shows anywhere else",
            "a longer night tends to make the next day's choices easier",
        ),
        "down": table(
            "short nights add up, and they often show in stress and appetite a little later",
            "lost sleep tends to reach the other numbers with some delay",
            "a shorter night makes most things feel harder than they are",
            "sleep is usually what gives way when days get full",
        ),
    },
    "time_in_bed": {
        "up": table(
            "time in bed and time asleep are different things",
            "longer in bed helps only as far as it turns into sleep",
            "it can mean rest, or lying awake, and you know which",
            "the hours in bed set the frame that sleep has to fit into",
        ),
        "down": table(
            "less time in bed leaves less room for sleep",
            "a tighter night can still be good if sleep fills it",
            "the hours in bed set the frame that sleep has to fit into",
            "an earlier start or a later evening both look like this",
        ),
    },
    "resting_heart_rate": {
        "up": table(
            "a resting pulse often climbs with stress, short sleep, heat or a coming cold",
            "the heart at rest responds to strain before you notice it",
            "late meals, alcohol and hard training can all lift it for some days",
            "it is a good early sign that recovery is running behind",
        ),
        "down": table(
            "a calmer pulse at rest often goes with good recovery",
            "the heart at rest tends to slow as fitness and sleep improve",
            "it suggests that the body is coping well with what you ask of it",
            "a lower pulse at rest is among the slower rewards of regular movement",
        ),
    },
    "hrv": {
        "up": table(
            "more variation between beats is usually a mark of good recovery",
            "it tends to rise when strain and rest are in balance",
            "a more flexible heartbeat often goes with calmer nights",
            "it suggests some reserve for harder days",
        ),
        "down": table(
            "it often dips with strain, short sleep or travel and comes back with rest",
            "less variation between beats can mean that recovery is still under way",
            "it reacts to almost everything, so its direction over weeks says most",
            "a dip is common after demanding days",
        ),
    },
    "spo2": {
        "up": table(
            "small moves here are often the sensor rather than the body",
            "it is a number that is best when it is boring",
            "better sensor contact alone can lift it",
            "a stable reading here is a calm background for the rest",
        ),
        "down": table(
            "a loose strap or cold hands lower it more often than anything else",
            "small moves here are often the sensor rather than the body",
            "altitude, a blocked nose and the fit of the device all play in",
            "readings at the wrist vary, so the pattern over nights counts",
        ),
    },
    "weight": {
        "up": table(
            "water, salt and meals move the scale more than anything lasting",
            "the scale follows slow changes with much noise on top",
            "what matters is the line over weeks, and how you feel in it",
            "a change of this kind is information, not a verdict",
        ),
        "down": table(
            "water, salt and meals move the scale more than anything lasting",
            "the scale follows slow changes with much noise on top",
            "whether this is welcome depends on what you intended",
            "a change of this kind is information, not a verdict",
        ),
    },
    "glucose": {
        "up": table(
            "meals, sleep and stress all leave their mark on it",
            "the time of a reading matters as much as its value",
            "it answers to the day around it, so context helps",
            "averages smooth over a lot here",
        ),
        "down": table(
            "meals, sleep and movement all leave their mark on it",
            "the time of a reading matters as much as its value",
            "it answers to the day around it, so context helps",
            "averages smooth over a lot here",
        ),
    },
    "stress": {
        "up": table(
            "strain that lasts tends to reach sleep next",
            "a tense week is often visible in the body before it is felt",
            "knowing when it builds up is the beginning of easing it",
            "some strain is part of life, but it needs its counterweight",
        ),
        "down": table(
            "a calmer week gives sleep and recovery more room",
            "less strain leaves more energy for what you choose",
            "calm tends to spread to the other numbers",
            "ease is worth noticing, since it shows what works for you",
        ),
    },
}

_CALORIES = table(
    "read it together with how active your days were",
    "let hunger and energy guide the size of meals",
    "check whether the days behind it were busier or calmer than usual",
    "treat it as a mirror of the week and not as a target",
)
_TIME_IN_BED = table(
    "compare it with how rested you feel in the morning",
    "keep the bed for sleep and read elsewhere",
    "look at it next to the time you were asleep",
    "get up when you are awake rather than lying on",
)
_WEIGHT = table(
    "weigh yourself at the same time of day so that readings compare",
    "look at the weekly average rather than at any morning's reading",
    "note what changed in your routine, if anything did",
    "keep the scale in the same place and check it rarely",
)
_GLUCOSE = table(
    "note meals and movement next to the readings",
    "take readings at the same times so that weeks compare",
    "bring the readings along if you see a clinician about them",
    "look at which meals come before the higher readings",
)

# Per metric and tone, in the imperative.
ACTIONS: dict[str, dict[Tone, Table]] = {
    "steps": {
        "bad": table(
            "take a short walk after lunch",
            "put a walk into the diary before the day fills up",
            "take some of your phone calls on foot",
            "walk the errands that are close by",
            "end the working day with a turn around the block",
        ),
        "good": table(
            "note which walks came easily and repeat them",
            "hold the same rhythm rather than pushing further",
            "keep the walks on the days where they worked",
            "let an easier day follow the busiest",
            "keep the route that brought you here",
        ),
    },
    "active_minutes": {
        "bad": table(
            "pick an activity you like and give it a fixed slot",
            "turn a sitting break into a brisk walk",
            "cycle or walk a trip that you would usually drive",
            "arrange to move with someone, which makes it harder to skip",
            "begin with a short session and let it grow",
        ),
        "good": table(
            "keep the sessions where they are in your week",
            "balance the harder days with easy days",
            "vary what you do so that the load spreads",
            "leave room for a rest day when you feel you need it",
        ),
    },
    "calories": {"neutral": _CALORIES},
    "sleep_minutes": {
        "bad": table(
            "set a fixed time for lights out on working nights",
            "put the screens away a little earlier in the evening",
            "protect the wake-up time and move bedtime forward",
            "keep coffee to the morning",
            "start winding down before you feel tired",
        ),
        "good": table(
            "keep the bedtime that made it possible",
            "guard your evening routine on busy days too",
            "keep the same wake-up time over the weekend",
            "note what the good nights had in common",
        ),
    },
    "time_in_bed": {"neutral": _TIME_IN_BED},
    "resting_heart_rate": {
        "bad": table(
            "give yourself an easier day and some early nights",
            "drink enough water and keep hard sessions for later in the week",
            "keep evenings light on alcohol and late meals",
            "let the coming sessions be gentle",
        ),
        "good": table(
            "keep the mix of movement and rest that you have",
            "carry on with the easy sessions",
            "hold on to the bedtime you have been keeping",
            "leave easy days between the harder sessions",
        ),
    },
    "hrv": {
        "bad": table(
            "plan an easy day before the next hard session",
            "breathe slowly for some minutes before bed",
            "keep the evening quiet and the bedroom cool",
            "move the hardest training to a day when you feel fresh",
        ),
        "good": table(
            "use the good days for what matters to you",
            "keep your rest days as fixed as your training days",
            "stay with the habits of these days",
            "give a demanding session its place while you feel fresh",
        ),
    },
    "spo2": {
        "bad": table(
            "check that the sensor sits snugly at night",
            "read some more nights before drawing conclusions",
            "mention it to a clinician if it stays low or you feel unwell",
            "wear the device a little tighter and compare",
        ),
        "good": table(
            "keep wearing the device in the same way so that nights compare",
            "leave the fit of the device as it is",
            "take it as a calm background and look at the other numbers",
            "keep the sensor clean and snug",
        ),
    },
    "weight": {"neutral": _WEIGHT},
    "glucose": {"neutral": _GLUCOSE},
    "stress": {
        "bad": table(
            "keep a short pause free in the middle of the day",
            "take a walk outside before the evening",
            "write down what presses most and drop what can wait",
            "say no to something small this week",
            "leave the phone in another room late in the evening",
        ),
        "good": table(
            "keep the pauses that helped",
            "note what made the calm days calm",
            "protect the hours that gave you room",
            "let the coming week have as many gaps as this",
        ),
    },
}

# What a pair of findings says together: (metric, direction) of both, in the order of their names.
PAIRS: dict[tuple[str, str, str, str], Table] = {
    ("sleep_minutes", "down", "stress", "up"): table(
        "short nights and stress tend to feed each other, so easing either helps",
        "less sleep and more strain often come as a set, and the evening is where it can be undone",
        "a tense day and a short night easily turn into a loop",
    ),
    ("sleep_minutes", "up", "stress", "down"): table(
        "longer nights and calmer days usually support each other",
        "better sleep and less strain often arrive together, whichever comes before",
        "a rested head is harder to unsettle",
    ),
    ("resting_heart_rate", "up", "sleep_minutes", "down"): table(
        "a pulse that climbs while sleep shrinks is often a plain sign of tiredness",
        "the heart tends to work a little harder after short nights",
        "rest is the likely link between the shorter nights and the faster pulse",
    ),
    ("resting_heart_rate", "down", "sleep_minutes", "up"): table(
        "longer nights and a slower pulse are what recovery usually looks like",
        "the calmer pulse fits the longer nights",
        "sleep and the resting heart often improve side by side",
    ),
    ("resting_heart_rate", "down", "steps", "up"): table(
        "more movement and a slower resting pulse make a sensible pair",
        "regular walking is among the things that calm a resting pulse",
        "the heart seems to take the extra movement well",
    ),
    ("resting_heart_rate", "up", "stress", "up"): table(
        "pulse and strain moving up together usually ask for a gentler week",
        "the body and the mood tell the same story here",
        "a faster pulse at rest fits a tense week",
    ),
    ("sleep_minutes", "up", "steps", "up"): table(
        "days with more movement and nights with more sleep often carry each other",
        "moving more and sleeping longer at the same time is hard to do by chance",
        "the days and the nights pulled in the same direction",
    ),
    ("sleep_minutes", "down", "steps", "up"): table(
        "the extra movement seems to have been paid for in sleep, or both come from a full week",
        "a fuller day that eats into the night is hard to keep up for long",
        "busier days and shorter nights often share a cause",
    ),
    ("sleep_minutes", "up", "steps", "down"): table(
        "a slower week with longer nights reads like a week of rest",
        "less walking and more sleep can be just what was needed",
        "it looks like a week of catching up",
    ),
    ("sleep_minutes", "down", "steps", "down"): table(
        "when movement and sleep shrink together, the calendar is usually the cause",
        "a crowded week tends to take from days and nights alike",
        "less walking and less sleep often have the same reason",
    ),
    ("hrv", "down", "stress", "up"): table(
        "a less variable heartbeat and more strain usually belong together",
        "the heart's rhythm and the stress readings tell the same story",
        "recovery tends to lag while strain is up",
    ),
    ("hrv", "up", "sleep_minutes", "up"): table(
        "longer nights and a more variable heartbeat are signs of recovery that agree",
        "the extra sleep seems to have reached the heart's rhythm",
        "sleep and recovery moved the same way",
    ),
    ("active_minutes", "up", "steps", "up"): table(
        "more steps and more active time together point to fuller days, not to chance",
        "the movement grew in amount and in pace",
        "walking and effort rose side by side",
    ),
    ("active_minutes", "down", "steps", "down"): table(
        "fewer steps and less active time point to the same cause, a quieter week",
        "movement drew back in amount and in pace",
        "walking and effort eased off side by side",
    ),
}
