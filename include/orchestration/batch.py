"""The tasks of a batch and their order, the same for every domain.

A DAG file gives the schedule, the parameters and the job's name. Every task works on the warehouse;
XCom carries ids, ranges and counts only.
"""

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Asset, TriggerRule, chain, get_current_context, task

from include.batch.runs import APPROVAL_SECONDS
from include.orchestration.defaults import LEASE_RETRY, SHARD_POOL
from include.orchestration.notifications import failure_mail
from include.orchestration.write_texts import WriteTexts

GATE_TIMEOUT = timedelta(seconds=APPROVAL_SECONDS)
# For a run before it that writes by batches, asks, and is answered late.
WAITS = 3 * GATE_TIMEOUT // (2 * LEASE_RETRY)


def batch_tasks(job_name: str, *, publishes: Asset, writes_texts: bool = False) -> None:
    """Declare and order the tasks of a batch inside the current DAG.

    writes_texts: the job prepares what its users share, and a model may write for it; the model's tasks are
    skipped where none does.
    """
    opened = open_run(job_name)
    shards = plan_shards(job_name)
    processed = process_shard.partial(job_name=job_name).expand(shard=shards)
    refused = check_users(job_name)
    repaired = repair_users.partial(job_name=job_name).expand(users=refused)
    judged = judge_batch(job_name)
    published = publish.override(outlets=[publishes])(job_name)
    closed = close_run(job_name)
    indexed = index_results(job_name)
    # Not beside the judging: its transaction reads the staged tables until its suite, over a connection of
    # its own, has read them too; an ALTER TABLE that waits between the two would hold up both for good.
    chain(opened, shards, processed, refused, repaired, indexed, judged)
    if writes_texts:
        asked = request_texts.partial(job_name=job_name).expand(shard=shards)
        written = WriteTexts(task_id="write_texts", job_name=job_name)
        chain(opened, prepare_batch(job_name), asked, written, processed)
        chain(shards, asked)
    chain(judged, _approval(), published, warm_cache(job_name), closed)
    # Beside the chain: what goes on when the step between was skipped or failed for some.
    shards >> refused >> indexed >> judged >> published >> closed
    indexed >> published


@task(retries=WAITS)
def open_run(job_name: str) -> int:
    """Log the run and take the period's lease, waiting while another run has it."""
    from include.orchestration import steps

    return steps.open_run(job_name, get_current_context())


@task
def plan_shards(job_name: str) -> list[list[int]]:
    """Choose the eligible users and divide them into ranges."""
    from include.orchestration import steps

    return steps.plan(job_name, get_current_context())


@task(pool=SHARD_POOL)
def request_texts(job_name: str, shard: list[int]) -> int:
    """Only where a model writes: ask for the texts of one range of users that the ledger does not have."""
    from include.orchestration import steps

    return steps.request_texts(job_name, shard, get_current_context())


@task.short_circuit(ignore_downstream_trigger_rules=False)
def prepare_batch(job_name: str) -> bool:
    """Freeze what all users are compared with, and the writer; without a model, its tasks are skipped."""
    from include.orchestration import steps

    return steps.prepare(job_name, get_current_context())


@task(pool=SHARD_POOL, trigger_rule=TriggerRule.NONE_FAILED)
def process_shard(job_name: str, shard: list[int]) -> int:
    """Make and stage the results of one range of users."""
    from include.orchestration import steps

    return steps.process(job_name, shard, get_current_context())


@task(trigger_rule=TriggerRule.ALL_DONE)
def check_users(job_name: str) -> list[list[int]]:
    """Check every user's result; returns who must be made again, in chunks."""
    from include.orchestration import steps

    return steps.check(job_name, get_current_context())


@task(pool=SHARD_POOL)
def repair_users(job_name: str, users: list[int]) -> int:
    """Make the refused users again, each on its own merits."""
    from include.orchestration import steps

    return steps.repair(job_name, users, get_current_context())


@task.branch(trigger_rule=TriggerRule.ALL_DONE)
def judge_batch(job_name: str) -> str:
    """Expectations of the whole run, then the distribution gate: publish, or ask first."""
    from include.orchestration import steps

    return steps.judge(job_name, get_current_context())


@task(trigger_rule=TriggerRule.ALL_DONE)
def index_results(job_name: str) -> None:
    """Build what a whole period needs before it can become visible in milliseconds."""
    from include.orchestration import steps

    steps.index(job_name, get_current_context())


def _approval() -> ApprovalOperator:
    return ApprovalOperator(
        task_id="approve_publication",
        doc_md="Only where the gate is shut: wait for somebody's yes, for three days at most.",
        subject="{{ dag.dag_id }}: this period's data differs from the weeks before. Publish it?",
        body="{{ ti.xcom_pull(task_ids='judge_batch', key='moved') }}",
        response_timeout=GATE_TIMEOUT,
        defaults=ApprovalOperator.REJECT,
        execution_timeout=None,
    )


@task(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
def publish(job_name: str) -> int:
    """Make the results visible, in one step."""
    from include.orchestration import steps

    return steps.publish(job_name, get_current_context())


@task(retries=2)
def warm_cache(job_name: str) -> int:
    """Put the new results of recently active users into Redis and drop the old ones."""
    from include.orchestration import steps

    return steps.warm(job_name, get_current_context())


@task(trigger_rule=TriggerRule.ALL_DONE, retries=1, on_failure_callback=failure_mail())
def close_run(job_name: str) -> dict[str, Any]:
    """Write the log, check that no user was lost, and fail the run where too few succeeded."""
    from include.orchestration import steps

    return steps.close(job_name, get_current_context())
