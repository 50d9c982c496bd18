"""Leaderboards: the first hundred with the reader's own rank, and who stands around them."""

from datetime import date

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import personal
from api.board_views import Asked, Seen
from api.callers import reader_of
from api.deps import Resources
from api.leaderboards import find_board
from include.core.boards import BOARDS, MONTHLY, WEEKLY, Board
from include.core.periods import BadPeriod, BoardWeek, Month

PERIODS: dict[Board, type[BoardWeek | Month]] = {WEEKLY: BoardWeek, MONTHLY: Month}
MOST_AROUND = 50


async def get_weekly(request: Request) -> Response:
    return await get_board(request, WEEKLY)


async def get_monthly(request: Request) -> Response:
    return await get_board(request, MONTHLY)


async def get_board(request: Request, board: Board) -> Response:
    """The stored bytes, with the reader's own rank set in at the end."""
    held, user_id = await reader_of(request)
    seen = await published(held, Asked(board, asked_period(request, board), user_id, with_top=True))
    own = orjson.dumps(seen.user_rank)
    return personal(request, seen.top[:-1] + b',"user_rank":' + own + b"}", stale_s=seen.stale_s)


async def get_my_rank(request: Request) -> Response:
    held, user_id = await reader_of(request)
    board, around = asked_board(request), asked_around(request)
    seen = await published(held, Asked(board, asked_period(request, board), user_id, around))
    told = {
        "board": board,
        "period": seen.period,
        "learners": seen.learners,
        "user_rank": seen.user_rank,
        "around": seen.around,
    }
    return personal(request, orjson.dumps(told), stale_s=seen.stale_s)


async def published(held: Resources, asked: Asked) -> Seen:
    """The board; 503 while there never was one, 404 for a period without one."""
    seen = await find_board(held, asked)
    if seen is not None:
        return seen
    board, period = asked.board, asked.period
    if period is not None and await find_board(held, asked._replace(period=None)) is not None:
        raise HTTPException(404, f"there is no {board} board of {period}; leave `period` out for the newest")
    raise HTTPException(
        503,
        f"no {board} leaderboard has been published yet; it appears after its first run",
        {"Retry-After": "3600"},
    )


def asked_board(request: Request) -> Board:
    name = request.query_params.get("board", WEEKLY)
    if name not in BOARDS:
        raise HTTPException(400, f"{name!r} is no board; `board` is one of: {', '.join(BOARDS)}")
    return Board(name)


def asked_around(request: Request) -> int:
    text = request.query_params.get("around", "2")
    if not (text.isascii() and text.isdecimal() and len(text) <= 2) or int(text) > MOST_AROUND:
        raise HTTPException(400, f"`around` is a number of neighbours from 0 to {MOST_AROUND}")
    return int(text)


def asked_period(request: Request, board: Board) -> date | None:
    key = request.query_params.get("period")
    try:
        return PERIODS[board].parse(key).first if key else None
    except BadPeriod as error:
        raise HTTPException(400, str(error)) from None


PATHS = {
    "/api/v1/leaderboard/weekly": get_weekly,
    "/api/v1/leaderboard/monthly": get_monthly,
    "/api/v1/leaderboard/my-rank": get_my_rank,
}

routes = [Route(path, endpoint) for path, endpoint in PATHS.items()]
