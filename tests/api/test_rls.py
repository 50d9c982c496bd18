"""Two walls between people, each proved without the other: PostgreSQL's row rules, and what statements ask for."""

import json
import re
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, InvalidTextRepresentation
from psycopg.types.json import Jsonb

from include.core.db import Connection
from include.core.statements import SQL_ROOT, statement
from tests.api.readers import publish
from tests.conftest import copy_of

ANN, BEN = 1, 2
NAMES = {ANN: "ann", BEN: "ben"}
BOARDS = {"leaderboards_v1", "leaderboard_rows_v1"}  # the same for everybody who is signed in
OWN = {
    "users_v1", "weekly_briefs_v1", "brief_components_v1", "preferences_v1", "notification_state_v1",
    "monthly_learner_reports_v1", "coaching_messages_v1", "coaching_support_v1",
}  # fmt: skip
WEEK, MONTH = date(2016, 5, 2), date(2016, 5, 1)

# Statements of the API on a person's views, and what stands for their values. A new one belongs here.
VALUES = {"week_of": WEEK, "month": MONTH, "from_week": None, "limit": 10}
OF_OPERATORS = {"select_brief", "select_nearest_weeks"}  # of the command line, which is not a reader
PEOPLE = """
    INSERT INTO app.users (user_id, external_id, display_name) VALUES (1, 'ann', 'ann'), (2, 'ben', 'ben');
    INSERT INTO app.user_preferences (user_id, re_enabled_reason) VALUES (1, 'ann'), (2, 'ben');
    INSERT INTO app.coaching_config (user_id) VALUES (1), (2);
    CREATE TABLE warehouse.briefs_of_may PARTITION OF warehouse.weekly_health_briefs
        FOR VALUES FROM ('2016-05-02') TO ('2016-05-09');
    CREATE TABLE warehouse.reports_of_may PARTITION OF warehouse.monthly_learner_reports
        FOR VALUES FROM ('2016-05-01') TO ('2016-06-01');
    INSERT INTO app.notification_state
    SELECT user_id, '2016-05-02', serving.brief_id(user_id, '2016-05-02'), now(), now(), NULL, 1, 1 FROM app.users;
    INSERT INTO warehouse.monthly_learner_reports
    SELECT user_id, '2016-05-01', 'complete', json_build_object('of', external_id), external_id, 'w', 'c', 1, now()
    FROM app.users;
    INSERT INTO warehouse.coaching_messages (
        user_id, tick, generation_attempt, message_id, message_type, type_reason, message_content,
        push_notification_text, was_sent, journal_entry_id, context_used, user_timezone, user_time_preference,
        scheduled_for, send_before, local_day, writer, simulator, prompt_version, code_version, run_id, created_at,
        updated_at)
    SELECT user_id, now(), 1, gen_random_uuid(), 'check_in', 'quiet', external_id, external_id, true,
           gen_random_uuid(), '{}', 'UTC', 'morning', now(), now(), '2016-05-02', 'w', 's', '1', 'c', 1, now(), now()
    FROM app.users;
    INSERT INTO warehouse.coaching_safety
    SELECT user_id, now(), 'entry', 'x', '2016-05-02', external_id, '1', 1, now(), external_id FROM app.users;
"""


@pytest.fixture(scope="module")
def both(postgres_server: str, warehouse_template: str) -> Iterator[str]:
    """URL of a warehouse where ann and ben have a row of every kind, each with their name in it."""
    with copy_of(postgres_server, warehouse_template) as url:
        with psycopg.connect(url) as connection:
            connection.execute(PEOPLE)
            for user, name in NAMES.items():
                parts = ("velocity", "body_systems", "timeline", "patterns", "comparative", "insights")
                body = {"week_of": "2016-05-02", **{part: [name] for part in parts}}
                publish(connection, user, WEEK, json.dumps(body))
        yield url


@pytest.fixture
def owner(both: str) -> Iterator[Connection]:
    """The owner, for whom row rules do not count: what only the statements themselves keep apart."""
    with psycopg.connect(both) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def reader(owner: Connection) -> Connection:
    owner.execute("SET ROLE almanac_reader")
    return owner


def act_for(connection: Connection, user: int | None) -> None:
    who = {"user_id": user, "external_id": None}
    connection.execute(statement("serving/set_reader"), who)


def shown(connection: Connection, view: str) -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT * FROM serving.{view}").fetchall()


# ------------------------------------------------------------------ the wall of the database, alone


@pytest.mark.parametrize("view", sorted(OWN))
def test_a_query_for_everything_finds_one_s_own(reader: Connection, view: str) -> None:
    for user in NAMES:
        act_for(reader, user)
        rows = shown(reader, view)
        assert [row[0] for row in rows] == [user]


@pytest.mark.parametrize("view", sorted(OWN))
def test_a_query_for_another_s_rows_finds_none(reader: Connection, view: str) -> None:
    act_for(reader, BEN)
    query = f"SELECT * FROM serving.{view} WHERE user_id = %s"
    assert reader.execute(query, (ANN,)).fetchall() == []


@pytest.mark.parametrize("view", sorted(OWN))
def test_who_acts_for_nobody_sees_nobody(reader: Connection, view: str) -> None:
    assert shown(reader, view) == []
    act_for(reader, None)
    assert shown(reader, view) == []


def test_the_word_for_whom_holds_for_its_transaction_only(both: str) -> None:
    with psycopg.connect(both, autocommit=True) as connection:
        connection.execute("SET ROLE almanac_reader")
        with connection.transaction():
            act_for(connection, ANN)
            assert len(shown(connection, "weekly_briefs_v1")) == 1
        assert shown(connection, "weekly_briefs_v1") == []


@pytest.mark.parametrize("word", ["1 OR true", "*", "1,2"])
def test_a_word_that_is_no_id_is_an_error(reader: Connection, word: str) -> None:
    reader.execute("SELECT set_config('almanac.user_id', %s, true)", (word,))
    with pytest.raises(InvalidTextRepresentation):
        shown(reader, "weekly_briefs_v1")


def test_an_external_id_opens_its_user_and_nothing_else(reader: Connection) -> None:
    who = {"user_id": None, "external_id": "ben"}
    reader.execute(statement("serving/set_reader"), who)
    assert shown(reader, "users_v1") == [(BEN, "ben")]
    for view in OWN - {"users_v1", "preferences_v1"}:
        assert shown(reader, view) == []
    assert all("ann" not in str(row) for row in shown(reader, "preferences_v1"))


def test_row_rules_cannot_be_got_round_by_a_condition_that_tells(reader: Connection) -> None:
    """A condition with a side effect is asked about own rows only."""
    act_for(reader, BEN)
    query = "SELECT count(*) FROM serving.weekly_briefs_v1 WHERE 1 / (user_id - 1) IS NOT NULL"
    assert reader.execute(query).fetchone() == (1,)


def test_every_view_is_known_and_a_person_s_run_with_the_reader_s_rights(owner: Connection) -> None:
    query = """
        SELECT relname, coalesce('security_invoker=true' = ANY (reloptions), false)
        FROM pg_class WHERE relnamespace = 'serving'::regnamespace AND relkind = 'v'
    """
    invoker = dict(owner.execute(query).fetchall())
    assert {view for view in OWN if not invoker[view]} == set()
    others = {view for view, own_rights in invoker.items() if not own_rights}
    assert others >= BOARDS
    readable = {view for view in others - BOARDS if _may_read(owner, f"serving.{view}")}
    assert readable == set(), "a view that readers have is one of their own rows or a board"


def _may_read(owner: Connection, relation: str) -> bool:
    query = "SELECT has_table_privilege('almanac_reader', %s, 'SELECT')"
    ((may,),) = owner.execute(query, (relation,)).fetchall()
    return bool(may)


def test_whatever_table_a_reader_has_a_column_of_is_guarded(owner: Connection) -> None:
    query = """
        SELECT oid::regclass::text, relrowsecurity,
               (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid)
        FROM pg_class
        WHERE relkind IN ('r', 'p', 'm', 'f') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
          AND has_any_column_privilege('almanac_reader', oid, 'SELECT')
    """
    tables = {name: (guarded, rules) for name, guarded, rules in owner.execute(query)}
    assert len(tables) == 8
    assert {name for name, state in tables.items() if state != (True, 1)} == set()


def test_a_reader_cannot_even_name_a_table_or_a_partition(reader: Connection) -> None:
    for table in ("app.users", "warehouse.weekly_health_briefs", "warehouse.briefs_of_may"):
        with pytest.raises(InsufficientPrivilege), reader.transaction():
            reader.execute(f"SELECT user_id FROM {table}")


# ------------------------------------------------------------------ the wall of the statements, alone


def statements() -> list[str]:
    """The API's statements on views of a person's rows."""
    files = sorted((SQL_ROOT / "serving").glob("select_*.sql"))
    return [path.stem for path in files if path.stem not in OF_OPERATORS and _views(path.read_text()) & OWN]


def _views(text: str) -> set[str]:
    return set(re.findall(r"serving\.(\w+)", text))


@pytest.mark.parametrize("name", statements())
def test_without_row_rules_a_statement_still_finds_one_s_own_alone(owner: Connection, name: str) -> None:
    """Run by the owner, who sees everybody's rows; the answer is what the reader gets behind the other wall."""
    text = (SQL_ROOT / f"serving/{name}.sql").read_text()
    wanted = set(re.findall(r"%\((\w+)\)s", text))
    assert wanted & {"user_id", "external_id"}, "it asks for nobody in particular"
    for user, other in ((ANN, BEN), (BEN, ANN)):
        known = {**VALUES, "user_id": user, "external_id": NAMES[user]}
        assert wanted <= known.keys(), f"say in VALUES what stands for {wanted - known.keys()}"
        values = {name: known[name] for name in wanted}
        alone = owner.execute(statement(f"serving/{name}"), values).fetchall()
        assert alone
        assert NAMES[other] not in str(alone)
        owner.execute("SET ROLE almanac_reader")
        act_for(owner, user)
        behind = owner.execute(statement(f"serving/{name}"), values).fetchall()
        owner.execute("RESET ROLE")
        assert behind == alone


# ------------------------------------------------------------------ writing


def test_a_reader_writes_nothing_by_the_functions_either(reader: Connection) -> None:
    for call in ("record_events('[{}]')", "set_preferences('{}')"):
        with pytest.raises(InsufficientPrivilege), reader.transaction():
            reader.execute(f"SELECT app.{call}")


def test_the_writer_may_call_two_functions_and_nothing_else(owner: Connection) -> None:
    relations = """
        SELECT oid::regclass::text FROM pg_class
        WHERE relnamespace::regnamespace::text IN ('app', 'warehouse', 'ops', 'llm', 'staging', 'serving')
          AND relkind <> 'S' AND relkind NOT IN ('i', 'I')
          AND (has_table_privilege('almanac_app_writer', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
               OR has_any_column_privilege('almanac_app_writer', oid, 'SELECT, INSERT, UPDATE'))
    """
    assert owner.execute(relations).fetchall() == []
    functions = """
        SELECT proname FROM pg_proc
        WHERE pronamespace IN (SELECT oid FROM pg_namespace
                               WHERE nspname IN ('app', 'warehouse', 'ops', 'llm', 'staging', 'serving')
                                 AND has_schema_privilege('almanac_app_writer', oid, 'USAGE'))
          AND has_function_privilege('almanac_app_writer', oid, 'EXECUTE')
    """
    assert {name for (name,) in owner.execute(functions)} == {"record_events", "set_preferences"}


def test_functions_with_their_owner_s_rights_look_nothing_up_in_a_caller_s_schemas(owner: Connection) -> None:
    query = """
        SELECT proname, proconfig FROM pg_proc
        WHERE prosecdef AND pronamespace::regnamespace::text IN ('app', 'warehouse', 'ops', 'llm', 'serving')
    """
    paths = dict(owner.execute(query).fetchall())
    assert paths.keys() >= {"record_events", "set_preferences"}
    assert all(path == ["search_path=pg_catalog, pg_temp"] for path in paths.values())


def test_a_writer_moves_one_s_own_rows_alone(owner: Connection) -> None:
    everything = "SELECT array_agg(kept ORDER BY user_id) FILTER (WHERE user_id = 2) FROM {} AS kept"
    tables = (
        "app.user_preferences",
        "app.notification_state",
        "app.coaching_config",
        "app.engagement_events",
    )
    before = [owner.execute(everything.format(table)).fetchone() for table in tables]
    owner.execute("SET ROLE almanac_app_writer")
    act_for(owner, ANN)
    disabled = {
        "event_id": "00000000-0000-4000-8000-000000000001", "event": "brief_permanently_disabled",
        "brief_week": "2016-05-02", "user_id": BEN,
    }  # fmt: skip
    owner.execute("SELECT app.record_events(%s)", (Jsonb([disabled]),))
    owner.execute("SELECT app.set_preferences(%s)", (Jsonb({"enable_coaching_messages": False}),))
    owner.execute("RESET ROLE")
    assert [owner.execute(everything.format(table)).fetchone() for table in tables] == before
