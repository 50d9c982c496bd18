"""The reliability curve as an image: well formed, told in words, inside its frame."""

import re
import xml.etree.ElementTree as ET

from hypothesis import given

from include.coaching.calibration.chart import LEFT, SIDE, TOP, chart
from include.coaching.calibration.curve import points
from include.coaching.calibration.models import Taken
from tests.coaching.calibration.test_curve import takens

SVG = "{http://www.w3.org/2000/svg}"


def read(counts: list[Taken]) -> ET.Element:
    return ET.fromstring(chart(points(counts), "Coaching, 4 weeks"))  # noqa: S314  # our own


def test_it_can_be_read_without_being_seen() -> None:
    image = read([Taken(6, 1200, 300, 120, 4), Taken(9, 100, 80, 40, 0)])
    assert image.get("role") == "img"
    assert image.findtext(f"{SVG}title") == "Coaching, 4 weeks"
    assert image.findtext(f"{SVG}desc") == (
        "Share of messages that were answered, by predicted rating. rating 6: 10% of 1,200; rating 9: 40% of 100."
    )


def test_without_a_message_it_says_so() -> None:
    assert read([]).findtext(f"{SVG}desc") == "No message was sent."


@given(takens())
def test_every_point_lies_in_the_square_where_its_numbers_say(counts: list[Taken]) -> None:
    dots = read(counts).findall(f"{SVG}circle")
    assert len(dots) == len(counts)
    for dot, one in zip(dots, sorted(counts), strict=True):
        across, up = float(dot.get("cx", "")), float(dot.get("cy", ""))
        assert abs(across - (LEFT + SIDE * (one.rating - 1) / 9)) < 0.1
        assert abs(up - (TOP + SIDE - SIDE * one.answered / one.messages)) < 0.1


def test_nothing_runs_and_nothing_is_fetched() -> None:
    text = chart(points([Taken(6, 12, 3, 1, 0)]), "Coaching")
    assert not re.search(r"(<script|href|url\(|@import|@font-face| on\w+=)", text)
