"""The image: well formed, told in words, inside its frame, true to the days."""

import re
import xml.etree.ElementTree as ET
from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.learning.reports.chart import (
    BAR_BOTTOM,
    BAR_TOP,
    HEIGHT,
    LEFT,
    RIGHT,
    WIDTH,
    by_week,
    ceiling,
    chart,
)
from include.learning.reports.facts import facts_of
from include.learning.reports.models import Day
from tests.learning.reports.months import NOVEMBER, november, source

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = st.builds(date, st.integers(2000, 2030), st.integers(1, 12), st.just(1))


@st.composite
def months(draw: st.DrawFn) -> tuple[date, list[Day]]:
    month = draw(MONTHS)
    length = monthrange(month.year, month.month)[1]
    days = sorted(draw(st.sets(st.integers(1, length))))
    return month, [Day(day, n := draw(st.integers(0, 3_000)), draw(st.integers(0, n)), 0) for day in days]


def read(facts: object) -> ET.Element:
    return ET.fromstring(chart(facts))  # type: ignore[arg-type]  # noqa: S314  # our own


def test_it_can_be_read_without_being_seen() -> None:
    image = read(november())
    title, words = image.find(f"{SVG}title"), image.find(f"{SVG}desc")
    assert image.get("role") == "img"
    assert title is not None
    assert words is not None
    assert image.get("aria-labelledby", "").split() == [title.get("id"), words.get("id")]
    assert title.text == "Answers and accuracy in November 2015"
    assert words.text == (
        "90 answers on 4 days; most on day 12, 64. Right by week, days 2 to 8: 68 % of 25, 9 to 15: 62 % of 64, "
        "30: 0 % of 1."
    )


def test_nothing_runs_and_nothing_is_fetched() -> None:
    text = chart(november())
    assert "<script" not in text
    assert not re.search(r"(href|url\(|@import|@font-face| on\w+=)", text)
    assert text.count("\n") == text.count("\t") == 0
    assert len(text.encode()) < 6_000


def test_letters_are_eleven_wide_units_of_320() -> None:
    assert WIDTH == 320
    assert "font:11px" in chart(november())


@given(months())
def test_everything_stays_inside_the_frame(case: tuple[date, list[Day]]) -> None:
    month, days = case
    image = read(facts_of(source(days), month))
    for text in image.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", "nan")) <= WIDTH
        assert 8 <= float(text.get("y", "nan")) <= HEIGHT - 2
    for dot in image.iter(f"{SVG}circle"):
        assert LEFT <= float(dot.get("cx", "nan")) <= RIGHT


@given(months())
def test_the_bars_add_up_to_the_answers(case: tuple[date, list[Day]]) -> None:
    month, days = case
    image = read(facts_of(source(days), month))
    drawn = "".join(path.get("d", "") for path in image.iter(f"{SVG}path") if path.get("class") in "rw")
    heights = [-float(found) for found in re.findall(r"v(-[\d.]+)h", drawn)]
    top = ceiling(max((day.attempts for day in days), default=0))
    expected = sum(day.attempts for day in days) * (BAR_BOTTOM - BAR_TOP) / top
    assert sum(heights) == pytest.approx(expected, abs=0.06 * max(len(heights), 1))
    assert max(heights, default=0) <= BAR_BOTTOM - BAR_TOP


@given(months())
def test_weeks_are_those_of_the_calendar(case: tuple[date, list[Day]]) -> None:
    month, days = case
    length = monthrange(month.year, month.month)[1]
    weeks = by_week(days, month, length)
    assert [day for week in weeks for day in range(week.first, week.last + 1)] == list(range(1, length + 1))
    assert all(month.replace(day=week.first).weekday() == 0 for week in weeks[1:])
    assert sum(week.tally.attempts for week in weeks) == sum(day.attempts for day in days)


def test_a_gap_breaks_the_line() -> None:
    days = [Day(2, 9, 3, 0), Day(9, 9, 6, 0), Day(25, 9, 9, 0)]
    (line,) = (p.get("d", "") for p in read(november(days)).iter(f"{SVG}path") if p.get("class") == "l")
    assert re.sub(r"[\d. ]+", "", line) == "MLM"


def test_a_week_of_few_answers_is_pale_and_the_picture_says_so() -> None:
    pale, full = (read(november([Day(2, n, 3, 0)])) for n in (9, 10))
    assert [dot.get("class") for image in (pale, full) for dot in image.iter(f"{SVG}circle")] == ["w", "r"]
    assert ["pale: under 10 answers" in "".join(image.itertext()) for image in (pale, full)] == [True, False]


def test_a_month_without_an_answer_says_so() -> None:
    words = read(november([Day(3, 0, 0, 2)])).find(f"{SVG}desc")
    assert words is not None
    assert words.text == "No question was answered."


@given(st.integers(0, 10**6))
def test_the_axis_ends_on_a_round_number(most: int) -> None:
    top = ceiling(most)
    assert top >= most
    assert top <= max(5, 2.5 * most)
    assert str(top).rstrip("0") in {"1", "2", "5"}


def test_november_2015_begins_on_a_sunday() -> None:
    assert [(week.first, week.last) for week in by_week([], NOVEMBER, 30)] == [
        (1, 1), (2, 8), (9, 15), (16, 22), (23, 29), (30, 30),
    ]  # fmt: skip
