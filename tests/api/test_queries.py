"""Questions for many readers at once: each gets their own row, and afterwards nobody is acted for."""

import asyncio
from datetime import date

import psycopg

from api.queries import Connection, Wanted, select_briefs, select_user_ids
from tests.api.readers import ANN_NEWER, ANN_OLDER, BEN_NEWER, NEWER, OLDER


def test_everybody_s_own_brief_in_the_order_of_the_question(published: str) -> None:
    asked = [
        Wanted(2, None), Wanted(1, OLDER), Wanted(3, None), Wanted(1, None), Wanted(2, OLDER), Wanted(99, NEWER),
    ]  # fmt: skip

    async def scenario() -> None:
        async with await Connection.connect(published, autocommit=True) as connection:
            await connection.execute("SET ROLE almanac_reader")
            found = await select_briefs(connection, asked)
            bodies = [brief and brief.body.decode() for brief in found]
            assert bodies == [BEN_NEWER, ANN_OLDER, None, ANN_NEWER, None, None]
            assert await select_user_ids(connection, ["ben", "dora", "ann"]) == [2, None, 1]
            assert await select_briefs(connection, []) == []
            left = await connection.execute("SELECT count(*) FROM serving.weekly_briefs_v1")
            assert await left.fetchone() == (0,)

    asyncio.run(scenario())


def test_row_rules_hold_inside_the_question_too(published: str) -> None:
    """With a rule that hides ben's rows from everybody, the question for both finds ann's alone."""
    with psycopg.connect(published) as connection:
        connection.execute(
            "CREATE POLICY hidden ON warehouse.weekly_health_briefs AS RESTRICTIVE TO almanac_reader "
            "USING (user_id <> 2)"
        )
        connection.execute("SET ROLE almanac_reader")
        rows = connection.execute(
            "SELECT place, week_of FROM serving.briefs_of(ARRAY[2, 1], ARRAY[NULL, NULL]::date[])"
        ).fetchall()
        assert rows == [(2, date(2016, 5, 2))]
        connection.rollback()
