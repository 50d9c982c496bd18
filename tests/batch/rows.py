"""What is published, for comparison: all columns but generated_at, run ids and cost."""

from typing import Any

import psycopg

PUBLISHED = {
    "briefs": "SELECT user_id, week_of, outcome, headline, brief::text, insight_count, components_ok, velocity, "
    "patterns_searched, days_since_data, facts_hash, writer, prompt_version, code_version, data_through "
    "FROM warehouse.weekly_health_briefs ORDER BY user_id, week_of",
    "insights": "SELECT user_id, week_of, rank, insight_key, kind, metric, direction, effect_size, confidence, "
    "evidence::text, text FROM warehouse.health_insights ORDER BY user_id, week_of, rank",
    "outbox": "SELECT user_id, kind, period, payload::text FROM ops.notification_outbox ORDER BY user_id, period",
}


def published(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every published row, by table."""
    with psycopg.connect(url) as connection:
        return {name: connection.execute(query).fetchall() for name, query in PUBLISHED.items()}


def query(url: str, text: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of an ad hoc query; an update returns none."""
    with psycopg.connect(url) as connection:
        cursor = connection.execute(text, values)
        return cursor.fetchall() if cursor.description else []
