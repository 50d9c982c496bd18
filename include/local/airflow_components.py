"""Airflow's own components, started one by one so that each can be watched and stopped."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml

from include.core.migrate import sqlalchemy_url
from include.core.settings import PROJECT, Settings
from include.local import processes, provider
from include.local.processes import StackError
from include.local.secrets import Secrets

SCHEDULER = "airflow-scheduler"
COMPONENTS: dict[str, tuple[str, ...]] = {
    "airflow-api-server": ("api-server",),
    "airflow-dag-processor": ("dag-processor",),
    SCHEDULER: ("scheduler", "--skip-serve-logs"),  # the API server reads the same log folder
    "airflow-triggerer": ("triggerer", "--skip-serve-logs"),
}
HEALTH_OF = {  # what Airflow's health report calls them
    "airflow-api-server": "metadatabase",
    "airflow-dag-processor": "dag_processor",
    SCHEDULER: "scheduler",
    "airflow-triggerer": "triggerer",
}
PRELOAD = (
    "include.orchestration.preload"  # what the workers have imported; a name, since nobody else imports it
)
WRITE = (SCHEDULER, "airflow-triggerer")  # whose processes call the provider


@dataclass(frozen=True)
class Endpoints:
    """What Airflow needs to reach: URLs of its metadata database, the warehouse and Redis, and the fake
    provider where one stands in for Anthropic's."""

    metadata: str
    warehouse: str
    redis: str
    fake_provider: str | None = None


def environment(settings: Settings, endpoints: Endpoints, secrets: Secrets) -> dict[str, str]:
    """The whole environment of a component: ours on top of the caller's."""
    return {
        **provider.without_keys(os.environ),
        **_configuration(settings, endpoints, secrets),
        **_connections(endpoints),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH")])),
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
    }


def migrate_metadata(home: Path, env: Mapping[str, str]) -> None:
    """Create or upgrade Airflow's metadata tables; the output goes to a log."""
    log = home / "logs" / "airflow-migrate.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=dict(env),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise StackError(f"Airflow's database could not be migrated. {processes.log_end(log)}")


def start(settings: Settings, env: Mapping[str, str]) -> None:
    """Start those components that do not run; returns before they are ready."""
    running = processes.running(settings.home, COMPONENTS)
    if "airflow-api-server" not in running:
        processes.require_free_port(settings.airflow_port, "Airflow", "ALMANAC_AIRFLOW_PORT")
    _write_password(settings)
    for name, arguments in COMPONENTS.items():
        if name not in running:
            command = [sys.executable, "-m", "airflow", *arguments]
            processes.start(settings.home, name, command, env=env, cwd=PROJECT)


def wait_ready(settings: Settings, *, bound_s: float = 120) -> None:
    """Until the API server answers and reports every component healthy."""
    for name in COMPONENTS:
        record = processes.recorded(settings.home, name)
        assert record is not None, "start() comes first"
        ready = partial(_healthy, settings, HEALTH_OF[name])
        processes.wait_until(record, ready, bound_s=bound_s, poll_s=0.25)


def settings_file() -> dict[str, list[dict[str, Any]]]:
    """Connections, pools and variables of airflow_settings.yaml."""
    text = (PROJECT / "airflow_settings.yaml").read_text()
    declared: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)["airflow"]
    return declared


def declared_pools() -> list[dict[str, object]]:
    """The pools of airflow_settings.yaml, as Airflow's API takes them."""
    return [
        {
            "name": pool["pool_name"],
            "slots": pool["pool_slot"],
            "description": pool.get("pool_description", ""),
            "include_deferred": False,
        }
        for pool in settings_file()["pools"]
    ]


def _configuration(settings: Settings, endpoints: Endpoints, secrets: Secrets) -> dict[str, str]:
    home = settings.home / "airflow"
    base_url = f"http://127.0.0.1:{settings.airflow_port}"
    options: dict[str, dict[str, object]] = {
        "core": {
            "executor": "LocalExecutor",
            # More than the shards' pool has slots: a task's process ends some seconds after its result is known.
            "parallelism": 4,
            "dags_folder": os.environ.get("AIRFLOW__CORE__DAGS_FOLDER", PROJECT / "dags"),
            "plugins_folder": PROJECT / "plugins",
            "load_examples": False,
            "fernet_key": secrets.fernet_key,
            "simple_auth_manager_users": f"{settings.airflow_user}:admin",
            "simple_auth_manager_passwords_file": home / "passwords.json",
            "execution_api_server_url": f"{base_url}/execution/",
            "mp_forkserver_preload": PRELOAD,
        },
        "api": {
            "host": "127.0.0.1",
            "port": settings.airflow_port,
            "base_url": base_url,
            "secret_key": secrets.session_key,
        },
        "api_auth": {"jwt_secret": secrets.jwt_secret},
        "database": {"sql_alchemy_conn": sqlalchemy_url(endpoints.metadata)},
        "dag_processor": {"refresh_interval": 5, "min_file_process_interval": 300, "parsing_processes": 1},
        "scheduler": {
            "enable_health_check": False,
            "scheduler_idle_sleep_time": 0.5,
            "mp_start_method": "forkserver",
        },
        "triggerer": {"capacity": 100},
        "logging": {"base_log_folder": home / "logs", "logging_level": "INFO"},
        "usage_data_collection": {"enabled": False},
    }
    named = {
        f"AIRFLOW__{section}__{key}".upper(): str(value)
        for section, keys in options.items()
        for key, value in keys.items()
    }
    return {"AIRFLOW_HOME": str(home), **named}


def _connections(endpoints: Endpoints) -> dict[str, str]:
    """`AIRFLOW_CONN_…` for each connection id that the DAGs use; an SMTP server and an Anthropic key
    already named are kept."""
    smtp = {
        "conn_type": "smtp",
        "host": "127.0.0.1",
        "port": 1025,
        "extra": {"disable_ssl": True, "disable_tls": True, "from_email": "almanac@localhost"},
    }
    return {
        "AIRFLOW_CONN_ALMANAC_WAREHOUSE": json.dumps(_connection("postgres", endpoints.warehouse)),
        "AIRFLOW_CONN_ALMANAC_REDIS": json.dumps(_redis_connection(endpoints.redis)),
        "AIRFLOW_CONN_ALMANAC_SMTP": os.environ.get("AIRFLOW_CONN_ALMANAC_SMTP", json.dumps(smtp)),
        provider.CONNECTION: provider.connection(endpoints.fake_provider, os.environ),
    }


def _connection(conn_type: str, url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "conn_type": conn_type,
        "host": parts.hostname,
        "port": parts.port,
        "login": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "schema": parts.path.strip("/"),
        "extra": dict(parse_qsl(parts.query.replace("+", "%2B"))),  # libpq reads + as +
    }


def _redis_connection(url: str) -> dict[str, object]:
    """Airflow's Redis hook takes the database number and TLS from `extra`."""
    connection = _connection("redis", url)
    number = int(str(connection.pop("schema")) or 0)
    return {**connection, "extra": {"db": number, "ssl": url.startswith("rediss:")}}


def _write_password(settings: Settings) -> None:
    path = settings.home / "airflow" / "passwords.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps({settings.airflow_user: settings.airflow_password}) + "\n")


def _healthy(settings: Settings, name: str) -> bool:
    import httpx

    try:
        url = f"http://127.0.0.1:{settings.airflow_port}/api/v2/monitor/health"
        health = httpx.get(url, timeout=5).raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return False
    return (health.get(name) or {}).get("status") == "healthy"
