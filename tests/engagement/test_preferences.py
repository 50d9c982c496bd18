"""A person's choices: all that were asked for or none, their own only, and coaching follows at once."""

from typing import Any

import pytest
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue

from include.core.db import Connection
from tests.engagement.readers import BEN, choose, one, preferences, writing

CHOICES: dict[str, Any] = {
    "weekly_brief_enabled": False,
    "weekly_brief_frequency": "monthly",
    "intelligence_generation_enabled": False,
    "intelligence_generation_frequency": "biweekly",
    "intelligence_notification_enabled": False,
    "enable_coaching_messages": True,
    "coaching_frequency": "onceAWeek",
    "coaching_time_preference": "evening",
}


def test_who_never_chose_has_the_defaults(connection: Connection) -> None:
    found = preferences(connection)
    assert found["weekly_brief_enabled"]
    assert found["weekly_brief_frequency"] == "weekly"
    assert not found["enable_coaching_messages"]
    assert found["updated_at"] is None


def test_the_view_without_rows_says_what_the_columns_default_to(connection: Connection) -> None:
    without = preferences(connection)
    connection.execute("INSERT INTO app.user_preferences (user_id) VALUES (1)")
    assert {**preferences(connection), "updated_at": None} == without


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_set_alone(connection: Connection, name: str) -> None:
    before = preferences(connection)
    assert choose(connection, **{name: CHOICES[name]}) == {"changed": [name], "refused": []}
    after = preferences(connection)
    assert {key for key in after if after[key] != before[key]} - {"updated_at"} == (
        {name} if before[name] != CHOICES[name] else set()
    )
    assert after[name] == CHOICES[name]


def test_all_at_once_and_back_with_a_history(connection: Connection) -> None:
    before = preferences(connection)
    choose(connection, **CHOICES)
    assert {name: preferences(connection)[name] for name in CHOICES} == CHOICES
    choose(connection, **{name: before[name] for name in CHOICES})
    assert {name: preferences(connection)[name] for name in CHOICES} == {
        name: before[name] for name in CHOICES
    }
    kept = one(connection, "SELECT count(*) FROM app.user_preferences_history WHERE user_id = 1")
    choose(connection, **{name: before[name] for name in CHOICES})
    assert one(connection, "SELECT count(*) FROM app.user_preferences_history WHERE user_id = 1") == kept == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weekly_brief_enabled", "yes"), ("weekly_brief_enabled", None),
        ("weekly_brief_enabled", 1), ("weekly_brief_frequency", "daily"), ("coaching_frequency", "weekly"),
        ("coaching_time_preference", ["morning"]), ("total_briefs_dismissed", 0), ("user_id", 2),
        ("re_enabled_reason", "x"), ("", 1), ("updated_at", "2016-05-02"),
    ],
)  # fmt: skip
def test_a_wrong_choice_sets_nothing_of_the_others_either(
    connection: Connection, name: str, value: object
) -> None:
    before = preferences(connection)
    answer = choose(connection, **{name: value, "intelligence_generation_enabled": False})
    assert answer["changed"] == []
    ((refused, reason),) = ((one["name"], one["reason"]) for one in answer["refused"])
    assert refused == name
    assert reason
    assert preferences(connection) == before


def test_switching_on_again_says_where(connection: Connection) -> None:
    choose(connection, weekly_brief_enabled=False)
    choose(connection, weekly_brief_enabled=True)
    assert preferences(connection)["re_enabled_reason"] == "preferences"


def test_a_time_of_day_alone_does_not_opt_in(connection: Connection) -> None:
    choose(connection, coaching_time_preference="evening")
    assert not preferences(connection)["enable_coaching_messages"]
    assert not one(connection, "SELECT enabled FROM warehouse.coaching_schedule WHERE user_id = 1")


def test_opting_out_of_coaching_holds_at_once(connection: Connection) -> None:
    choose(connection, enable_coaching_messages=True)
    enabled = "SELECT enabled FROM warehouse.coaching_schedule WHERE user_id = 1"
    assert one(connection, enabled)
    choose(connection, enable_coaching_messages=False)
    assert not one(connection, enabled)


def test_nobody_elses_choices_move(connection: Connection) -> None:
    choose(connection, **CHOICES)
    assert preferences(connection, BEN)["weekly_brief_enabled"]


@pytest.mark.parametrize("changes", ["[]", "null", '"weekly_brief_enabled"'])
def test_what_is_no_object_is_refused(connection: Connection, changes: str) -> None:
    with pytest.raises(InvalidParameterValue, match="object"), writing(connection, 1):
        connection.execute("SELECT app.set_preferences(%s::jsonb)", (changes,))


def test_nobody_chooses_for_nobody(connection: Connection) -> None:
    connection.execute("SET ROLE almanac_app_writer")
    with pytest.raises(InsufficientPrivilege):
        connection.execute("""SELECT app.set_preferences('{"weekly_brief_enabled": false}')""")
