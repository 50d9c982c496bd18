"""What a message may be built on: recent entries cut to size, newest insights, earlier messages.

Nothing outside the context reaches a template or a model, and `used` records what was in it, without text.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any, NamedTuple

from include.coaching.models import Earlier, Entry, Frequency, Insight, Plan, Preference, Source
from include.coaching.rules.themes import Reading, read

ENTRY_DAYS, MOST_ENTRIES = 14, 20
INSIGHT_DAYS, MOST_INSIGHTS = 21, 8
MOST_EARLIER = 10
# Characters: of the whole context, of one entry, and of all insights' texts together.
WHOLE, ONE_ENTRY, ALL_INSIGHTS = 6_000, 1_500, 1_500
# An entry of which fewer characters would be left is left out.
LEAST_LEFT = 80
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Context(NamedTuple):
    """All that is known for one message. Entries, insights and earlier messages are newest first."""

    user_id: int
    local_day: date
    weekday: str
    preference: Preference
    frequency: Frequency
    entries: tuple[Entry, ...]  # bodies cut to size
    insights: tuple[Insight, ...]
    earlier: tuple[Earlier, ...]
    themes: Reading  # what the entries are about, and in what mood
    days_silent: int | None  # since the last entry; None = there is none
    used: dict[str, Any]  # JSON-able: ids, counts and sizes, no text


def recent(source: Source, plan: Plan) -> tuple[Entry, ...]:
    """The user's own entries of the local day and the 14 before, newest first, at most 20, whole."""
    first = plan.local_day - timedelta(days=ENTRY_DAYS)
    own = (entry for entry in source.entries if entry.source == "user" and entry.body.strip())
    return tuple(entry for entry in own if first <= entry.local_day <= plan.local_day)[:MOST_ENTRIES]


def build(source: Source, plan: Plan) -> Context:
    """The context of a user's message on the plan's local day."""
    insights, unused = _insights(source, plan)
    room = WHOLE - sum(len(insight.text) for insight in insights)
    entries, left_out = _fitted(recent(source, plan), room)
    left_out.update(_not_recent(source, plan))
    earlier = source.earlier[:MOST_EARLIER]
    used = {
        "entries": [{"id": str(entry.entry_id), "characters": len(entry.body)} for entry in entries],
        "entries_left_out": dict(left_out),
        "insights": [insight.key for insight in insights],
        "insights_left_out": dict(unused),
        "earlier_messages": len(earlier),
        "characters": WHOLE - room + sum(len(entry.body) for entry in entries),
    }
    return Context(
        source.due.user_id, plan.local_day, WEEKDAYS[plan.local_day.weekday()], source.due.preference,
        source.due.frequency, entries, insights, earlier, read(entries, plan.local_day),
        _days_silent(source, plan), used,
    )  # fmt: skip


def _insights(source: Source, plan: Plan) -> tuple[tuple[Insight, ...], Counter[str]]:
    """The insights of the last three weeks that fit, newest first, and why others do not."""
    kept: list[Insight] = []
    left_out: Counter[str] = Counter()
    room = ALL_INSIGHTS
    seen: set[str] = set()
    for insight in sorted(source.insights, key=lambda one: one.week_of, reverse=True):
        age = (plan.local_day - insight.week_of).days
        if not 0 <= age <= INSIGHT_DAYS:
            left_out["old" if age > 0 else "future"] += 1
        elif insight.key in seen:
            left_out["newer_one"] += 1
        elif len(kept) == MOST_INSIGHTS or len(insight.text) > room:
            left_out["no_room"] += 1
        else:
            kept.append(insight)
            seen.add(insight.key)
            room -= len(insight.text)
    return tuple(kept), left_out


def _fitted(entries: tuple[Entry, ...], room: int) -> tuple[tuple[Entry, ...], Counter[str]]:
    """Entries cut to the limits, newest first, and how many were cut or found no room."""
    kept: list[Entry] = []
    left_out: Counter[str] = Counter()
    for entry in entries:
        body = cut(entry.body, min(ONE_ENTRY, room))
        if len(body) < min(LEAST_LEFT, len(entry.body.strip())):
            left_out["no_room"] += 1
            continue
        left_out["cut"] += len(body) < len(entry.body.strip())
        kept.append(entry._replace(body=body))
        room -= len(body)
    return tuple(kept), +left_out


def cut(text: str, most: int) -> str:
    """The text's beginning, at most so many characters, cut at a word where it has spaces."""
    text = text.strip()
    if len(text) <= most:
        return text
    kept = text[:most]
    words = kept.rsplit(None, 1)
    whole_words = kept if text[most].isspace() else words[0] if len(words) == 2 else ""
    # A script without spaces would lose all of it.
    return (whole_words if len(whole_words) > most - 60 else kept).rstrip()


def _not_recent(source: Source, plan: Plan) -> Counter[str]:
    """How many of the user's own entries were not looked at, by reason."""
    first = plan.local_day - timedelta(days=ENTRY_DAYS)
    found: Counter[str] = Counter()
    recent_ones = 0
    for entry in source.entries:
        if entry.source != "user":
            continue
        if entry.local_day > plan.local_day:
            found["future"] += 1
        elif entry.local_day < first:
            found["older"] += 1
        elif not entry.body.strip():
            found["empty"] += 1
        else:
            recent_ones += 1
    found["too_many"] = max(0, recent_ones - MOST_ENTRIES)
    return +found


def _days_silent(source: Source, plan: Plan) -> int | None:
    days = [entry.local_day for entry in source.entries if entry.source == "user"]
    past = [day for day in days if day <= plan.local_day]
    return (plan.local_day - max(past)).days if past else None
