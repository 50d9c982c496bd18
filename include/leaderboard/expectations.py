"""What must hold for a board as a whole (Great Expectations), found in another way than it was made."""

from typing import Any

# Rows against the row before them in the stable order: a shared rank or the position, in the right order.
_MISRANKED = """
SELECT user_id FROM (
    SELECT *, lag(position, 1, 0) OVER ordered AS position_before, lag(rank) OVER ordered AS rank_before,
           lag(attempts) OVER ordered AS attempts_before, lag(correct) OVER ordered AS correct_before,
           lag(user_id) OVER ordered AS user_before
    FROM {batch} WINDOW ordered AS (ORDER BY position)
) AS rows
WHERE position <> position_before + 1
   OR (attempts_before, correct_before, -user_before) < (attempts, correct, -user_id)
   OR rank <> CASE WHEN (attempts_before, correct_before) = (attempts, correct) THEN rank_before ELSE position END
"""


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
            gxe.UnexpectedRowsExpectation(unexpected_rows_query=_MISRANKED),
        ]
    }
