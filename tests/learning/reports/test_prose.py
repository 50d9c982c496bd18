"""The sentences, whole."""

from include.learning.reports.models import Day
from include.learning.reports.prose import summary
from tests.learning.reports.months import DAYS, november


def test_a_plain_month() -> None:
    assert summary(november([Day(5, 12, 9, 0)])) == (
        "In November 2015 you answered 12 questions on 1 day and got 75 % right."
    )


def test_all_that_can_be_said() -> None:
    facts = november(DAYS, before=(80, 20), concepts={"the mean.": (40, 36), "variance": (30, 3)})
    assert summary(facts) == (
        "In November 2015 you answered 90 questions on 4 days and got 63 % right, 38 points more than in October. "
        "You are surest of “the mean”, and “variance” needs practice most; your longest streak was 2 days."
    )


def test_a_change_that_may_be_chance_is_called_none() -> None:
    assert "63 % right, too near to October's 60 % to call it a change." in summary(
        november(DAYS, before=(80, 48))
    )
    assert "right, 27 points fewer than in October." in summary(november(DAYS, before=(80, 72)))


def test_too_few_answers_say_what_is_missing() -> None:
    assert summary(november([Day(3, 1, 1, 0)])).startswith(
        "In November 2015 you answered only 1 question. From 10"
    )
    assert summary(november([Day(3, 0, 0, 2)])).startswith(
        "In November 2015 you answered no question. From 10"
    )


def test_a_long_name_is_cut() -> None:
    text = summary(november(DAYS, concepts={"x" * 200: (40, 36)}))
    assert f"You are surest of “{'x' * 69}…”" in text


def test_january_looks_back_to_december() -> None:
    from datetime import date

    from include.learning.reports.facts import facts_of
    from tests.learning.reports.months import source

    assert "in December" in summary(facts_of(source(before=(80, 20)), date(2016, 1, 1)))
