"""The tables of a run before anything is visible: created, filled, checked, then published or dropped.

Names carry the period and the run, so that a run that lost its lease writes into nothing.
"""

from psycopg import sql

from include.batch.job import BatchJob, Run
from include.core.db import Connection
from include.core.statements import statement


def short_name(table: str) -> str:
    """'warehouse.health_insights' → 'health_insights'."""
    return table.rsplit(".", 1)[-1]


def suffix(run: Run) -> str:
    return f"{digits(run.period)}_r{run.run_id}"


def digits(key: str) -> str:
    """A period's key as part of a name: '2016-05-02' → '20160502'."""
    return "".join(filter(str.isdigit, key))


def staged(table: str, run: Run) -> sql.Identifier:
    """Identifier of a result table's staging twin."""
    return sql.Identifier("staging", f"{short_name(table)}_{suffix(run)}")


def staged_name(table: str, run: Run) -> str:
    """The same as text, for COPY."""
    return f"staging.{short_name(table)}_{suffix(run)}"


def members(run: Run) -> sql.Identifier:
    """Identifier of the table of eligible users of this run."""
    return sql.Identifier("staging", f"members_{run.job_name}_{suffix(run)}")


def create(connection: Connection, job: BatchJob, run: Run) -> None:
    """Empty staging tables for this run; those of earlier runs of the period are dropped."""
    drop_all(connection, job, run)
    create_members(connection, job, run)
    for table in job.tables:
        connection.execute(
            statement("batch/create_staging").format(
                staged=staged(table, run),
                table=sql.Identifier(*table.split(".")),
                column=sql.Identifier(job.partition_column),
                check=sql.Identifier(f"{short_name(table)}_{suffix(run)}_period"),
                period=sql.Literal(job.period_of(run).first),
            )
        )


def create_members(connection: Connection, job: BatchJob, run: Run) -> None:
    """An empty table of the run's users."""
    extra = sql.SQL(f", {job.member_columns}" if job.member_columns else "")
    connection.execute(statement("batch/create_members").format(members=members(run), extra=extra))


def drop_all(connection: Connection, job: BatchJob, run: Run) -> None:
    """Drop every staging table of this job and period, whichever run made it."""
    day = digits(run.period)
    prefixes = [f"members_{job.name}_{day}_r", *(f"{short_name(t)}_{day}_r" for t in job.tables)]
    rows = connection.execute(statement("batch/select_staging_tables"), {"prefixes": prefixes}).fetchall()
    for (name,) in rows:
        connection.execute(statement("batch/drop_staging").format(staged=sql.Identifier("staging", name)))


def exists(connection: Connection, job: BatchJob, run: Run) -> bool:
    """Whether this run's results are (still) staged."""
    name = staged_name(job.tables[0], run)
    row = connection.execute(statement("batch/select_table_exists"), {"table": name}).fetchone()
    return bool(row and row[0])


def identifiers(job: BatchJob, run: Run) -> dict[str, sql.Identifier]:
    """Placeholders that a job's SQL may use: {members}, {<table's short name>}, {results} = the first of them."""
    tables = {short_name(table): staged(table, run) for table in job.tables}
    return {"members": members(run), "results": staged(job.tables[0], run), **tables}


def counts(connection: Connection, job: BatchJob, run: Run) -> tuple[int, int]:
    """(members, members with a staged result) of a run."""
    row = connection.execute(
        statement("batch/select_counts").format(members=members(run), staged=staged(job.tables[0], run))
    ).fetchone()
    assert row is not None
    return row[0], row[1]
