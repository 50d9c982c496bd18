"""Which week a run is for: params, then partition key, then logical date, then run_after."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.core.periods import BadPeriod, Week
from include.orchestration.periods import period_of

FROM_PARAMS, FROM_KEY = "2016-05-02", "2016-04-25"
LOGICAL = datetime(2016, 4, 20, 2, tzinfo=UTC)  # a Wednesday: the week delivered on 18 April
RUN_AFTER = datetime(2016, 4, 17, 23, 59, tzinfo=UTC)  # a Sunday: the week delivered on 11 April


def context(
    *, week: str | None = None, key: str | None = None, logical: datetime | None = None,
    run_after: datetime = RUN_AFTER,
) -> Any:  # fmt: skip
    run = SimpleNamespace(partition_key=key, logical_date=logical, run_after=run_after)
    return {"params": {"period": week}, "dag_run": run}


@pytest.mark.parametrize(
    ("given_", "key"),
    [
        ({"week": FROM_PARAMS, "key": FROM_KEY, "logical": LOGICAL}, "2016-05-02"),
        ({"key": FROM_KEY, "logical": LOGICAL}, "2016-04-25"),
        ({"week": "", "key": FROM_KEY}, "2016-04-25"),
        ({"logical": LOGICAL}, "2016-04-18"),
        ({"key": "", "logical": None}, "2016-04-11"),
    ],
)
def test_the_most_explicit_wins(given_: dict[str, Any], key: str) -> None:
    assert period_of(Week, context(**given_)).key == key


def test_a_run_without_a_partition_key_at_all() -> None:
    """The runs of a plain cron schedule have no such attribute."""
    run = SimpleNamespace(logical_date=LOGICAL, run_after=RUN_AFTER)
    assert period_of(Week, {"params": {}, "dag_run": run}).key == "2016-04-18"  # type: ignore[typeddict-item]


@given(st.datetimes(datetime(1900, 1, 8), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_a_run_without_a_key_is_for_the_last_complete_week(moment: datetime) -> None:
    week = period_of(Week, context(run_after=moment))
    assert isinstance(week, Week)
    assert week.week_of <= moment.date() < week.week_of + timedelta(days=7)
    assert week.sunday < moment.date()


@given(st.dates(date(1900, 1, 8), date(2200, 1, 1)).filter(lambda day: day.weekday() != 0))
def test_a_key_that_is_no_monday_names_the_two_beside_it(day: date) -> None:
    with pytest.raises(BadPeriod) as caught:
        period_of(Week, context(key=day.isoformat()))
    monday = day - timedelta(days=day.weekday())
    said = str(caught.value)
    assert f"{day:%A}" in said
    assert monday.isoformat() in said
    assert (monday + timedelta(days=7)).isoformat() in said


@pytest.mark.parametrize("key", ["next monday", "2016-13-01", "02.05.2016"])
def test_a_key_that_is_no_date_says_which_form_is_meant(key: str) -> None:
    with pytest.raises(BadPeriod, match="YYYY-MM-DD"):
        period_of(Week, context(week=key))


def test_a_wrong_parameter_is_not_passed_over_for_a_good_key() -> None:
    with pytest.raises(BadPeriod, match="Tuesday"):
        period_of(Week, context(week="2016-05-03", key=FROM_KEY))
