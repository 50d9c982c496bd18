"""What the task of refresh_leaderboards does."""

from airflow.sdk import Context

from include.core.boards import BOARDS
from include.leaderboard import cache
from include.orchestration.resources import redis, warehouse


def refresh(context: Context) -> dict[str, int]:
    """Rows written of each board; 0 where Redis holds it with today's names."""
    with warehouse(context) as connection, redis() as client:
        return {str(board): cache.refresh(connection, client, board) for board in BOARDS}
