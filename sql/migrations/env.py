"""Alembic's entry: one database URL, from the caller's config."""

from alembic import context
from sqlalchemy import NullPool, create_engine

url = context.config.get_main_option("sqlalchemy.url")
assert url, "call include.core.migrate.migrate(url)"
with create_engine(url, poolclass=NullPool).begin() as connection:
    context.configure(connection=connection, version_table="almanac_alembic_version")
    context.run_migrations()
