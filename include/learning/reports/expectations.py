"""What must hold for the reports of a month as a whole (Great Expectations)."""

from typing import Any

from include.learning.reports.repo import REPORTS


def expectations() -> dict[str, list[Any]]:
    """Table → expectations; checked in the database before anything is published."""
    import great_expectations.expectations as gxe

    return {
        REPORTS: [
            gxe.ExpectTableRowCountToBeBetween(min_value=1),
            gxe.ExpectColumnValuesToBeUnique(column="user_id"),
            gxe.ExpectColumnValuesToBeInSet(column="outcome", value_set=["complete", "insufficient_data"]),
            gxe.ExpectColumnValueLengthsToBeBetween(column="chart", min_value=500, max_value=10_000),
        ]
    }
