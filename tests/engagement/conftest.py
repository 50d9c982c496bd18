"""Two people with briefs: ann (1) has two, ben (2) one."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest

from include.core.db import Connection
from tests.api.readers import publish
from tests.conftest import copy_of


@pytest.fixture(scope="package")
def shared(postgres_server: str, warehouse_template: str) -> Iterator[str]:
    """URL of a warehouse that no test changes for good."""
    with copy_of(postgres_server, warehouse_template) as url:
        brief(url)
        yield url


@pytest.fixture
def connection(shared: str) -> Iterator[Connection]:
    """One transaction that is taken back."""
    with psycopg.connect(shared) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def briefed(warehouse: str) -> str:
    """URL of a warehouse of the test's own."""
    brief(warehouse)
    return warehouse


def brief(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "CREATE TABLE warehouse.weekly_health_briefs_2016 PARTITION OF warehouse.weekly_health_briefs "
            "FOR VALUES FROM ('2016-01-04') TO ('2017-01-02')"
        )
        connection.execute("INSERT INTO app.users (user_id, external_id) VALUES (1, 'ann'), (2, 'ben')")
        for user, week in ((1, date(2016, 4, 25)), (1, date(2016, 5, 2)), (2, date(2016, 5, 2))):
            publish(connection, user, week, '{"week_of": "of a test"}')
