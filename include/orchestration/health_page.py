"""The page 'Batch health' in Airflow's UI: how each batch is doing, behind Airflow's own login.

It tells of runs and counts, never of a person.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from psycopg.rows import dict_row

from include.core.db import Connection, connect
from include.core.statements import statement
from include.orchestration.resources import warehouse_url

TIMEOUT_S = 10

app = FastAPI(title="Almanac", docs_url=None, redoc_url=None, openapi_url=None)
pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)


@app.get("/health", response_class=HTMLResponse)
def show_health(_user: GetUserDep) -> str:
    """Every batch with its last run, its week, who waits, who was refused, and what texts cost."""
    now = datetime.now(UTC)
    with connect(warehouse_url(), application="almanac health page", timeout_s=TIMEOUT_S) as connection:
        return render(batches(connection, now), now)


def batches(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """One row a job; see sql/batch/select_batch_health.sql."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement("batch/select_batch_health"), {"now": now}).fetchall()


def render(found: list[dict[str, Any]], now: datetime) -> str:
    return pages.get_template("health_page.html").render(batches=found, now=now)
