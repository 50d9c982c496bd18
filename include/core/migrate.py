"""Bring a warehouse to the newest schema (Alembic; forward only)."""

from alembic import command
from alembic.config import Config

from include.core.statements import SQL_ROOT


def migrate(url: str) -> None:
    """Apply the migrations that `url` (postgresql://…) has not had."""
    config = Config()
    config.set_main_option("script_location", str(SQL_ROOT / "migrations"))
    config.set_main_option("sqlalchemy.url", sqlalchemy_url(url).replace("%", "%%"))
    command.upgrade(config, "head")


def sqlalchemy_url(url: str) -> str:
    """The same database for SQLAlchemy, through psycopg 3."""
    return "postgresql+psycopg://" + url.split("://", 1)[1]
