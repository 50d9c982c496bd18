"""Airflow, which starts runs: over its REST API, as a user of its own."""

from typing import Any

import httpx
from pydantic import SecretStr

from api.problems import Problem

RETRY_AFTER_S = 30


class Airflow:
    """Logs in when it has to. `client` has Airflow's address as its base; None: there is no Airflow."""

    def __init__(self, client: httpx.AsyncClient | None, user: str, password: SecretStr) -> None:
        self._client = client
        self._user = user
        self._password = password
        self._token = ""

    async def trigger(self, dag_id: str, partition_key: str, conf: dict[str, Any]) -> str:
        """Starts a run of one period; returns its id. Raises 503 with what is wrong."""
        if self._client is None:
            raise Problem(503, "no-airflow", "this service was not told of an Airflow (ALMANAC_AIRFLOW_URL)")
        body = {"logical_date": None, "partition_key": partition_key, "conf": conf}
        path = f"/api/v2/dags/{dag_id}/dagRuns"
        try:
            answer = await self._sent(self._client, path, body)
            if answer.status_code == 401:
                self._token = ""
                answer = await self._sent(self._client, path, body)
            run: dict[str, Any] = answer.json() if answer.is_success else {}
        except (httpx.HTTPError, ValueError, TypeError):  # no answer, or none of Airflow's
            detail = "Airflow does not answer; look there whether a run was started before asking again"
            raise _unavailable("airflow-silent", detail) from None
        if "dag_run_id" not in run:
            raise _unavailable("airflow-refused", f"Airflow did not start a run ({answer.status_code})")
        return str(run["dag_run_id"])

    async def _sent(self, client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> httpx.Response:
        self._token = self._token or await self._log_in(client)
        return await client.post(path, json=body, headers={"Authorization": f"Bearer {self._token}"})

    async def _log_in(self, client: httpx.AsyncClient) -> str:
        known = {"username": self._user, "password": self._password.get_secret_value()}
        answer = await client.post("/auth/token", json=known)
        if not answer.is_success:
            raise _unavailable("airflow-refused", f"Airflow did not let us in ({answer.status_code})")
        return str(dict(answer.json()).get("access_token", ""))


def _unavailable(kind: str, detail: str) -> Problem:
    return Problem(503, kind, detail, {"Retry-After": str(RETRY_AFTER_S)})
