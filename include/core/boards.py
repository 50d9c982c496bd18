"""Leaderboards as they are served, and the keys under which Redis holds them.

A batch writes them there, the read API reads them; both make the same bytes of the same rows.

A board is written under a version of its own and becomes visible by one SET of its pointer, so a reader
sees all of the old board or all of the new. A version outlives its pointer by a minute, for readers in
between. Under a version: `top` the first hundred as they are served, `rows:<n>` lists of JSON rows by
position, a thousand in each, since Redis walks through a list to the place that it is asked for; `positions` a
hash from user id to position (from 0). A reader asks for all that it needs by one script, so that no other
version can come between its parts.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, NewType

import orjson

Board = NewType("Board", str)
WEEKLY, MONTHLY = Board("weekly"), Board("monthly")
BOARDS = (WEEKLY, MONTHLY)

TOP = 100
IN_LIST = 1_000
SECONDS = 24 * 3600
AFTERLIFE_S = 60
REFILL_SECONDS = 60


class Header(NamedTuple):
    """What there is to know of a published board; a row of sql/serving/select_leaderboard."""

    board: Board
    period: date
    state: str  # provisional | final
    learners: int
    updated_at: datetime
    restated_at: datetime | None
    run_id: int
    is_newest: bool


def told(rank: int, user_id: int, name: str, attempts: int, correct: int) -> dict[str, Any]:
    """A row of sql/serving/select_leaderboard_rows as it is served; accuracy in percent."""
    accuracy = round(100 * correct / attempts, 1)
    return {"rank": rank, "user_id": user_id, "name": name, "attempts": attempts, "accuracy": accuracy}


def body(header: Header, top: Sequence[dict[str, Any]]) -> bytes:
    """A board with its first rows, as bytes of JSON."""
    restated = header.restated_at and header.restated_at.astimezone(UTC)
    served = {
        "board": header.board,
        "period": header.period,
        "state": header.state,
        "learners": header.learners,
        "updated_at": header.updated_at.astimezone(UTC),
        "restated_at": restated,
        "leaderboard": top,
    }
    return orjson.dumps(served, option=orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS)


class Version(NamedTuple):
    """What a pointer says: which board, under which keys, among how many."""

    board: Board
    period: date
    name: str  # '<run id>-<anything>'
    learners: int

    @property
    def run_id(self) -> int:
        """The run that made the rows."""
        return int(self.name.split("-")[0])

    def packed(self) -> bytes:
        return f"{self.period.isoformat()} {self.name} {self.learners}".encode()

    @property
    def prefix(self) -> str:
        return f"leaderboard:{self.board}:{self.period.isoformat()}:{self.name}"

    @property
    def top(self) -> str:
        return f"{self.prefix}:top"

    def rows(self, place: int) -> str:
        """Key of the list in which the row of this place stands."""
        return f"{self.prefix}:rows:{place // IN_LIST}"

    @property
    def positions(self) -> str:
        return f"{self.prefix}:positions"

    def all_keys(self) -> list[str]:
        """All that is kept of it."""
        return [self.top, self.positions, *(self.rows(place) for place in range(0, self.learners, IN_LIST))]


def pointer(board: Board, period: date | None) -> str:
    """Key of the pointer to a board's version; without a period, to the newest board."""
    return f"leaderboard:{board}:{period.isoformat() if period else 'newest'}"


def refill_key(board: Board, period: date | None) -> str:
    """Key of what a reader found in the table: '<run id> <bytes as served>'."""
    return f"leaderboard:{board}:{period.isoformat() if period else 'newest'}:refill"


# KEYS: pointer. ARGV: the board, the reader's user id, neighbours on either side, 1 for the first hundred or 0.
# Answers {pointer's value, first hundred or '', JSON list of the reader's row and its neighbours}; the list is
# empty for who is not on the board. {} where any part of it is gone. One text for all rows, since a client
# takes one long answer in much faster than many short ones.
READ_SCRIPT = """
local shown = redis.call('GET', KEYS[1])
if not shown then return {} end
local period, name, learners = string.match(shown, '^(%S+) (%S+) (%d+)')
local version = 'leaderboard:' .. ARGV[1] .. ':' .. period .. ':' .. name
local top = ''
if ARGV[4] == '1' then
    top = redis.call('GET', version .. ':top')
    if not top then return {} end
end
local place = tonumber(redis.call('HGET', version .. ':positions', ARGV[2]))
if not place then
    if redis.call('EXISTS', version .. ':positions') == 0 then return {} end
    return {shown, top, '[]'}
end
local first = math.max(place - ARGV[3], 0)
local last = math.min(place + ARGV[3], learners - 1)
local rows = {}
for list = math.floor(first / IN_LIST), math.floor(last / IN_LIST) do
    local begins = list * IN_LIST
    local key = version .. ':rows:' .. list
    for _, row in ipairs(redis.call('LRANGE', key, math.max(first - begins, 0), last - begins)) do
        rows[#rows + 1] = row
    end
end
if #rows == 0 or #rows <= last - first then return {} end
return {shown, top, '[' .. table.concat(rows, ',') .. ']'}
""".replace("IN_LIST", str(IN_LIST))


def unpacked(board: Board, value: bytes) -> Version:
    """The version that a pointer's value names."""
    period, name, learners = value.decode().split(" ")
    return Version(board, date.fromisoformat(period), name, int(learners))


def percentile(rank: int, learners: int) -> float:
    """Percent of the other learners who are not ahead: 100 for the first, 0 for who is alone at the end."""
    if learners < 2:
        return 100.0
    return round(100 * (learners - rank) / (learners - 1), 1)
