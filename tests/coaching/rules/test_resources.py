import tomllib
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.coaching.rules.resources import _FILE, RESOURCES_VERSION, resources_for

COUNTRIES = tomllib.loads(_FILE.read_text(encoding="utf-8"))["country"]


@given(st.text())
def test_any_name_of_a_zone_gets_a_whole_text(name: str):
    text = resources_for(name)
    assert "findahelpline.com" in text
    assert "emergency number" in text or name in available_timezones()


@pytest.mark.parametrize(
    ("zone", "line"),
    [
        ("America/New_York", "988"),
        ("US/Pacific", "988"),
        ("America/Toronto", "988"),
        ("Europe/London", "116 123"),
        ("Europe/Dublin", "116 123"),
        ("Europe/Paris", "3114"),
        ("Europe/Madrid", "024"),
        ("Australia/Perth", "13 11 14"),
    ],
)
def test_a_country_has_its_own_line(zone: str, line: str):
    assert line in resources_for(zone)


def test_every_zone_that_is_named_exists_and_belongs_to_one_country():
    zones = [zone for country in COUNTRIES for zone in country["zones"]]
    assert len(zones) == len(set(zones))
    for zone in zones:
        assert ZoneInfo(zone).key == zone


def test_each_country_says_whom_to_call_at_once():
    assert all("in danger now" in country["lines"] for country in COUNTRIES)


def test_no_text_promises_or_judges_or_praises():
    for zone in ("UTC", "Europe/Berlin", "America/Chicago"):
        text = resources_for(zone).casefold()
        assert not any(word in text for word in ("diagnos", "suicidal", "you should", "cheer up", "detected"))


def test_the_version_fits_the_column():
    assert 0 < len(RESOURCES_VERSION) <= 40
