"""`almanac costs | estimate`, and what `runs`, `brief` and `explain` say of texts by a model: a real week,
written over a real connection by the fake provider, some of whose texts are not true."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import anthropic
import psycopg
import pytest

from include.batch import runs, stages
from include.batch.job import Run, RunRequest
from include.core.db import connect
from include.core.periods import Week
from include.core.settings import Settings
from include.intelligence.job import JOB
from include.intelligence.prompting import WRITING
from include.llm import accounts, ledger, messages
from include.llm.models import WriterSettings
from include.local import fake_provider, population
from include.local.commands import demo
from include.local.processes import StackError
from include.local.provider import LABEL
from tests.batch import walk
from tests.conftest import copy_of
from tests.local.answers import Command, ask, change, good, line, refused

WEEK, NEXT = "2025-12-29", "2026-01-05"
SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"
SETTINGS = WriterSettings("messages", (SONNET, HAIKU), run_cap_usd=3.0, day_cap_usd=7.0, in_flight=20)
NOTHING_CHANGES = (
    "llm.requests", "llm.calls", "llm.answers", "llm.budgets", "ops.cohort_summaries", "ops.job_execution_log"
)  # fmt: skip


@pytest.fixture(scope="module")
def written(postgres_server: str, warehouse_template: str, provider_process: str) -> Iterator[str]:
    """URL of a warehouse in which 40 generated users have a week by a model; a third of its texts were refused."""
    with copy_of(postgres_server, warehouse_template) as url:
        with connect(url) as connection:
            population.generate(connection, users=40, weeks=14, seed=3, week_of=date.fromisoformat(NEXT))
            ledger.choose_writer(connection, JOB.name, SETTINGS)
        fake_provider.control(provider_process, "reset", {})
        faults = {"ungrounded": {"share": 0.6}, "stubborn": {"share": 0.7}}
        fake_provider.control(provider_process, "faults", faults)
        write_week(url, provider_process)
        yield url


def write_week(url: str, provider: str) -> None:
    """The walk of a run with a model, as Airflow's tasks make it."""
    request, now = RunRequest(), datetime.now(UTC)
    run = walk.open_run(url, WEEK, job_id="test", request=request, now=now)
    with connect(url) as connection:
        shards = stages.plan(connection, JOB, run, request)
        JOB.prepare(connection, run)
        runs.note(connection, run, writer=SETTINGS._replace(provider=LABEL)._asdict(), provider=LABEL)
        for shard in shards:
            stages.request_texts(connection, JOB, run, shard)
    asyncio.run(_write(url, run, provider))
    with connect(url) as connection:
        for shard in shards:
            stages.process(connection, JOB, run, shard)
        stages.check(connection, JOB, run)
    with connect(url) as connection:
        stages.build_indexes(connection, JOB, run, request)
    with connect(url) as connection:
        stages.publish(connection, JOB, run, request, now)
        stages.close(connection, JOB, run, now + timedelta(seconds=8))
        noted = accounts.of_run(
            connection, run.run_id, JOB.tables[0], JOB.partition_column, JOB.period_of(run).first
        )
        runs.note(connection, run, **noted)


async def _write(url: str, run: Run, provider: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        async with anthropic.AsyncAnthropic(api_key="fake", base_url=provider) as sdk:
            await messages.write_all(connection, run.run_id, WRITING, SETTINGS, sdk, backoff_s=0.001)


@pytest.fixture
def almanac(almanac: Command) -> Command:
    """almanac(warehouse, *arguments), on a terminal of 80 columns unless told."""
    return partial(almanac, columns=80)


# ------------------------------------------------------------------------------------------- costs


def test_the_log_row_adds_up_to_the_bill_and_to_the_users(written: str, provider_process: str) -> None:
    noted, processed = ask(written, "SELECT metadata, users_processed FROM ops.job_execution_log")[0]
    billed = fake_provider.control(provider_process, "bill")
    assert noted["cost_usd"] == pytest.approx(billed["usd"], abs=1e-9)
    assert sum(noted["rungs"].values()) == processed
    assert set(noted["rungs"]) == {SONNET, HAIKU, "template"}
    assert set(noted["reasons"]) == {HAIKU, "template"}
    assert sum(noted["reasons"][HAIKU].values()) == noted["rungs"][HAIKU]


def test_costs_show_the_providers_bill(almanac: Command, written: str, provider_process: str) -> None:
    output = good(almanac(written, "costs"))
    billed = fake_provider.control(provider_process, "bill")
    assert f"${billed['usd']:,.4f}" in output
    for model, part in billed["by_model"].items():
        assert f"{part['output_tokens']:,}" in output
        assert f"${part['usd']:,.4f}" in output, model
    assert "ungrounded" in output and "paid, of no use" in output
    assert LABEL.split(" (")[0] in output
    assert "…" not in output and max(map(len, output.splitlines())) <= 80


def test_costs_tell_what_is_left_of_the_caps(written: str) -> None:
    with connect(written) as connection:
        (run,) = accounts.spending_runs(connection, WEEK)
        assert run.days is not None
        caps = {cap.scope: cap for cap in accounts.caps(connection, [f"run:{run.id}", f"day:{run.days[0]}"])}
    of_run = caps[f"run:{run.id}"]
    assert (of_run.cap_usd, of_run.reserved_usd) == (3.0, 0.0)
    assert of_run.left_usd == pytest.approx(3.0 - run.cost_usd)
    assert caps[f"day:{run.days[0]}"].left_usd == pytest.approx(7.0 - run.cost_usd)
    assert of_run._replace(cap_usd=0.0).left_usd == 0.0


def test_no_model_was_asked(almanac: Command, warehouse: str, written: str) -> None:
    assert "the writer is a template, which is free" in refused(almanac(warehouse, "costs"))
    assert f"No run asked a model for {NEXT}" in refused(almanac(written, "costs", "--week", NEXT))


def test_a_run_that_published_nothing_has_its_cost_all_the_same(written: str) -> None:
    with connect(written) as connection, connection.transaction(force_rollback=True):
        connection.execute("UPDATE warehouse.weekly_health_briefs SET run_id = 99")
        connection.execute("UPDATE llm.calls SET status = 'sent', cost_usd = 0")
        noted = accounts.of_run(connection, 1, JOB.tables[0], JOB.partition_column, Week.parse(WEEK).first)
        reserved = connection.execute("SELECT sum(reserved_usd)::float8 FROM llm.calls").fetchone()
    assert (noted["rungs"], noted["reasons"]) == ({}, {})
    assert reserved is not None and noted["cost_usd"] == reserved[0]  # nobody knows: all of it counts


def test_runs_tell_the_cost_and_who_wrote(almanac: Command, written: str) -> None:
    noted = ask(written, "SELECT metadata FROM ops.job_execution_log")[0][0]
    output = good(almanac(written, "runs", columns=200))
    assert f"1 ${noted['cost_usd']:,.4f}: " in output
    assert f"{SONNET} {noted['rungs'][SONNET]}" in output


# ------------------------------------------------------------------------------- briefs and explain


def one_user(url: str, writer: str) -> str:
    rows = ask(
        url,
        "SELECT external_id FROM warehouse.weekly_health_briefs JOIN app.users USING (user_id) "
        "WHERE writer = %(writer)s AND outcome = 'complete' ORDER BY 1 LIMIT 1",
        writer=writer,
    )
    return str(rows[0][0])


def test_a_brief_says_who_wrote_it_and_that_it_was_the_fake(almanac: Command, written: str) -> None:
    user = one_user(written, HAIKU)
    last = good(almanac(written, "brief", user, columns=200)).splitlines()[-1]
    assert last == (
        f"Written by {HAIKU}, prompt weekly-1, asked of: {LABEL} (not by the first model: ungrounded)"
    )
    by_template = good(almanac(written, "brief", one_user(written, "template"), columns=200)).splitlines()[-1]
    assert by_template.startswith("Written by template") and "asked of" not in by_template


def test_explain_finds_the_call_and_the_document(almanac: Command, written: str) -> None:
    user = one_user(written, HAIKU)
    found = json.loads(good(almanac(written, "explain", user, "--json")))
    origin, text = found["provenance"], found["text"]
    assert (origin["writer"], origin["writer_reason"], origin["variant"]) == (HAIKU, "ungrounded", None)
    assert (text["provider"], text["by_batch"]) == (LABEL, False)
    assert 0 < text["cost_usd"] < origin["cost_usd"]  # the refused texts were paid, too
    sent = ask(
        written,
        "SELECT facts::jsonb FROM llm.requests JOIN llm.calls USING (run_id, facts_key) WHERE call_id = %(id)s",
        id=text["call_id"],
    )
    assert found["document"] == sent[0][0]
    page = good(almanac(written, "explain", user, columns=200))
    assert "What the model is shown" in page and f"asked of: {LABEL}" in page and "ungrounded" in page


# ---------------------------------------------------------------------------------------- estimate


def state(url: str) -> list[list[tuple[Any, ...]]]:
    found = [ask(url, f"SELECT t::text FROM {table} AS t ORDER BY 1") for table in NOTHING_CHANGES]
    tables = ask(url, "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') ORDER BY 1")
    return [*found, tables]


def test_an_estimate_of_a_written_week_is_free(
    almanac: Command, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger has the texts, and knows of the fallen that no model can write them."""
    monkeypatch.setattr("include.local.commands.estimate._provider", lambda: LABEL)
    before = state(written)
    output = good(almanac(written, "estimate", JOB.name, "--week", WEEK))
    fallen = ask(written, "SELECT count(*) FROM llm.requests WHERE status = 'fallen'")[0][0]
    known = ask(written, "SELECT count(*) FROM llm.answers")[0][0]
    assert line(output, "texts to be written").split()[-1] == "0"
    assert line(output, "texts in the ledger").split()[-2:] == [str(known + fallen), "free"]
    assert "An estimate: nothing was written, nothing was sent." in output
    assert "past calls" in output and "enough by messages" in output
    assert state(written) == before


def test_an_estimate_before_any_call_goes_by_size(almanac: Command, warehouse: str) -> None:
    with connect(warehouse) as connection:
        population.generate(connection, users=30, weeks=14, seed=3, week_of=date.fromisoformat(NEXT))
        ledger.choose_writer(connection, JOB.name, SETTINGS._replace(writer="batches", run_cap_usd=0.01))
    before = state(warehouse)
    output = good(almanac(warehouse, "estimate", JOB.name, "--week", NEXT))
    words = line(output, f"{SONNET} ", "$").split()
    by_messages, by_batches, at_most = (float(word.strip("$")) for word in words[3:])
    assert by_batches == pytest.approx(by_messages / 2, rel=0.01)
    assert by_messages < at_most
    assert "guessed from the size" in output
    assert "A run may cost $0.0100: for about" in output
    whole = int(line(output, "texts to be written").split()[-1])
    sampled = good(almanac(warehouse, "estimate", JOB.name, "--week", NEXT, "--sample", "10"))
    assert "the rest is extrapolated" in sampled
    assert int(line(sampled, "texts to be written").split()[-1]) == pytest.approx(whole, rel=0.4)
    assert state(warehouse) == before


def test_the_estimate_is_near_the_bill(almanac: Command, written: str) -> None:
    """The same week with an empty ledger: what the calls came to is what they are expected to."""
    with connect(written) as connection:
        (run,) = accounts.spending_runs(connection, WEEK)
        by_sonnet = next(one for one in accounts.costs(connection, [run.id]) if one.model == SONNET)
    with psycopg.connect(written) as connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM llm.answers")
        connection.execute("DELETE FROM llm.answers")
    output = good(almanac(written, "estimate", JOB.name, "--week", WEEK))
    change(written, "INSERT INTO llm.answers SELECT * FROM kept")
    change(written, "DROP TABLE kept")
    texts = int(line(output, "texts to be written").split()[-1])
    expected = texts * by_sonnet.cost_usd / by_sonnet.answered
    assert float(line(output, f"{SONNET} ", "$").split()[3].strip("$")) == pytest.approx(expected, rel=0.02)


def test_an_estimate_that_cannot_be_made(almanac: Command, written: str) -> None:
    assert "Nobody is eligible" in refused(almanac(written, "estimate", JOB.name, "--week", "2020-01-06"))
    assert "no job with texts" in refused(almanac(written, "estimate", "nightly", "--week", WEEK))
    run = walk.open_run(written, NEXT, job_id="at-work", request=RunRequest(), now=datetime.now(UTC))
    try:
        assert "at-work is at work on" in refused(almanac(written, "estimate", JOB.name, "--week", NEXT))
    finally:
        with connect(written) as connection:
            runs.release_lease(connection, run)
        change(written, "DELETE FROM ops.job_execution_log WHERE job_id = 'at-work'")


# -------------------------------------------------------------------------------------------- demo


def test_the_demo_never_asks_whom_it_could_pay(warehouse: str, tmp_path: Path) -> None:
    with pytest.raises(StackError, match="Airflow of your own"):
        demo._require_fake_provider(Settings(home=tmp_path, airflow_url="http://a"), "messages")
    settings = Settings(home=tmp_path, database_url=warehouse)
    with connect(warehouse) as connection:
        ledger.choose_writer(connection, JOB.name, SETTINGS)
    demo._choose_writer(settings, "template")
    with connect(warehouse) as connection:
        assert ledger.settings_of(connection, JOB.name) == SETTINGS._replace(writer="template")
