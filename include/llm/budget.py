"""Caps in US dollars: reserved before sending, reconciled after; per run and per UTC day."""

from collections.abc import Iterable
from datetime import date

from include.core.db import Connection
from include.core.statements import statement
from include.llm.models import WriterSettings


def scopes(run_id: int, day: date) -> list[str]:
    return [f"day:{day.isoformat()}", f"run:{run_id}"]


def open_caps(connection: Connection, run_id: int, day: date, settings: WriterSettings) -> None:
    """Write down the caps of a run and of the day."""
    caps = zip(scopes(run_id, day), (settings.day_cap_usd, settings.run_cap_usd), strict=True)
    for scope, cap in caps:
        connection.execute(statement("llm/open_budget"), {"scope": scope, "cap_usd": cap})


def reserve(connection: Connection, run_id: int, day: date, usd: float) -> bool:
    """Set the amount aside in both caps, or in none where either has not enough left."""
    found = connection.execute(
        statement("llm/reserve_budget"), {"scopes": scopes(run_id, day), "usd": usd}
    ).fetchall()
    return bool(found)


def settle(connection: Connection, run_id: int, amounts: Iterable[tuple[date, float, float]]) -> None:
    """Turn reservations into what was spent: (day of the call, reserved, spent) each."""
    by_day: dict[date, tuple[float, float]] = {}
    for day, reserved, spent in amounts:
        so_far = by_day.get(day, (0.0, 0.0))
        by_day[day] = (so_far[0] + reserved, so_far[1] + spent)
    for day, (reserved, spent) in sorted(by_day.items()):
        for scope in scopes(run_id, day):
            connection.execute(
                statement("llm/settle_budget"), {"scope": scope, "reserved": reserved, "spent": spent}
            )
