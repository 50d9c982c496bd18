"""What readers ask of boards, and how a board looks to one of them."""

from datetime import date
from typing import Any, NamedTuple

from include.core.boards import Board


class Asked(NamedTuple):
    """Which board, for whom, and what of it. Without a period the newest."""

    board: Board
    period: date | None
    user_id: int
    around: int = 0  # neighbours on either side of the user
    with_top: bool = False


class Seen(NamedTuple):
    """A board as a user sees it."""

    period: date
    learners: int
    top: bytes  # the first hundred as they are served; nothing where they were not asked for
    user_rank: dict[str, Any] | None  # None = not on the board
    around: list[dict[str, Any]]  # in the order of the board, the user's own row among them
    stale_s: int | None = None  # seconds since it was read, where nothing newer can be had


class LastSeen(NamedTuple):
    """What was answered last, and when (seconds since the epoch)."""

    seen: Seen
    read_at: float

    @property
    def weight(self) -> int:
        """Bytes in memory, roughly."""
        return len(self.seen.top) + 500 * (2 + len(self.seen.around))
