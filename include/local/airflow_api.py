"""Airflow over its REST API, embedded or given: log in, start a run, look at it."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from include.local.processes import StackError

FINISHED = frozenset({"success", "failed"})
AWAITING = "awaiting_input"  # a task that goes on when a person has answered


@dataclass(frozen=True)
class TaskState:
    """One task instance; `map_index` is -1 where the task is not mapped."""

    task_id: str
    map_index: int
    state: str | None
    try_number: int = 1

    def __str__(self) -> str:
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


class Airflow:
    """A logged-in session. Every error is a StackError that says what to do."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def unpause(self, dag_id: str, *, bound_s: float = 60.0) -> None:
        """Unpause; waits for a DAG that the processor has not parsed yet."""
        deadline = time.monotonic() + bound_s
        while (
            answer := self._send("PATCH", f"/dags/{dag_id}", json={"is_paused": False})
        ).status_code == 404:
            if time.monotonic() > deadline:
                raise StackError(f"Airflow knows no DAG {dag_id!r}. {self._import_errors()}")
            time.sleep(1)
        self._checked(answer)

    def trigger(self, dag_id: str, partition_key: str, conf: dict[str, Any]) -> str:
        """Start a run of one period; returns its run id."""
        body = {"logical_date": None, "partition_key": partition_key, "conf": conf}
        run_id: str = self._json("POST", f"/dags/{dag_id}/dagRuns", json=body)["dag_run_id"]
        return run_id

    def active_run(self, dag_id: str, partition_key: str) -> str | None:
        """The run of that period that has not ended yet, if there is one."""
        params = {"state": ["queued", "running"], "limit": 100}
        for run in self._json("GET", f"/dags/{dag_id}/dagRuns", params=params)["dag_runs"]:
            if run["partition_key"] == partition_key:
                run_id: str = run["dag_run_id"]
                return run_id
        return None

    def run_state(self, dag_id: str, run_id: str) -> str:
        state: str = self._json("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]
        return state

    def task_states(self, dag_id: str, run_id: str) -> list[TaskState]:
        """Every task instance of a run, in the order in which they started; those to come last."""
        path, page = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", 100
        found: list[dict[str, Any]] = []
        while True:
            got = self._json("GET", path, params={"limit": page, "offset": len(found)})
            found += got["task_instances"]
            if len(found) >= got["total_entries"] or not got["task_instances"]:
                break
        found.sort(key=lambda task: task["start_date"] or "9999")
        return [
            TaskState(task["task_id"], task["map_index"], task["state"], task["try_number"]) for task in found
        ]

    def question_of(self, dag_id: str, run_id: str, task: TaskState) -> str | None:
        """What the waiting task tells the person whom it asks."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task.task_id}/{task.map_index}/hitlDetails"
        answer = self._send("GET", path)
        return None if answer.is_error else answer.json().get("body")

    def error_of(self, dag_id: str, run_id: str, task: TaskState) -> str | None:
        """What the task's last try says went wrong, from its log."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task.task_id}/logs/{task.try_number}"
        params = {"map_index": task.map_index, "full_content": True}
        answer = self._send("GET", path, params=params, headers={"Accept": "application/json"})
        if answer.is_error:
            return None
        lines = answer.json().get("content") or []
        errors = [
            line["error_detail"] for line in lines if isinstance(line, dict) and line.get("error_detail")
        ]
        return f"{errors[0][0]['exc_type']}: {errors[0][0]['exc_value']}" if errors else None

    def put_pools(self, pools: list[dict[str, object]]) -> None:
        """Create the pools, or bring them to these sizes."""
        action = {"action": "create", "entities": pools, "action_on_existence": "overwrite"}
        answer = self._json("PATCH", "/pools", json={"actions": [action]})
        errors = (answer.get("create") or {}).get("errors")
        if errors:
            raise StackError(f"Airflow did not take the pools of airflow_settings.yaml: {errors}")

    def _import_errors(self) -> str:
        errors = self._json("GET", "/importErrors")["import_errors"]
        if not errors:
            return "Look for the file in dags/ and at `almanac status`."
        return f"{errors[0]['filename']} does not import:\n{errors[0]['stack_trace']}"

    def _json(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        body: dict[str, Any] = self._checked(self._send(method, path, **arguments)).json()
        return body

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            return self._client.request(method, f"/api/v2{path}", **arguments)
        except httpx.HTTPError as error:
            raise StackError(f"Airflow at {self._client.base_url} does not answer: {error}") from None

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_error:
            raise StackError(f"Airflow refused ({answer.status_code}): {_detail(answer)}")
        return answer


@contextlib.contextmanager
def login(url: str, user: str, password: str) -> Iterator[Airflow]:
    """A session with the token of `POST /auth/token`."""
    with httpx.Client(base_url=url, timeout=30) as client:
        try:
            answer = client.post("/auth/token", json={"username": user, "password": password})
        except httpx.HTTPError:
            raise StackError(
                f"Airflow does not answer at {url}. Start the stack with `almanac up`, or name another "
                "Airflow by ALMANAC_AIRFLOW_URL."
            ) from None
        if answer.status_code == 401:
            raise StackError(
                f"Airflow at {url} does not know this user and password; set ALMANAC_AIRFLOW_USER and "
                "ALMANAC_AIRFLOW_PASSWORD."
            )
        if answer.is_error:
            raise StackError(f"Airflow at {url} gave no token ({answer.status_code}): {_detail(answer)}")
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield Airflow(client)


def _detail(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("detail", answer.text))[:500]
    except ValueError:
        return answer.text[:500]
