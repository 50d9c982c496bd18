"""Registers the page 'Batch health' with Airflow's UI; the page is include/orchestration/health_page.py."""

from typing import Any

from airflow.plugins_manager import AirflowPlugin


async def health_page(scope: Any, receive: Any, send: Any) -> None:
    """The page's application, imported when somebody looks: every task loads the plugins."""
    from include.orchestration.health_page import app

    await app(scope, receive, send)


class BatchHealth(AirflowPlugin):
    """An entry under Browse."""

    name = "almanac_batch_health"
    fastapi_apps = [{"app": health_page, "url_prefix": "/almanac", "name": "Almanac"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {
            "name": "Batch health",
            "href": "/almanac/health",
            "destination": "nav",
            "category": "browse",
            "url_route": "batch-health",
        }
    ]
