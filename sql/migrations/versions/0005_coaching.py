"""Coaching: journals, whose message is due when, every attempt at one, what was screened, what followed."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the statements beside this file; psycopg sends them as one script."""
    script = Path(__file__).with_suffix(".sql").read_text()
    op.get_bind().connection.dbapi_connection.execute(script)
