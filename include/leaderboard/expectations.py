"""What must hold for a board as a whole (Great Expectations); its order is checked by row, in check_users."""

from typing import Any


def expectations(table: str) -> dict[str, list[Any]]:
    """Table → expectations; checked in the database before anything is published."""
    import great_expectations.expectations as gxe

    return {
        table: [
            gxe.ExpectTableRowCountToBeBetween(min_value=1),
            gxe.ExpectColumnValuesToBeBetween(column="attempts", min_value=1),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="attempts", column_B="correct", or_equal=True
            ),
        ]
    }
