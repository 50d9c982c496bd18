"""What must hold for the staged rows of a run as a whole (Great Expectations)."""

from typing import Any


def expectations() -> dict[str, list[Any]]:
    """Table → expectations; checked in the database before anything is published."""
    import great_expectations.expectations as gxe

    return {
        "warehouse.weekly_health_briefs": [
            gxe.ExpectTableRowCountToBeBetween(min_value=1),
            gxe.ExpectColumnValuesToBeInSet(
                column="outcome", value_set=["complete", "partial", "insufficient_data"]
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="facts_hash"),
            gxe.ExpectColumnValuesToBeBetween(column="velocity", min_value=0, max_value=100),
            gxe.ExpectColumnValueLengthsToBeBetween(column="headline", min_value=10, max_value=160),
            gxe.ExpectColumnValuesToBeBetween(column="insight_count", min_value=0, max_value=5),
        ],
        "warehouse.health_insights": [
            gxe.ExpectColumnValuesToBeBetween(column="confidence", min_value=0, max_value=1),
            gxe.ExpectColumnValuesToNotBeNull(column="text"),
            gxe.ExpectColumnValuesToBeInSet(column="direction", value_set=["up", "down", "steady"]),
        ],
    }
