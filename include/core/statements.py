"""SQL lives in files under sql/, one statement each; this finds them by name."""

from functools import cache

from psycopg import sql

from include.core.settings import PROJECT

SQL_ROOT = PROJECT / "sql"


@cache
def statement(name: str) -> sql.SQL:
    """The statement of `sql/<name>.sql`, e.g. `statement("batch/select_due_periods")`.

    Values are bound as `%(name)s`. A `{placeholder}` stands for an identifier (a staging table's
    name) and is filled with `.format(placeholder=sql.Identifier(...))` only.
    """
    path = SQL_ROOT / f"{name}.sql"
    if not path.is_file():
        raise FileNotFoundError(f"no SQL file sql/{name}.sql")
    return sql.SQL(path.read_text())
