"""The embedded servers, from the outside."""

import psycopg
from redis import Redis


def test_warehouse_is_migrated_and_empty(warehouse: str) -> None:
    with psycopg.connect(warehouse) as connection:
        assert connection.execute("SELECT count(*) FROM app.users").fetchone() == (0,)


def test_warehouses_are_independent(warehouse: str) -> None:
    with psycopg.connect(warehouse) as connection:
        connection.execute("INSERT INTO app.users (external_id) VALUES ('only here')")
        assert connection.execute("SELECT count(*) FROM app.users").fetchone() == (1,)


def test_redis_starts_empty(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
