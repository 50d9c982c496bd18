"""Which users a run is for, and how they are divided among tasks."""

from psycopg import sql

from include.batch import staging
from include.batch.flags import flag_of
from include.batch.job import BatchJob, Run, RunRequest, Shard
from include.core.db import Connection
from include.core.statements import statement


class NothingToDo(ValueError):
    """No eligible user; the message says why and what to do."""


class UnknownUsers(ValueError):
    """Ids that no user has."""


def select_members(connection: Connection, job: BatchJob, run: Run, request: RunRequest) -> int:
    """Fill the members table with the eligible users that the run is asked to make.

    Returns how many eligible users wait for a later wave, because their local week is not over.
    """
    table = staging.members(run)
    connection.execute(statement(job.select_members).format(members=table), job.values(run))
    _keep_rolled_out(connection, job, table)
    if job.refine_members:
        connection.execute(statement(job.refine_members).format(members=table), job.values(run))
    deferred = connection.execute(statement("batch/delete_members_not_ready").format(members=table)).rowcount
    if request.scope == "users":
        _keep_named(connection, table, request.users)
    elif request.scope == "missing":
        _keep_missing(connection, job, run, table)
    return deferred


def _keep_rolled_out(connection: Connection, job: BatchJob, table: sql.Identifier) -> None:
    if flag_of(connection, job.name).state != "all":
        delete = statement("batch/delete_members_not_rolled_out").format(members=table)
        connection.execute(delete, {"flag": job.name})


def _keep_named(connection: Connection, table: sql.Identifier, users: tuple[str, ...]) -> None:
    names = {"users": list(users)}
    unknown = [row[0] for row in connection.execute(statement("batch/select_unknown_users"), names)]
    if unknown:
        raise UnknownUsers(
            f"{len(unknown)} of {len(users)} user ids are unknown. Use the ids of the source "
            "(app.users.external_id)."
        )
    connection.execute(statement("batch/delete_members_not_named").format(members=table), names)


def _keep_missing(connection: Connection, job: BatchJob, run: Run, table: sql.Identifier) -> None:
    connection.execute(
        statement("batch/delete_members_done").format(
            members=table,
            table=sql.Identifier(*job.tables[0].split(".")),
            column=sql.Identifier(job.partition_column),
        ),
        {"job_name": run.job_name, "period": run.period, "first": job.period_of(run).first},
    )


def plan(connection: Connection, job: BatchJob, run: Run, request: RunRequest) -> list[Shard]:
    """The shards of the run's members, in user order.

    For scope 'shards' only those asked for remain, and with them only their members.
    """
    table = staging.members(run)
    size = request.shard_size or job.shard_size
    if size is None:
        rows = connection.execute(statement("batch/select_one_shard").format(members=table)).fetchall()
    else:
        connection.execute(statement("batch/add_members_key").format(members=table))
        connection.execute(statement("batch/analyze").format(table=table))
        rows = connection.execute(
            statement("batch/select_shards").format(members=table), {"size": size}
        ).fetchall()
    shards = [Shard(*row) for row in rows]
    if request.scope != "shards":
        return shards
    kept = [shard for shard in shards if shard.number in request.shards]
    if len(kept) != len(set(request.shards)):
        raise NothingToDo(f"shards {list(request.shards)}: this period has shards 0 to {len(shards) - 1}")
    connection.execute(
        statement("batch/delete_members_outside").format(members=table),
        {"firsts": [s.first for s in kept], "lasts": [s.last for s in kept]},
    )
    return kept


def members_of(connection: Connection, run: Run, shard: Shard) -> list[int]:
    """The user ids of a shard's members, in order."""
    query = statement("batch/select_members").format(members=staging.members(run))
    return [row[0] for row in connection.execute(query, {"first": shard.first, "last": shard.last})]


def all_members(connection: Connection, run: Run) -> list[int]:
    """The user ids of all members, in order."""
    return members_of(connection, run, Shard(0, 0, 2**63 - 1, 0))
