"""Names and numbers as they are spoken; the same metrics as the batches have."""

from datetime import date

import pytest

from api.pages import words
from api.pages.intelligence import SHOWN, VIEWS
from api.pages.patterns import KINDS
from include.intelligence import metrics


def test_the_metrics_are_those_of_the_batch() -> None:
    theirs = {one.name: words.Metric(one.label, one.unit, one.decimals, one.good) for one in metrics.METRICS}
    assert theirs == words.METRICS
    assert set(metrics.SYSTEMS) == set(words.SYSTEMS)
    assert set(VIEWS) == set(SHOWN)
    assert set(KINDS) == {"weekday", "lag", "streak", "change_point"}


@pytest.mark.parametrize(
    ("value", "name", "told"),
    [
        (422.0, "sleep_minutes", "7 h 2 min"),
        (420.0, "sleep_minutes", "7 h"),
        (59.6, "sleep_minutes", "1 h"),
        (0.0, "active_minutes", "0 min"),
        (9131.4, "steps", "9,131 steps"),
        (61.44, "resting_heart_rate", "61.4 bpm"),
        (None, "steps", "no data"),
        (1234.56, "ferritin", "1,234.6"),
    ],
)
def test_values_have_their_units(value: float | None, name: str, told: str) -> None:
    assert words.shown(value, name) == told


@pytest.mark.parametrize(
    ("week_of", "told"),
    [
        (date(2026, 11, 16), "9 – 15 November 2026"),
        (date(2026, 11, 2), "26 October – 1 November 2026"),
        (date(2026, 1, 5), "29 December 2025 – 4 January 2026"),
    ],
)
def test_a_week_is_named_by_its_days(week_of: date, told: str) -> None:
    assert words.span_of_week(week_of) == told


@pytest.mark.parametrize(
    ("value", "told"), [(-0.2, "0 %"), (0.4, "0 %"), (-7.6, "−8 %"), (12.3, "+12 %"), (1234.0, "+1,234 %")]
)
def test_a_change_has_its_sign(value: float, told: str) -> None:
    assert words.signed(value, 0, "%") == told


@pytest.mark.parametrize(
    ("number", "told"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (11, "11th"), (12.4, "12th"), (113, "113th"), (101, "101st")],
)
def test_ordinals(number: float, told: str) -> None:
    assert words.ordinal(number) == told


def test_only_https_addresses_become_links() -> None:
    told = str(words.linked('Call 112. See https://help.example/a?b=1&c=2. Or javascript:alert(1) "<b>"'))
    assert told.count("<a ") == 1
    assert 'href="https://help.example/a?b=1&amp;c=2"' in told
    assert "<b>" not in told


@pytest.mark.parametrize(
    ("cohort", "told"),
    [
        ("all", "people of all ages"),
        ("30-39|female", "women aged 30–39"),
        ("80+|", "people aged 80 and over"),
    ],
)
def test_cohorts(cohort: str, told: str) -> None:
    assert words.cohort(cohort) == told
