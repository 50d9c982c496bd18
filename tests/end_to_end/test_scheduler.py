"""The whole product through Airflow's real scheduler, as a data engineer and a downstream app use it.

The runs are slow, so each is made once, by a fixture of the module; the tests look at what it left.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil
import psycopg
import pytest

from include.core.db import connect
from include.llm import ledger
from include.llm.models import WriterSettings
from include.local import fake_provider
from include.local.airflow_api import FINISHED
from include.local.commands.briefs import issue_token
from include.local.importers import load
from include.local.population import generate
from tests.end_to_end.conftest import ADMIN, ADMIN_KEY, Almanac
from tests.mail import text_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

DAG = "weekly_intelligence"
WEEK = "2016-05-02"
# Not the week before as well: nobody has sleep in it, and the gate stops whichever week comes after it.
EARLIER = ["2016-04-18", "2016-04-25"]
DAY_AFTER = "2016-04-26"  # a date is its midnight, and the last Monday's run is due at 02:00
WITHOUT_DATA = "2015-01-05"
USERS_A_SHARD = 8  # some shards, so that a killed one has neighbours
BOUND_S = 240.0

BRIEFS = """
SELECT user_id, to_jsonb(made) - '{generated_at,run_id,cost_usd,brief}'::text[], brief::text
FROM warehouse.weekly_health_briefs AS made WHERE week_of = %s ORDER BY user_id
"""
INSIGHTS = """
SELECT user_id, insight_key, to_jsonb(made)
FROM warehouse.health_insights AS made WHERE week_of = %s ORDER BY user_id, insight_key
"""
WAITING_SHARD = """
SELECT client_port FROM pg_stat_activity
WHERE application_name = 'almanac process_shard' AND wait_event_type = 'Lock'
"""
PASS_DEADLINE = """
UPDATE deadline SET deadline_time = now() FROM deadline AS before JOIN dag_run ON dag_run.id = before.dagrun_id
WHERE deadline.id = before.id AND dag_run.run_id = %s RETURNING before.deadline_time - dag_run.queued_at
"""


class Published(NamedTuple):
    """Everything of a week that a re-run must leave as it was."""

    briefs: list[Any]
    insights: list[Any]


def eventually(what: str, look: Callable[[], Any], *, bound_s: float = BOUND_S, every_s: float = 0.25) -> Any:
    """The first true answer; an error that says what was waited for where none comes in time."""
    deadline = time.monotonic() + bound_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {bound_s:.0f} s in vain for {what}"
        time.sleep(every_s)
    return found


def wait_for_run(almanac: Almanac, run_id: str, *, bound_s: float = BOUND_S) -> str:
    """How the run ended; where it does not, its tasks' states are in the error."""

    def ended() -> str | None:
        state = almanac.airflow.run_state(DAG, run_id)
        return state if state in FINISHED else None

    try:
        state: str = eventually(f"run {run_id}", ended, bound_s=bound_s, every_s=1.0)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{tasks_of(almanac, run_id)}") from None
    return state


def tasks_of(almanac: Almanac, run_id: str) -> str:
    """One line a task instance, the failed ones with their reason."""
    lines = []
    for task in almanac.airflow.task_states(DAG, run_id):
        reason = almanac.airflow.error_of(DAG, run_id, task) if task.state == "failed" else None
        lines.append(f"{task}: {task.state} (try {task.try_number}) {reason or ''}")
    return "\n".join(lines)


def published(almanac: Almanac, week: str) -> Published:
    with psycopg.connect(almanac.warehouse) as connection:
        briefs = connection.execute(BRIEFS, (week,)).fetchall()
        return Published(
            [(user, columns, without_run(text)) for user, columns, text in briefs],
            connection.execute(INSIGHTS, (week,)).fetchall(),
        )


def almanac_command(
    almanac: Almanac, *arguments: str, bound_s: float = 60
) -> subprocess.CompletedProcess[str]:
    """`almanac …`, as from a shell in some other folder."""
    return subprocess.run(
        [sys.executable, "-m", "include.local.cli", *arguments],
        env=almanac.cli_environment(),
        cwd=almanac.settings.home,
        capture_output=True,
        text=True,
        timeout=bound_s,
        check=False,
    )


def without_run(brief: str) -> dict[str, Any]:
    """The brief but for when and by which run it was made."""
    return {key: value for key, value in json.loads(brief).items() if key not in ("generated_at", "run_id")}


@pytest.fixture(scope="module")
def loaded(almanac: Almanac, request: pytest.FixtureRequest) -> Almanac:
    """A stack with people: the real export, or generated ones where it is absent."""
    try:
        folder: Path | None = request.getfixturevalue("real_data")
    except pytest.skip.Exception:
        folder = None
    with connect(almanac.warehouse) as connection:
        if folder:
            load(connection, "fitabase", folder / "fitbit_fitabase")
        else:
            monday = datetime.fromisoformat(WEEK).date()
            generate(connection, users=33, weeks=13, seed=1, week_of=monday)
    almanac.airflow.unpause(DAG)
    return almanac


@pytest.fixture(scope="module")
def failed_run(loaded: Almanac) -> str:
    """A run of a week before anybody's data, beside the first good one."""
    return loaded.airflow.trigger(DAG, WITHOUT_DATA, {})


@pytest.fixture(scope="module")
def late_run(loaded: Almanac, failed_run: str) -> str:
    """The first run of the week, whose six hours are over as soon as it has begun; ended."""
    run_id = loaded.airflow.trigger(DAG, WEEK, {"shard_size": USERS_A_SHARD})
    with psycopg.connect(loaded.airflow_database()) as connection:
        row = connection.execute(PASS_DEADLINE, (run_id,)).fetchone()
    assert row == (timedelta(hours=6),)
    assert wait_for_run(loaded, run_id) == "success", tasks_of(loaded, run_id)
    return run_id


@pytest.fixture(scope="module")
def first(loaded: Almanac, late_run: str) -> Published:
    """The week, published by the first run."""
    return published(loaded, WEEK)


@pytest.fixture(scope="module")
def backfilled(loaded: Almanac, first: Published) -> dict[str, str]:
    """Two earlier weeks at once, by Airflow's own command; state of the run of each week."""
    span = ("--from-date", EARLIER[0], "--to-date", DAY_AFTER)
    done = almanac_command(
        loaded, "airflow", "--", "backfill", "create", "--dag-id", DAG, *span, "--max-active-runs", "2"
    )
    assert done.returncode == 0, done.stdout + done.stderr

    def all_ended() -> dict[str, str] | None:
        states = {run["partition_key"]: run["state"] for run in backfill_runs(loaded)}
        return states if set(states) == set(EARLIER) and set(states.values()) <= FINISHED else None

    try:
        states: dict[str, str] = eventually("the backfill's runs", all_ended, every_s=1.0)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{hang_of(loaded)}") from None
    return states


def backfill_runs(almanac: Almanac) -> list[dict[str, Any]]:
    found = almanac.airflow._json("GET", f"/dags/{DAG}/dagRuns", params={"run_type": "backfill"})
    runs: list[dict[str, Any]] = found["dag_runs"]
    return runs


def hang_of(almanac: Almanac) -> str:
    """Where the backfill's runs stand, and who waits for whom in the warehouse."""
    told = [
        f"{run['partition_key']} {run['state']}\n{tasks_of(almanac, run['dag_run_id'])}"
        for run in backfill_runs(almanac)
    ]
    with psycopg.connect(almanac.warehouse) as connection:
        waiting = connection.execute(
            "SELECT application_name, state, wait_event_type, wait_event, pg_blocking_pids(pid), left(query, 80) "
            "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    return "\n".join([*told, *map(str, waiting)])


def test_a_run_publishes_every_eligible_user(loaded: Almanac, first: Published) -> None:
    with psycopg.connect(loaded.warehouse) as connection:
        row = connection.execute(
            "SELECT status, users_processed, users_successful, metadata -> 'outcomes', eligible "
            "FROM ops.job_execution_log AS log JOIN ops.published_periods AS made ON made.run_id = log.id "
            "WHERE made.job_name = %s AND made.period = %s", (DAG, WEEK),
        ).fetchone()  # fmt: skip
    assert row is not None
    status, processed, successful, outcomes, eligible = row
    assert status == "completed"
    assert processed == successful == eligible == len(first.briefs) > 2 * USERS_A_SHARD
    assert sum(outcomes.values()) == eligible
    by_user = {user for user, _, _ in first.insights}
    complete = {user for user, columns, _ in first.briefs if columns["outcome"] == "complete"}
    assert complete
    assert complete <= by_user


def stored_briefs(almanac: Almanac, wanted: int) -> list[tuple[str, str]]:
    """(external id, brief) of the week's first users."""
    with psycopg.connect(almanac.warehouse) as connection:
        rows = connection.execute(
            "SELECT external_id, brief::text FROM warehouse.weekly_health_briefs JOIN app.users USING (user_id) "
            "WHERE week_of = %s ORDER BY user_id LIMIT %s", (WEEK, wanted),
        ).fetchall()  # fmt: skip
    assert len(rows) == wanted
    return rows


def test_readers_get_the_stored_bytes(loaded: Almanac, first: Published) -> None:
    for user, stored in stored_briefs(loaded, 5):
        token = issue_token(loaded.settings, user, datetime.now(UTC))
        answer = httpx.get(
            f"{loaded.api}/api/v1/weekly-brief/{WEEK}",
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        )
        assert (answer.status_code, answer.content) == (200, stored.encode())
    assert httpx.get(f"{loaded.api}/api/v1/weekly-brief/{WEEK}", timeout=10).status_code == 401


def test_the_command_line_shows_the_same_brief(loaded: Almanac, first: Published) -> None:
    with psycopg.connect(loaded.warehouse) as connection:
        row = connection.execute(
            "SELECT external_id, brief FROM warehouse.weekly_health_briefs JOIN app.users USING (user_id) "
            "WHERE week_of = %s AND outcome = 'complete' ORDER BY user_id", (WEEK,),
        ).fetchone()  # fmt: skip
    assert row is not None
    user, stored = row
    done = almanac_command(loaded, "brief", user, "--week", WEEK, "--json")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert stored.items() <= shown.items()
    assert shown["week_of"] == WEEK


def test_a_missed_deadline_is_told_and_the_run_goes_on(loaded: Almanac, late_run: str) -> None:
    mail = loaded.mailbox.next(bound_s=30, about=f"{late_run} missed its deadline")
    assert mail["To"] == ADMIN
    assert "It goes on" in text_of(mail)


def test_the_airflow_command_ends_as_airflow_does(loaded: Almanac) -> None:
    known = almanac_command(loaded, "airflow", "--", "variables", "get", "no_such_variable")
    assert known.returncode == 1
    assert "no_such_variable" in known.stdout + known.stderr


def test_a_failed_run_tells_the_administrator(loaded: Almanac, failed_run: str) -> None:
    assert wait_for_run(loaded, failed_run) == "failed"
    mail = loaded.mailbox.next(bound_s=10, about=failed_run)
    said = text_of(mail)
    assert mail["To"] == ADMIN
    assert DAG in mail["Subject"]
    assert "close_run" in said
    assert "nothing was published" in said
    with psycopg.connect(loaded.warehouse) as connection:
        people = [row[0] for row in connection.execute("SELECT external_id FROM app.users")]
    assert [person for person in people if person in said] == []
    states = tasks_of(loaded, failed_run)
    assert "plan_shards: failed (try 1)" in states, "no second try can find data"
    assert WITHOUT_DATA in states


def test_a_backfill_publishes_its_weeks_and_leaves_the_others(
    loaded: Almanac, first: Published, backfilled: dict[str, str]
) -> None:
    assert backfilled == dict.fromkeys(EARLIER, "success")
    for week in EARLIER:
        assert published(loaded, week).briefs, f"nothing is published for {week}"
    assert published(loaded, WEEK) == first
    told = [text_of(mail) for mail in loaded.mailbox.rest()]
    assert [mail for mail in told if "scheduled__" not in mail] == [], "nobody is told of runs that went well"


@pytest.fixture
def held_up(loaded: Almanac) -> Iterator[psycopg.Connection[Any]]:
    """A lock that every shard runs into after it has written its results, before it commits them."""
    with psycopg.connect(loaded.warehouse) as connection:
        connection.execute("LOCK TABLE ops.fact_profiles IN ACCESS EXCLUSIVE MODE")
        yield connection


def task_process(port: int) -> psutil.Process | None:
    """The process at our end of a connection to PostgreSQL."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            ours = not process.name().startswith("postgres")
            if ours and any(link.laddr.port == port for link in process.net_connections("tcp")):
                return process
    return None


def test_an_administrator_starts_a_run_through_the_read_api(loaded: Almanac, first: Published) -> None:
    """For the two people named and nobody else, whose briefs come out as they were."""
    asked = {"week_of": WEEK, "user_ids": [user for user, _ in stored_briefs(loaded, 2)]}
    address = f"{loaded.api}/admin/trigger-intelligence"
    assert httpx.post(address, json=asked, timeout=30).status_code == 403
    answer = httpx.post(address, json=asked, headers={"api_key": ADMIN_KEY}, timeout=30)
    assert answer.status_code == 202, answer.text
    run_id = answer.json()["run"]["run_id"]
    assert wait_for_run(loaded, run_id) == "success", tasks_of(loaded, run_id)
    with psycopg.connect(loaded.warehouse) as connection:
        processed = connection.execute(
            "SELECT users_processed FROM ops.job_execution_log WHERE job_id = %s", (f"{DAG}:{run_id}",)
        ).fetchone()
    assert processed == (2,)
    assert published(loaded, WEEK) == first


def test_a_killed_shard_is_made_again_and_the_rows_are_the_same(
    loaded: Almanac, first: Published, backfilled: dict[str, str], held_up: psycopg.Connection[Any]
) -> None:
    """kill -9 in the middle of a re-run of the first week, whose earlier weeks have been published meanwhile."""
    rerun = loaded.airflow.trigger(DAG, WEEK, {"shard_size": USERS_A_SHARD})
    port = eventually("a shard that waits for the lock", lambda: waiting_port(loaded), bound_s=60)
    process = task_process(port)
    assert process is not None, f"no process holds port {port}"
    process.kill()
    held_up.rollback()
    assert wait_for_run(loaded, rerun) == "success", tasks_of(loaded, rerun)
    tries = [
        task.try_number for task in loaded.airflow.task_states(DAG, rerun) if task.task_id == "process_shard"
    ]
    assert sorted(tries) == [1] * (len(tries) - 1) + [2], "only the killed shard was tried again"
    assert published(loaded, WEEK) == first


def waiting_port(almanac: Almanac) -> int | None:
    with psycopg.connect(almanac.warehouse) as connection:
        row = connection.execute(WAITING_SHARD).fetchone()
    return row[0] if row else None


@pytest.mark.parametrize(("writer", "week"), [("messages", EARLIER[1]), ("batches", EARLIER[0])])
def test_a_model_writes_in_the_real_scheduler(
    loaded: Almanac, backfilled: dict[str, str], writer: Any, week: str
) -> None:
    """Week by week from the template to a model: paid once, by the provider's own bill, and true."""
    fake = f"http://127.0.0.1:{loaded.settings.fake_provider_port}"
    with connect(loaded.warehouse) as connection:
        ledger.choose_writer(connection, DAG, WriterSettings(writer))
    before = fake_provider.control(fake, "bill")
    run_id = loaded.airflow.trigger(DAG, week, {"shard_size": USERS_A_SHARD})
    try:
        assert wait_for_run(loaded, run_id) == "success", tasks_of(loaded, run_id)
    finally:
        with connect(loaded.warehouse) as connection:
            ledger.choose_writer(connection, DAG, WriterSettings("template"))
    with psycopg.connect(loaded.warehouse) as connection:
        rows = connection.execute(
            "SELECT outcome, writer, writer_reason, cost_usd FROM warehouse.weekly_health_briefs "
            "WHERE week_of = %s", (week,),
        ).fetchall()  # fmt: skip
    enough = [row for row in rows if row[0] != "insufficient_data"]
    by_model = [row for row in enough if row[1] in WriterSettings().models]
    assert len(by_model) >= 0.9 * len(enough) > 0, enough
    assert all(reason for _, name, reason, _ in enough if name == "template"), "a fallen text says why"
    bill = fake_provider.control(fake, "bill")
    assert bill["paid_twice"] == 0
    spent = float(sum(cost for *_, cost in rows))
    assert spent == pytest.approx(bill["usd"] - before["usd"], abs=1e-4), (
        "what the rows say is what was billed"
    )


def test_a_shut_gate_shows_nobody_anything_until_a_person_has_answered(
    loaded: Almanac, backfilled: dict[str, str]
) -> None:
    before = published(loaded, WEEK)
    with psycopg.connect(loaded.warehouse) as connection:
        connection.execute("DELETE FROM app.daily_health WHERE user_id % 2 = 0")
    asked = almanac_command(loaded, "run", DAG, "--week", WEEK, "--wait", bound_s=BOUND_S)
    assert asked.returncode == 3, asked.stdout + asked.stderr
    assert "eligible users was" in asked.stderr
    assert published(loaded, WEEK) == before
    newest = loaded.airflow._json("GET", f"/dags/{DAG}/dagRuns", params={"order_by": "-id", "limit": 1})
    run_id = newest["dag_runs"][0]["dag_run_id"]
    task = f"/dags/{DAG}/dagRuns/{run_id}/taskInstances/approve_publication/-1/hitlDetails"
    loaded.airflow._json("PATCH", task, json={"chosen_options": ["Approve"]})
    assert wait_for_run(loaded, run_id) == "success", tasks_of(loaded, run_id)
    assert published(loaded, WEEK) != before
