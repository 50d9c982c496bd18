"""Cohort summaries belong to the run that froze them until it is published."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the statements beside this file; psycopg sends them as one script."""
    script = Path(__file__).with_suffix(".sql").read_text()
    op.get_bind().connection.dbapi_connection.execute(script)
