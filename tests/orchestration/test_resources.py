"""What tasks make of Airflow's connections."""

import json
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from include.core.settings import Settings
from include.local import airflow_components
from include.local.airflow_components import Endpoints
from include.local.secrets import load_or_create
from include.orchestration.resources import warehouse_url

VARIABLE = "AIRFLOW_CONN_ALMANAC_WAREHOUSE"
PLAIN = "postgresql://me:p%40ss@db:6/w"


@pytest.mark.parametrize(
    "url",
    [
        PLAIN,
        f"{PLAIN}?sslmode=require",
        f"{PLAIN}?sslmode=verify-full&sslrootcert=/etc/a%20b%26c+d/ca%3D1.pem",
    ],
)
def test_tasks_get_the_parameters_of_the_url_that_the_stack_was_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    endpoints = Endpoints("postgresql://m", url, "redis://r:7/3")
    env = airflow_components.environment(Settings(home=tmp_path), endpoints, load_or_create(tmp_path))
    monkeypatch.setenv(VARIABLE, env[VARIABLE])
    assert conninfo_to_dict(warehouse_url()) == conninfo_to_dict(url)


def test_settings_of_airflows_own_do_not_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    extra = {"cursor": "dictcursor", "iam": False, "connect_timeout": 5, "options": "-c search_path=x"}
    connection = {"conn_type": "postgres", "host": "db", "login": "me", "schema": "w", "extra": extra}
    monkeypatch.setenv(VARIABLE, json.dumps(connection))
    found = conninfo_to_dict(warehouse_url())
    assert (found["host"], found["dbname"], found["connect_timeout"]) == ("db", "w", "5")
    assert not {"cursor", "iam", "options"} & set(found)
