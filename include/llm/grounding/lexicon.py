"""English words that carry a claim, or change how one is read. Subjects come from the domain.

The table: a kind of mark, what it stands for, its phrases. The longest phrase at a place wins, and one
phrase may stand for several things. Of a move the second word is how it is said: 'past' and 'base' are
verbs, 'now' is what goes on, 'more' a comparative, 'side' a place above or below something, 'across' a
side that is as often a stretch ('over'), 'way' up or down, 'most' a superlative, 'degree' one that needs
its noun, 'spread' says how even days are, 'range' where a value lies.
"""

from functools import cache
from typing import Any

from include.llm.grounding.tokens import tokens

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "june", "july", "august", "september", "october"),
    *("november", "december", "jan", "feb", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec"),
)
# Of these the short form is a word of its own ('sat', 'sun').
_LONG_ONLY = ("mon", "wed", "sat", "sun")
_TABLE = """
move up past: rose | climbed | increased | went up | grew | gained | jumped | rebounded | lengthened |
  ticked up | edged up | crept up | moved up | picked up | came up | risen | grown | gone up | lifted |
  soared | surged | inched up | nudged up | bounced back | shot up | trended up | trended upward | trended
  higher | elevated | moved more | did more | were more active
move down past: fell | dropped | decreased | came down | went down | declined | dipped | slipped | shrank |
  shortened | ticked down | edged down | crept down | moved down | fallen | gone down | eased | eased off |
  tailed off | sank | slid | reduced | slumped | sagged | fell off | plunged | softened | cooled | trended
  down | trended downward | trended lower | drew back | drifted down | inched down | lowered | lost ground |
  slowed | fell short | lagged | faltered | retreated | moved less | did less | were less active
move steady past: held | stayed | remained | held steady | held level | stayed level | barely moved | hardly
  moved | stayed put | hardly changed | barely changed | barely shifted | hardly shifted | kept to |
  flattened | did not move | did not change | didn't change | didn't move | levelled off | leveled off |
  plateaued | nothing changed | nothing moved
move up now: rising | climbing | increasing | growing | going up | trending up | upward | upwards | on the
  rise | on the way up | on its way up | moving up | pointing up | leaning up | points up | trending upward
  | trending higher | heading up | ticking up | edging up | creeping up | picking up | lengthening
move down now: falling | dropping | decreasing | declining | going down | trending down | downward |
  downwards | easing | slipping | on the way down | on its way down | moving down | pointing down | leaning
  down | points down | shrinking | trending downward | trending lower | heading down | sinking | sliding |
  shortening | dipping | coming down | slowing | edging down | drifting down | ticking down
move steady now: holding | holding level | holding steady | flat | is level | was level | unchanged | steady
  | stable | unmoved | much the same | about the same | the same as | same as usual | much as before | on
  par | in line | constant | as usual | little changed | where it was | where they were | no change | no
  shift | no real change | consistent with | on its usual level | no trend | without a clear lean | in step
  with | matched | matching | hovered | hovering
move up base: rise | rises | climb | climbs | increase | increases | grow | grows | go up | goes up | gain |
  gains | growth | uptick | upturn | boost | jump | surge | lift | lifts | upswing | bump | raise
move down base: fall | falls | drop | drops | decrease | decreases | decline | declines | dip | dips | go
  down | goes down | downturn | reduction | loss | slump | shortfall | sink | sinks | slip | slips | ease |
  worsening of | shrink | shrinks | slide | dive | deficit | lower end
move up more: higher | more | longer | greater | larger | bigger | faster | extra | livelier | fuller |
  busier | additional | a touch up | ahead of | stronger | heavier | increased
move down more: lower | less | fewer | shorter | smaller | slower | reduced | quieter | weaker | lighter |
  calmer
move up side: slightly above | just above | a little above | well above | just over | a little over |
  slightly over | well over | slightly more than | a little more than | above | exceeded | exceeding |
  exceeds | topped | topping | surpassed | beat | beats | beating | at or above | more than | higher than |
  greater than | longer than | over and above | north of | outpaced
move down side: slightly below | just below | a little below | well below | just under | a little under |
  slightly under | below | at or below | less than | fewer than | lower than | shorter than | short of | shy
  of | beneath | south of | smaller than
move down spread: more even | more evenly | closer together | narrower | more consistent | more regular |
  less variable | less uneven
move up spread: less even | less evenly | further apart | wider | less consistent | less regular | more
  variable | more uneven
move steady base: hold steady | stay level | remain steady | stay steady | hold level | stay flat | stay the
  same
move steady range: within | inside
move ended range: streak ended | has ended | ended after | was broken | streak broke | run ended
move up way: up
move down way: down
move up across: over | past
move down across: under
move up degree: most
move down degree: least
move up most: highest | peak | peaked | topmost | longest | biggest | busiest | largest | high point |
  maximum | high for | greatest | liveliest | fastest | record high | the high | fullest | heaviest | a high
  | new high | week's high | high of | high came
move down most: lowest | low point | shortest | fewest | smallest | quietest | minimum | bottom | bottomed |
  slowest | record low | trough | calmest | lightest | bottomed out | the low | a low | new low | week's low
  | low of | low for | low came
move better past: improved | strengthened | progressed | recovered | bettered
move worse past: worsened | deteriorated | suffered | weakened | regressed | slipped back
move better now: improving | paying off | getting better | strengthening
move worse now: worsening | deteriorating | getting worse | weakening | suffering
move better base: improve | improves | improvement | improvements | progress
move worse base: worsen | worsens | setback | deterioration | decay
move better more: better | healthier
move worse more: worse | poorer
move better most: best | strongest | top
move worse most: worst | weakest
cue from: from | starting at
cue to: to | toward | towards | reached | reaching | hit | arriving at | and reached
cue by: by
cue against: against | versus | vs | compared with | compared to | relative to | next to | instead of |
  rather than | in place of | as opposed to | set against | beside | in contrast to | measured against
cue than: than
cue total: total | totals | totalled | totaled | altogether | combined | in sum | summed | sum | cumulative
  | together with
cue after: after | following | the day after | when you | on the heels of | the night after
cue followed: followed by | are followed by | is followed by | tend to be followed by
cue spread: spread | varied | vary | variation from day | day-to-day | day to day | more even | less even |
  more evenly | less evenly | closer together | further apart | narrower | wider | more consistent | less
  consistent | more regular | less regular | more variable | less variable | swings | swung | fluctuated |
  fluctuation | more uneven
cue streak: at or above | at or below | streak | in a row | running | run of | run | straight | consecutive
  | unbroken
cue row: in a row | straight | consecutive | consecutively | running | day streak | days running
cue shift: since | moved | settled | new level | new normal | shifted | shift | around | for the last |
  stepped | step change | change point | now runs | has run | have run
cue range: reference | reference range | range | limit | laboratory | lab
cue recorded: recorded | logged | tracked | measured | of data | on record | with data | data from | came
  with | captured | record | covered | covers | recordings | readings on | had data | days of data |
  complete | synced | gaps | data on | with gaps
cue record: record | records | all-time | new high | new low | personal best | in a while | on record | days
  on record | a record | holds nothing
cue others: other days | the other days | rest of the week | the rest of the week | any other day | other
  day | remaining days
cue percentile: percentile | percentiles
cue ago: ago | before the week ended | before sunday | for the last | earlier than | days back
cue trend: trend | trends | trending | has been | have been | for weeks | continued | continues | keeps |
  kept | still | lasting | slow | gradual | gradually | slowly | line through | drift | drifting | week
  after week | week by week
cue weekly: a week | per week | each week | every week | weekly
cue daily: a day | per day | each day | every day | daily | a night | per night | each night | every night |
  nightly | on average | average | averaged | averages | averaging | mean
cue rate: a month | per month | an hour | per hour | monthly | hourly | a minute | per minute | a year | per
  year | yearly
cue peers: that of | than you | people like you | people | peers | your peers | other people | of others |
  users
cue aged: aged | age | ages | and over | and older | and above | between the ages of | years old | year olds
  | of your age | in your age group
cue score: score | scores | scored | scoring | points | reads | stands at | out of
cue helped: lifts it | helped | helped most | driven | lifts | led by | thanks to | helped by | doing most
  of the work | drove
cue hurt: lowers it | held back | held back most | weighing | lowers | dragged | weighed | pulled down
cue many: many | active days | long nights | high | long | more | active | longer | higher | better | busy |
  lots of | busier | good
cue few: few | quiet days | short nights | low | short | less | quiet | fewer | shorter | lower | worse |
  poor | quieter | poorer | bad
cue it: it | that | this | they | which | these | those | its | their | both
cue idle: wrote down | written down | wind down | winding down | slow down | calm down | look up | wake up |
  waking up | wake up time | catching up | made up | come up | came up most | up to date | keep up | kept up
  | give up | set up | turn up | stable base | shows up | writing down | note down | build up | builds up |
  end up | sitting down | speed up | warm up | follow up | top of | at the top | above all | over time |
  more than anything | once more | what is more | up and down | ups and downs | days before | day before |
  leads up | at rest | at least once | high time | more or less | came back | comes back | come back | come
  down to | lower back | as well as
cue glue: of | in | for | the | a | an | his | my | at
cue your: your | you | you've | you're
cue be: fell on | falls on | rose on | lies at | was | were | is | are | has | have | had | been | be | came
  | comes | stands | stood | averaged | averages | averaging
period week: this week | this past week | the past week | past seven days | last seven days | past 7 days |
  last 7 days | these seven days | these 7 days | this week's | now | now at | the last 7 days | seven-day |
  current | currently | week just gone | all week
period usual: 4 weeks before | previous 4 weeks | past 4 weeks | last 4 weeks | prior 4 weeks | 4-week
  average | usual | your usual | usually | normal | normally | norm | baseline | typical | typically | four
  weeks before | 28 days before | previous four weeks | previous 28 days | past four weeks | prior four
  weeks | prior 28 days | last four weeks | last 28 days | past 28 days | preceding four weeks | preceding
  28 days | four-week average | four-week | 28-day | preceding month | previous weeks | before | previously
  | earlier | prior | as a rule | weeks before | past month | previous month | ordinarily | used to |
  customary | earlier weeks | habitual | average of the four weeks | four weeks prior | month before | prior
  month | standard | regular level
period quarter: last 90 days | past 90 days | last 13 weeks | past 13 weeks | last three months | past three
  months | 90-day | 13-week | last 91 days | past 91 days | last thirteen weeks | past thirteen weeks | past
  quarter | last quarter
period never: last week | last month | last year | yesterday | this month | this year | previous week | week
  before | the week before | today | two weeks ago | week ago | a week ago | a month ago | a year ago |
  month ago | year ago | week earlier | a week earlier | earlier this month | so far this year | past two
  weeks | last two weeks | past three weeks | last three weeks | since last | all year | past year |
  fortnight | decade | six months | past six | last six | last 14 days | past 14 days | last 30 days | past
  30 days | last 60 days | past 60 days | two weeks before | three weeks before | past two months | previous
  month's | season | summer | winter | spring | autumn
period next: next week | coming week | coming days | week ahead | next few days | new week | tonight |
  tomorrow | coming weeks | next days | following weeks | over the following weeks | next month
mode open: whether | if | will | would | could | should | may | might | can | aim | try | to see | goal |
  target | hope | unless | until | so that | aiming | trying | ready to | worth
mode told: since | because | as | given | given that | because of | now that | the reason | so | after all
mode general: tend | tends | often | can | may | generally | sometimes | commonly | likely | mostly | helps
  | might | easily | gives | give | leaves | lets | says | say | show | shows | means | reads like | looks
  like | react | reacts | responds | follows | add up | adds up | is good | are good | depends | is a sign |
  are signs | point to | points to | belong | feed each | asks | ask | answers | mirrors | leave their | at
  the same times | pays back | is common | builds | carry each | ease | matters | counts | vary | usually |
  typically | always | counts for more | is how | what you burn
mode order: take | put | set | keep | note | plan | let | leave | watch | see | check | look | protect |
  consider | give | hold | carry | use | end | pick | turn | cycle | arrange | begin | balance | vary | read
  | treat | compare | get | weigh | bring | start | move | drink | breathe | stay | mention | wear | write |
  say | guard | ask | charge | open | prepare | copy | break | choose | do | discuss | file | have | talk |
  find | build | add | schedule | focus | go | pair | repeat | maintain | continue | notice | stick | spread
  | experiment | make | avoid | reduce | cut | limit | raise | lower | increase | shift | swap | save |
  stretch | eat | wind | switch | try | aim | hold on | don't | next week | worth | protecting | keeping |
  in the week ahead
hedge near: about | around | roughly | some | approximately | circa | close to | near | nearer | in the
  region of | or so | ~ | ≈ | somewhere around | around the | just about | more or less | an average of
  about | in the neighborhood of
hedge under: nearly | almost | just under | just below | a little under | not quite | a shade under |
  slightly under | just shy of | slightly below | a bit under | close on | up to
hedge over: just over | a little over | slightly over | at least | a shade over | a bit over | slightly
  above | just above | a little more than | just past | slightly more than | upwards of | well over
hedge either: over | more than | above | under | less than | below | fewer than | at most
group female: women | woman | female | females
group male: men | man | male | males
not: not | n't | never | no | nor | neither | without | hardly | nothing | none | instead of | rather than |
  no longer | stopped | didn't | wasn't | isn't | hasn't | haven't | weren't | aren't | don't | doesn't |
  failed to | anything but | far from | barely | cannot | can't | won't | scarcely | not a day | nobody |
  ceased | refused to | not so much | any
bound weak: although | and | but | however | though | whereas | while | whilst | yet
"""

Entry = tuple[str, Any]
# First word → the lengths of its phrases, the longest first, and the marks of each phrase.
Phrases = dict[str, tuple[tuple[int, ...], dict[tuple[str, ...], list[Entry]]]]


@cache
def _rows() -> tuple[tuple[str, Entry], ...]:
    """Return (phrase, mark) of the table and of the calendar."""
    rows: list[tuple[str, Entry]] = []
    for line in _TABLE.replace("\n  ", " ").strip().splitlines():
        head, _, phrases = line.partition(": ")
        kind, *values = head.split()
        value = tuple(values) if len(values) > 1 else values[0] if values else None
        for phrase in phrases.split(" | "):
            rows.append((phrase, (kind, value)))
            if kind == "period":
                rows.append((f"{phrase}'s", (kind, value)))
    return (*rows, *_calendar())


def _calendar() -> list[tuple[str, Entry]]:
    rows: list[tuple[str, Entry]] = [(month, ("month", None)) for month in MONTHS]
    for position, day in enumerate(WEEKDAYS):
        short = [] if day[:3] in _LONG_ONLY else [day[:3]]
        rows += [(name, ("weekday", (position, False))) for name in (day, f"{day}'s", *short)]
        plural = (f"{day}s", f"{day}s'", f"every {day}", f"each {day}", f"a {day}")
        rows += [(name, ("weekday", (position, True))) for name in plural]
    return rows


def phrases_of(extra: list[tuple[str, Entry]]) -> Phrases:
    """Return all phrases by their first word; one phrase may carry several marks."""
    found: dict[tuple[str, ...], list[Entry]] = {}
    for phrase, entry in [*_rows(), *extra]:
        entries = found.setdefault(tuple(token.text for token in tokens(phrase)), [])
        if entry not in entries:
            entries.append(entry)
    return by_first_word(found)


def by_first_word(found: dict[tuple[str, ...], list[Entry]]) -> Phrases:
    """Return phrases arranged for looking up."""
    rows: dict[str, dict[tuple[str, ...], list[Entry]]] = {}
    for words, entries in found.items():
        rows.setdefault(words[0], {})[words] = entries
    return {
        first: (tuple(sorted({len(words) for words in row}, reverse=True)), row)
        for first, row in rows.items()
    }
