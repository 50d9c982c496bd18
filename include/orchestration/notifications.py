"""Telling the administrator: failed runs and missed deadlines, by mail over connection `almanac_smtp`."""

from typing import Any

from airflow.providers.smtp.notifications.smtp import SmtpNotifier

from include.orchestration.resources import SMTP

ADMIN = "{{ var.value.get('almanac_admin_email', 'almanac-admin@localhost') }}"


def failure_mail() -> SmtpNotifier:
    """A mail for a failed task: what failed, for which run, where to look. No personal data."""
    return SmtpNotifier(
        smtp_conn_id=SMTP,
        from_email=None,
        to=ADMIN,
        subject="Almanac: {{ dag.dag_id }} failed ({{ run_id }})",
        html_content=(
            "<p>{{ exception }}</p>"
            "<p>Task {{ ti.task_id }} of run {{ run_id }}. Look at <code>almanac health</code> and "
            "<code>almanac retries</code>; docs/operations.md says how to go on.</p>"
        ),
    )


def tell_deadline_missed(**kwargs: Any) -> None:
    """Called by Airflow when a run is not done in time; the run itself goes on."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk import Variable

    context = kwargs.get("context") or {}
    dag_run = context.get("dag_run", {})
    name = f"{dag_run.get('dag_id', 'a batch')} {dag_run.get('dag_run_id', '')}".strip()
    with SmtpHook(smtp_conn_id=SMTP) as hook:
        hook.send_email_smtp(
            to=Variable.get("almanac_admin_email", default="almanac-admin@localhost"),
            subject=f"Almanac: {name} missed its deadline",
            html_content=f"<p>{name} is not done in time. It goes on; see the Airflow UI for what it waits for.</p>",
        )
