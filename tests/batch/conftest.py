"""A generated population in a warehouse of its own, copied for every test."""

import uuid
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from psycopg import sql

from include.core.db import connect
from include.core.migrate import migrate
from include.local import population, postgres

USERS = 240
WEEKS = 18
LAST_WEEK = date(2025, 12, 29)


@pytest.fixture(scope="session")
def people_template(postgres_server: str) -> str:
    """Name of a database with 240 generated users and 18 weeks to copy from."""
    url = postgres.ensure_database(postgres_server, "almanac_people")
    migrate(url)
    with connect(url) as connection:
        population.generate(connection, users=USERS, weeks=WEEKS, seed=5, week_of=LAST_WEEK)
    return "almanac_people"


@pytest.fixture
def people(postgres_server: str, people_template: str) -> Iterator[str]:
    """URL of a fresh warehouse with the generated users."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(create.format(sql.Identifier(name), sql.Identifier(people_template)))
    yield postgres.database_url(postgres_server, name)
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
