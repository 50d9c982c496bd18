"""What a session is like, whatever the server's defaults and the URL."""

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from include.core.db import connect

OPTIONS = "?options=-c%20search_path%3Dapp%20-c%20timezone%3DAsia/Tokyo"


@pytest.fixture
def elsewhere(warehouse: str) -> str:
    """A warehouse whose sessions are in Los Angeles unless they say otherwise."""
    name = sql.Identifier(str(conninfo_to_dict(warehouse)["dbname"]))
    with psycopg.connect(warehouse) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} SET timezone = 'America/Los_Angeles'").format(name))
    return warehouse


@pytest.mark.parametrize("options", ["", OPTIONS])
@pytest.mark.parametrize("autocommit", [False, True])
def test_dates_are_midnights_in_utc(elsewhere: str, options: str, autocommit: bool) -> None:
    query = "SELECT current_setting('timezone'), DATE '2026-03-09' = TIMESTAMPTZ '2026-03-09T00:00Z'"
    with connect(elsewhere + options, autocommit=autocommit) as connection:
        assert connection.execute(query).fetchone() == ("UTC", True)
        connection.rollback()
        assert connection.execute(query).fetchone() == ("UTC", True)


def test_options_of_the_url_are_kept_beside_ours(elsewhere: str) -> None:
    with connect(elsewhere + OPTIONS, timeout_s=7) as connection:
        row = connection.execute(
            "SELECT current_setting('search_path'), current_setting('statement_timeout')"
        ).fetchone()
    assert row == ("app", "7s")
