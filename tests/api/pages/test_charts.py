"""Charts: marks where their values are, nothing outside the picture, and text that stays text."""

from xml.etree import ElementTree as ET  # our own output, no foreign document

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.charts import PERCENTILES, POINTS, Axis, Row, around, ceiling, chart, diverging, from_zero

SVG = "{http://www.w3.org/2000/svg}"
values = st.floats(-1e5, 1e5, allow_nan=False)


def drawn(rows: list[Row], axis: Axis) -> ET.Element:
    text = str(chart("name", "Title", "Words", rows, axis))
    return ET.fromstring(text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))  # noqa: S314


@given(st.lists(values, min_size=1, max_size=12), st.sampled_from(["diverging", "from_zero", "around"]))
def test_everything_stays_inside(numbers: list[float], kind: str) -> None:
    axis = {
        "diverging": lambda: diverging(numbers, "%", least=10, most=100),
        "from_zero": lambda: from_zero([abs(number) + 0.1 for number in numbers], "steps"),
        "around": lambda: around(numbers, "bpm"),
    }[kind]()
    image = drawn([Row("a", "b", number) for number in numbers], axis)
    for mark in image.iter():
        for name in ("x", "x1", "x2", "cx", "width"):
            place = mark.get(name, "0%")
            assert 0 <= float(place.removesuffix("%")) <= 100, mark.attrib
    assert len(image.findall(f"{SVG}circle")) == len(numbers)
    assert axis.ticks[0] == axis.low and axis.ticks[-1] == axis.high
    assert list(axis.ticks) == sorted(set(axis.ticks))


@given(st.floats(0.01, 1e6))
def test_a_ceiling_is_near(value: float) -> None:
    assert value <= ceiling(value) <= max(2 * value, 0.1)


def test_values_are_where_the_axis_says() -> None:
    image = drawn([Row("Sleep", "6 h", 25.0), Row("Mind", "no data", None)], POINTS)
    (dot,), (bar,) = image.findall(f"{SVG}circle"), image.findall(f"{SVG}rect")
    assert (dot.get("cx"), bar.get("x"), bar.get("width")) == ("25.0%", "0.0%", "25.0%")
    assert [line.get("class") for line in image.findall(f"{SVG}line")].count("track unknown") == 1
    assert not drawn([Row("Steps", "52nd", 52.0)], PERCENTILES).findall(f"{SVG}rect")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "a & b"])
def test_labels_stay_text(text: str) -> None:
    image = drawn([Row(text, text, 1.0)], POINTS)
    assert [each.text for each in image.findall(f"{SVG}text")][-2:] == [text, text]
    assert not image.findall(f".//{SVG}script")
