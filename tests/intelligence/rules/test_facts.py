import csv
import gzip
import json
import math
import warnings
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from rule_blocks import NAN, NOBODY, block, busy_person, facts_of, person

from include.intelligence.metrics import NAMES
from include.intelligence.models import Facts
from include.intelligence.rules.block import Block, Cohorts, Lab
from include.intelligence.rules.facts import compute_facts

ABSURD = [1e300, -1e300, float("inf"), -float("inf"), -1.0, 1e-300, NAN, 0.0]


def cohorts() -> Cohorts:
    random = np.random.default_rng(0)
    quantiles = np.sort(random.random((3, 11, 101)) * 200, axis=-1)
    return Cohorts(["30-39|female", "30-39|male", "all"], np.full((3, 11), 50), quantiles)


def varied_block(n: int) -> Block:
    """Users from full to nearly empty histories, some with labs, moods, dismissals."""
    values = np.stack([busy_person(i, missing=(i % 10) / 10) for i in range(n)])
    values[::7, :60] = NAN
    values[::5, :, 5:] = NAN
    lab = Lab(4, "bilirubin", 2.0, "mg/dL", 0.1, 1.2)
    return Block(
        np.arange(n) + 10, values, [{"HAPPY": i % 4, "SAD": 2} for i in range(n)],
        [[lab] if i % 3 == 0 else [] for i in range(n)], np.arange(n) % 4 - 1,
        [frozenset({"change:steps:up"}) if i % 2 else frozenset() for i in range(n)],
    )  # fmt: skip


def part(whole: Block, rows: slice) -> Block:
    return Block(*(field[rows] for field in whole))


def test_a_user_alone_gets_exactly_the_same_as_in_any_block() -> None:
    whole = varied_block(500)
    together, _ = compute_facts(whole, cohorts())
    alone = [compute_facts(part(whole, slice(i, i + 1)), cohorts())[0][0] for i in range(0, 500, 6)]
    assert list(map(repr, alone)) == list(map(repr, together[::6]))
    by_thirds = [
        f
        for i in (0, 133, 400)
        for f in compute_facts(part(whole, slice(i, {0: 133, 133: 400}.get(i, 500))), cohorts())[0]
    ]
    assert repr(by_thirds) == repr(together)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *leaves(item))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def assert_plain(facts: Facts) -> None:
    for leaf in leaves(facts):
        assert type(leaf) in (int, float, str, bool, type(None)), leaf
        assert not (isinstance(leaf, float) and math.isnan(leaf))
        assert leaf not in (float("inf"), -float("inf"))
    json.dumps(facts, allow_nan=False)


def test_facts_are_plain_numbers_that_serialise() -> None:
    for facts in compute_facts(varied_block(60), cohorts())[0]:
        assert_plain(facts)


@settings(max_examples=60, deadline=None)
@given(
    extremes=hnp.arrays(
        float, (91, 11), elements=st.one_of(st.sampled_from(ABSURD), st.floats(allow_nan=True, width=64)),
        fill=st.sampled_from(ABSURD),
    ),
    place=st.integers(0, 2),
)  # fmt: skip
def test_one_users_extremes_never_raise_and_never_reach_another(extremes: np.ndarray, place: int) -> None:
    whole = varied_block(3)
    undisturbed, _ = compute_facts(whole, cohorts())
    whole.values[place] = extremes
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        facts, cleaned = compute_facts(whole, cohorts())
    for other in {0, 1, 2} - {place}:
        assert repr(facts[other]) == repr(undisturbed[other])
    assert_plain(facts[place])
    assert {item.user_id for item in cleaned} <= {int(whole.user_ids[place])}


def test_cleaned_values_count_for_nothing() -> None:
    dirty, clean = busy_person(3), busy_person(3)
    dirty[50, 0], clean[50, 0] = float("inf"), NAN
    dirty[88, 3], clean[88, 3] = -5.0, NAN
    assert facts_of(dirty) == facts_of(clean)


def test_an_empty_block_and_an_empty_user() -> None:
    empty = Block(np.zeros(0, int), np.zeros((0, 91, 11)), [], [], np.zeros(0, int), [])
    assert compute_facts(empty, NOBODY) == ([], [])
    facts = facts_of(person())
    assert (facts.stats, facts.insights, facts.patterns, facts.timeline) == ({}, [], [], [])
    assert (facts.days_with_data, facts.sufficient) == (0, False)
    assert facts.velocity == {"7": None, "28": None, "90": None}


@pytest.mark.parametrize(("days", "sufficient"), [(7, True), (3, True), (2, False), (0, False)])
def test_three_days_of_some_metric_make_a_week_sufficient(days: int, sufficient: bool) -> None:
    values = busy_person(2, missing=0.0)
    values[84 + days :] = NAN
    facts = facts_of(values)
    assert facts.sufficient is sufficient
    assert facts.days_with_data == days


def test_a_first_week_is_not_sufficient_and_says_what_it_honestly_can() -> None:
    facts = facts_of(person(steps=[8_000.0] * 7))
    assert not facts.sufficient
    assert [insight.kind for insight in facts.insights] == ["coverage"]


def test_days_with_data_count_any_metric() -> None:
    facts = facts_of(
        person(steps=[8_000.0, NAN, NAN, NAN, NAN, NAN, NAN], hrv=[NAN, NAN, 40.0, 40.0, NAN, NAN, NAN])
    )
    assert facts.days_with_data == 3


def test_moods_stand_most_frequent_first() -> None:
    assert list(facts_of(person(), moods={"SAD": 1, "TIRED": 3, "HAPPY": 3}).mood) == [
        "HAPPY",
        "TIRED",
        "SAD",
    ]


def test_equal_weeks_give_equal_facts_whoever_has_them() -> None:
    first, second = compute_facts(block(busy_person(1), busy_person(1)), NOBODY)[0]
    assert first._replace(user_id=2) == second


def test_a_real_week_has_its_known_mean(real_data: Path) -> None:
    days: dict[int, float] = {}
    for export in ("p1", "p2"):  # the second wins where both have a day
        with gzip.open(real_data / "fitbit_fitabase" / f"{export}_dailyActivity.csv.gz", "rt") as file:
            for row in csv.DictReader(file):
                if row["Id"] == "1503960366":
                    day = datetime.strptime(row["ActivityDate"], "%m/%d/%Y").toordinal()
                    days[day] = float(row["TotalSteps"])
    sunday = datetime(2016, 5, 1).toordinal()
    steps = [days.get(sunday - ago, NAN) for ago in range(90, -1, -1)]
    facts = facts_of(person(steps=steps))
    assert facts.stats["steps"].this == 13_836.29
    assert facts.stats["steps"].days == 7
    assert facts.sufficient


def test_every_metric_name_is_one_of_the_catalogue() -> None:
    for facts in compute_facts(varied_block(20), cohorts())[0]:
        assert set(facts.stats) <= set(NAMES)
        assert {i.metric for i in facts.insights if i.kind != "lab"} <= set(NAMES)
