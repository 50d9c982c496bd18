"""Telling the administrator: failed runs and missed deadlines, by mail over connection `almanac_smtp`."""

import asyncio
from html import escape
from typing import Any

from airflow.providers.smtp.notifications.smtp import SmtpNotifier

from include.orchestration.resources import SMTP

ADMIN_VARIABLE = "almanac_admin_email"
NOBODY_NAMED = "almanac-admin@localhost"
ENDED_FROM_OUTSIDE = "The task ended without a word: killed, or lost by its worker."


class FailureMail(SmtpNotifier):
    """A mail whose templates may use `reason`: why the task failed, without personal data."""

    def __call__(self, *args: Any) -> None:
        context, *others = args
        super().__call__({**context, "reason": reason(context.get("exception"))}, *others)


def failure_mail() -> SmtpNotifier:
    """A mail for a failed task: what failed, for which run, where to look."""
    return FailureMail(
        smtp_conn_id=SMTP,
        from_email=None,
        to=f"{{{{ var.value.get('{ADMIN_VARIABLE}', '{NOBODY_NAMED}') }}}}",
        subject="Almanac: {{ dag.dag_id }} failed ({{ run_id }})",
        html_content=(
            "<p>{{ reason | e }}</p>"
            "<p>Task {{ ti.task_id }} of run {{ run_id | e }}. Look at <code>almanac health</code> and "
            "<code>almanac retries</code>; docs/operations.md says how to go on.</p>"
        ),
    )


def reason(exception: object) -> str:
    """The words of our own errors and Airflow's; of others only the kind, since a driver's quote values.

    None where the task's process died, and Airflow calls from the DAG processor instead.
    """
    if exception is None:
        return ENDED_FROM_OUTSIDE
    kind = type(exception)
    if kind.__module__.partition(".")[0] in ("airflow", "include"):
        return str(exception)
    return f"{kind.__name__}; the task's log has the rest."


async def tell_deadline_missed(**kwargs: Any) -> None:
    """Called by Airflow's triggerer when a run is not done in time; the run itself goes on.

    Not by an executor: what that one calls may not read the variables and connections that are kept in
    Airflow (3.3: "Access denied … by Execution API"), so the mail would know neither server nor reader.
    """
    context = kwargs.get("context") or {}
    dag_run = context.get("dag_run", {})
    name = f"{dag_run.get('dag_id', 'a batch')} {dag_run.get('dag_run_id', '')}".strip()
    await asyncio.to_thread(_mail_deadline_missed, name)


def _mail_deadline_missed(name: str) -> None:
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk import Variable

    with SmtpHook(smtp_conn_id=SMTP) as hook:
        hook.send_email_smtp(
            to=Variable.get(ADMIN_VARIABLE, default=NOBODY_NAMED),
            subject=f"Almanac: {name} missed its deadline",
            html_content=(
                f"<p>{escape(name)} is not done in time. It goes on; see the Airflow UI for what it waits for.</p>"
            ),
        )
