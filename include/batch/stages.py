"""The walk of a batch, stage by stage. Each is one transaction of its caller.

open → plan → prepare → process (per shard) → check → repair → judge → publish → warm → close
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple

from include.batch import distribution, outcomes, publication, retries, runs, shards, staging, verification
from include.batch.job import BatchJob, Failure, Run, RunRequest, Shard
from include.core.db import Connection
from include.core.statements import statement

REPAIR_CHUNK = 2_000
SUCCESS_WANTED = 0.8


class NotStaged(RuntimeError):
    """The run's staged results are gone; the message says what to do."""


class Judgement(NamedTuple):
    """What the gate found; `blocked` stops publication until somebody approves."""

    blocked: bool
    moved: list[str]


def plan(connection: Connection, job: BatchJob, run: Run, request: RunRequest) -> list[Shard]:
    """Choose the members and divide them.

    Raises NothingToDo, with the reason, where a whole run has nobody to work for; a later wave
    without users is no error.
    """
    staging.create(connection, job, run)
    deferred = shards.select_members(connection, job, run, request)
    planned = shards.plan(connection, job, run, request)
    members = sum(shard.users for shard in planned)
    runs.note(connection, run, members=members, deferred=deferred, shards=len(planned))
    if not planned and request.scope != "missing" and job.nothing_to_do:
        reason = job.nothing_to_do(connection, run)
        if reason:
            raise shards.NothingToDo(reason)
    return planned


def is_planned(connection: Connection, run: Run) -> bool:
    """Whether the run's members were chosen."""
    return "members" in runs.metadata(connection, run)


def is_checked(connection: Connection, run: Run) -> bool:
    """Whether every user was checked; without it nothing may be judged or published."""
    return "refused_first" in runs.metadata(connection, run)


def process(connection: Connection, job: BatchJob, run: Run, shard: Shard) -> int:
    """Make and stage the results of one shard; returns the users written.

    All or nothing: a task killed in the middle leaves no row, and its retry starts clean.
    """
    _require_staged(connection, job, run)
    verification.remove_range(connection, job, run, shard)
    result = job.process(connection, run, shard, None)
    _keep_failures(connection, run, result.failures)
    return result.written


def request_texts(connection: Connection, job: BatchJob, run: Run, shard: Shard) -> int:
    """Ask for what a model shall write for a shard; returns how many texts."""
    if job.request_texts is None:
        return 0
    return job.request_texts(connection, run, shards.members_of(connection, run, shard))


def check(connection: Connection, job: BatchJob, run: Run) -> list[list[int]]:
    """Users to make again, in chunks; the reasons are kept and their rows taken out of staging.

    Raises SuiteFailed where one fails and the job cannot make users again.
    """
    _require_staged(connection, job, run)
    refused = verification.check_users(connection, job, run)
    if refused and not job.repairs:
        raise verification.SuiteFailed(f"{len(refused)} users fail: {refused[0].reason}")
    verification.quarantine(connection, run, refused)
    users = sorted({r.user_id for r in refused})
    verification.remove_users(connection, job, run, users)
    runs.note(connection, run, refused_first=len(users))
    return [users[i : i + REPAIR_CHUNK] for i in range(0, len(users), REPAIR_CHUNK)]


def repair(connection: Connection, job: BatchJob, run: Run, users: Sequence[int]) -> int:
    """Make these users again, then check them; whoever fails again is taken out. Returns the repaired."""
    _require_staged(connection, job, run)
    verification.remove_users(connection, job, run, users)
    shard = Shard(-1, users[0], users[-1], len(users))
    result = job.process(connection, run, shard, users)
    _keep_failures(connection, run, result.failures)
    still = {r.user_id for r in verification.check_users(connection, job, run)} & set(users)
    verification.remove_users(connection, job, run, sorted(still))
    return len(users) - len(still)


def judge(connection: Connection, url: str, job: BatchJob, run: Run, request: RunRequest) -> Judgement:
    """The run's expectations, then the distribution gate against the earlier weeks.

    Raises SuiteFailed where an expectation does not hold, NotStaged where nothing is there to judge.
    """
    _require_staged(connection, job, run)
    with ThreadPoolExecutor(1) as beside:
        expected = beside.submit(verification.make_expectations, job)
        members, made = staging.counts(connection, job, run)
        moved = _moved(connection, job, run, request, (members, made)) if job.gated else []
    report = verification.run_suite(url, run, expected.result()) if made else {}
    blocked = any(m.blocks for m in moved)
    if blocked:  # nobody else may write the period, and drop what is staged, before somebody has answered
        runs.hold_lease(connection, run, runs.APPROVAL_SECONDS)
    runs.note(
        connection, run, suite=report, made=made, gate={"blocked": blocked, "moved": [str(m) for m in moved]}
    )
    return Judgement(blocked, [str(m) for m in moved])


def _moved(
    connection: Connection, job: BatchJob, run: Run, request: RunRequest, counted: tuple[int, int]
) -> list[distribution.Moved]:
    """Only whole runs and waves are compared: named users are too few to tell a change from chance.

    counted: members, and those with a result. A wave that comes first is a whole run.
    """
    if request.scope not in ("all", "missing"):
        return []
    members, made = counted
    now, earlier = distribution.profiles(connection, run), distribution.earlier_profiles(connection, run)
    found = distribution.compare(now, earlier) + distribution.compare_coverage(made, now, earlier)
    if _is_whole(connection, job, run, request):
        volume = members + deferred_of(connection, run)
        found += distribution.compare_volume(volume, distribution.earlier_volumes(connection, run))
    return found


def build_indexes(connection: Connection, job: BatchJob, run: Run, request: RunRequest) -> None:
    """What a whole period needs before it can be attached without a wait."""
    if staging.exists(connection, job, run) and _is_whole(connection, job, run, request):
        publication.add_indexes(connection, job, run)


def _is_whole(connection: Connection, job: BatchJob, run: Run, request: RunRequest) -> bool:
    if job.publishes == "users":
        return False
    return request.scope == "all" or not publication.is_published(connection, job, run)


def publish(connection: Connection, job: BatchJob, run: Run, request: RunRequest, now: datetime) -> int:
    """Make the staged results visible; returns the users with a new result.

    After a crash between the commit and the caller's hearing of it, a second call finds the results
    published and changes nothing.
    """
    if not staging.exists(connection, job, run):
        if runs.metadata(connection, run).get("published"):
            return int(runs.metadata(connection, run)["published"])
        _require_staged(connection, job, run)
    whole = _is_whole(connection, job, run, request)
    if job.counts:
        counted = connection.execute(statement(job.counts).format(**staging.identifiers(job, run))).fetchone()
        runs.note(connection, run, **(counted[0] if counted else {}))
    members, made = publication.publish(
        connection,
        job,
        run,
        whole=whole,
        deferred=deferred_of(connection, run),
        now=now,
        settle_queue=publication.settle_queue_after_run if whole else publication.settle_queue_after_part,
    )
    runs.note(connection, run, members=members, published=made)
    return made


def deferred_of(connection: Connection, run: Run) -> int:
    """Eligible users that this run leaves to a later wave."""
    return int(runs.metadata(connection, run).get("deferred", 0))


def close(connection: Connection, job: BatchJob, run: Run, now: datetime) -> dict[str, Any]:
    """Log how the run went, give the lease back and drop what was staged.

    Returns counts, outcomes and `problem` (None = all well). Raises OutcomesDoNotAddUp for a lost user.
    """
    noted = runs.metadata(connection, run)
    processed, made = int(noted.get("members", 0)), int(noted.get("published", 0))
    counted = _outcomes(connection, job, run) if "published" in noted else {}
    problem = _problem(noted, processed, made)
    runs.close_run(
        connection, run, now=now, processed=processed, successful=made, error=problem, outcomes=counted
    )
    if runs.release_lease(connection, run):
        staging.drop_all(connection, job, run)
    return {"processed": processed, "successful": made, "outcomes": counted, "problem": problem}


def _outcomes(connection: Connection, job: BatchJob, run: Run) -> dict[str, int]:
    if job.publishes == "users":
        return outcomes.check_sum_of_run(connection, job, run)
    return outcomes.check_sum(connection, job, run.period)


def _problem(noted: dict[str, Any], processed: int, made: int) -> str | None:
    if "published" not in noted:
        moved = "; ".join(noted.get("gate", {}).get("moved", []))
        if noted.get("gate", {}).get("blocked"):
            return f"not published: stopped at the distribution gate ({moved}) and not approved"
        if noted.get("stopped"):
            return f"nothing was published: {noted['stopped']}"
        return "nothing was published; see the failed task, then clear the run or trigger the week again"
    if processed and made / processed <= SUCCESS_WANTED:
        return f"only {made} of {processed} users succeeded; the others are in the retry queue"
    return None


def retry(connection: Connection, job: BatchJob, run: Run, now: datetime) -> dict[str, int]:
    """Another attempt for the due users of a period, published in the same transaction."""
    staging.create(connection, job, run)
    members = retries.select_due_members(connection, run, now)
    if not members:
        return {"due": 0, "recovered": 0}
    users = shards.all_members(connection, run)
    recovered = repair(connection, job, run, users)
    exhausted = retries.last_chance(connection, job, run)
    if exhausted and job.fallback:
        job.fallback(connection, run, exhausted)
    publication.publish(connection, job, run, whole=False, deferred=0, now=now, settle_queue=retries.settle)
    runs.note(connection, run, members=members, published=recovered, dead=len(exhausted))
    return {"due": members, "recovered": recovered, "dead": len(exhausted)}


def _keep_failures(connection: Connection, run: Run, failures: Sequence[Failure]) -> None:
    refused = [verification.Refused(f.user_id, "process", "hard", f.reason) for f in failures]
    if refused:
        verification.quarantine(connection, run, refused)


def _require_staged(connection: Connection, job: BatchJob, run: Run) -> None:
    if not staging.exists(connection, job, run):
        raise NotStaged(
            f"{run.job_name} {run.period}: the staged results of run {run.run_id} are gone (the run is closed, "
            "or a newer run of the period began). Clear the whole DAG run, or trigger the week again."
        )
