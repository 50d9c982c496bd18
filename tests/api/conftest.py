"""Two people with published briefs, one without, and the API over them."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import ApiSettings
from tests.api.readers import (
    ANN_NEWER,
    ANN_OLDER,
    BEN_NEWER,
    NEWER,
    NOWHERE,
    OLDER,
    SECRET,
    OpenClient,
    publish,
)


@pytest.fixture
def published(warehouse: str) -> str:
    """URL of a warehouse where ann (1) has two briefs, ben (2) one and cleo (3) none."""
    with psycopg.connect(warehouse) as connection:
        for start, end in ((OLDER, NEWER), (NEWER, date(2016, 5, 9))):
            connection.execute(
                f"CREATE TABLE warehouse.weekly_health_briefs_{start:%Y%m%d} "
                f"PARTITION OF warehouse.weekly_health_briefs FOR VALUES FROM ('{start}') TO ('{end}')"
            )
        connection.execute(
            "INSERT INTO app.users (user_id, external_id) VALUES (1, 'ann'), (2, 'ben'), (3, 'cleo')"
        )
        publish(connection, 1, OLDER, ANN_OLDER)
        publish(connection, 1, NEWER, ANN_NEWER)
        publish(connection, 2, NEWER, BEN_NEWER)
    return warehouse


@pytest.fixture
def open_client(published: str, redis_url: str) -> OpenClient:
    """Opens the API over the two servers, or over others: a part that is down is an address."""

    def opened(
        *,
        database_url: str = published,
        redis: str = redis_url,
        cors: str = "",
        admin: str = "",
        metrics: str = "",
        per_minute: int = 100_000,
    ) -> TestClient:
        settings = ApiSettings(
            database_url=database_url,
            redis_url=redis,
            api_token_secret=SECRET,
            cors_origins=cors,
            admin_api_key=admin,
            metrics_token=metrics,
            requests_per_minute=per_minute,
            database_wait_s=0.3 if NOWHERE in database_url else 5.0,
        )
        return TestClient(create_app(settings), raise_server_exceptions=False)

    return opened


@pytest.fixture
def client(open_client: OpenClient) -> Iterator[TestClient]:
    with open_client() as opened:
        yield opened
