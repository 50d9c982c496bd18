"""The monitor's numbers as a serving function, and a role that can ask for them and for nothing else."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Run the statements beside this file; psycopg sends them as one script."""
    script = Path(__file__).with_suffix(".sql").read_text()
    op.get_bind().connection.dbapi_connection.execute(script)
