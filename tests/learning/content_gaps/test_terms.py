"""What is the same search, and what is never shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.learning.content_gaps.models import Gap, Search
from include.learning.content_gaps.terms import (
    LEAST_LEARNERS,
    by_term,
    group,
    is_slip,
    near,
    normalise,
    words,
)


@pytest.mark.parametrize(
    ("typed", "term"),
    [
        ("  Standard   Deviations ", "standard deviation"),
        ("STANDARD-DEVIATION?", "standard deviation"),
        ("ｖａｒｉａｎｃｅ", "variance"),  # full width
        ("Schrödinger’s naïve cafés", "schrodinger naive cafe"),
        ("Straße", "strasse"),
        ("ﬁeld theories", "field theory"),  # a ligature
        ("don't", "dont"),
        ("x^2 + y^2 = 1", "x^2 + y^2 = 1"),
        ("class", "class"),
        ("radius analysis", "radius analysis"),
        ("time series", "time series"),
        ("chapter 12", "chapter 12"),
        ("かがみ", "かがみ"),  # the marks of か and が are letters
        ("йод", "йод"),
        ("किताब", "किताब"),
        ("ελληνικά", "ελληνικα"),
        ("?!…", ""),
        ("", ""),
    ],
)
def test_normalised(typed: str, term: str) -> None:
    assert normalise(typed) == term


@given(st.text(max_size=120))
def test_a_term_is_settled_and_has_no_odd_character(typed: str) -> None:
    term = normalise(typed)
    assert term == term.strip()
    assert "  " not in term
    assert len(term) <= 80
    assert not any(unicodedata.category(character)[0] in "PC" for character in term)


@given(st.text(max_size=60))
def test_case_and_width_never_matter(typed: str) -> None:
    assert normalise(typed) == normalise(unicodedata.normalize("NFD", typed))
    assert normalise(f" {typed}! ") == normalise(typed)


def searches(*rows: tuple[int, str]) -> list[Search]:
    return [Search(user, query, 1) for user, query in rows]


def gaps(*rows: tuple[int, str], slips: list[tuple[str, str]] | None = None) -> list[Gap]:
    terms = by_term(searches(*rows))
    return group(terms, near(terms, slips or []))


def test_what_one_learner_wrote_is_not_shown_however_often() -> None:
    assert gaps(*[(1, "my name is Ann Example")] * 50, (2, "anova")) == []


def test_spellings_of_two_learners_are_one_term_with_its_commonest_example() -> None:
    found = gaps((1, "T-Tests"), (2, "T-Tests"), (3, "t test"))
    assert found == [Gap("t test", "T-Tests", 3, 3)]


def test_no_example_that_only_one_learner_wrote() -> None:
    assert gaps((1, "ANOVA tables!!"), (2, "anova-table")) == [Gap("anova table", "anova table", 2, 2)]


def many(learners: int, query: str) -> list[tuple[int, str]]:
    return [(user, query) for user in range(learners)]


def test_near_spellings_are_counted_and_never_shown() -> None:
    rows = [*many(5, "the derivative"), (9, "the derivitive"), (9, "the derivitive")]
    assert gaps(*rows, slips=[("derivative", "derivitive")]) == [
        Gap("the derivative", "the derivative", 7, 6)
    ]


def test_what_is_not_three_times_rarer_is_another_word() -> None:
    slips = [("microscopic", "macroscopic"), ("macroscopic", "microscopic")]
    found = gaps(*many(9, "microscopic"), *many(4, "macroscopic"), slips=slips)
    assert [(gap.term, gap.learners) for gap in found] == [("microscopic", 9), ("macroscopic", 4)]
    assert len(gaps(*many(9, "microscopic"), *many(3, "macroscopic"), slips=slips)) == 1


def test_the_same_letters_are_one_term_whatever_the_spaces() -> None:
    assert gaps(*many(3, "scatter plot"), *many(2, "Scatterplots")) == [
        Gap("scatter plot", "scatter plot", 5, 3)
    ]
    assert [gap.term for gap in gaps(*many(3, "scatter plot"), *many(3, "scatterplot"))] == ["scatterplot"]


def test_only_one_word_of_a_term_is_misspelt() -> None:
    slips = [("logistic", "logistik"), ("regression", "regresion")]
    rows = [*many(10, "logistic regression"), (1, "logistik regression"), (2, "logistik regresion")]
    assert gaps(*rows, slips=slips)[0].searches == 11


@pytest.mark.parametrize(
    ("word", "other", "distance", "same"),
    [
        ("gradient", "gradiant", 1, True),
        ("sampling", "sampilng", 2, True),  # two neighbours swapped
        ("sampling", "gamplins", 2, False),  # two letters swapped that are no neighbours
        ("exothermic", "endothermic", 2, False),
        ("photosynthesis", "photosintesis", 2, True),
        ("mitosis", "meiosis", 2, False),
    ],
)
def test_a_slip(word: str, other: str, distance: int, same: bool) -> None:
    assert is_slip(word, other, distance) is same
    assert is_slip(other, word, distance) is same


def test_short_words_and_numbers_are_never_misspelt() -> None:
    assert words(["type ii error", "chapter12 b", "error"]) == ["error"]


def test_two_lone_misspellings_do_not_make_a_term() -> None:
    assert gaps((1, "ann exampel"), (2, "ann example")) == []


def test_no_chain_forms() -> None:
    rows = [*many(125, "gradient"), *many(25, "gradients x"), *many(25, "gradeint"), *many(5, "gradeimt")]
    slips = [("gradient", "gradeint"), ("gradeint", "gradeimt")]
    found = {gap.term: gap.searches for gap in gaps(*rows, slips=slips)}
    assert found == {"gradient": 150, "gradient x": 25, "gradeimt": 5}


def test_most_learners_first() -> None:
    rows = [(1, "beta"), (2, "beta"), (1, "alpha"), (2, "alpha"), (3, "zeta"), (4, "zeta"), (5, "zeta")]
    assert [gap.term for gap in gaps(*rows)] == ["zeta", "alpha", "beta"]


@given(
    st.lists(st.tuples(st.integers(1, 20), st.sampled_from(["aa", "aaaaab", "aaaaaa", "Aaaaab", "b c"]))),
    st.lists(st.tuples(st.sampled_from(["aaaaab", "aaaaaa"]), st.sampled_from(["aaaaab", "aaaaaa", "aa"]))),
)
def test_nothing_is_counted_twice_and_nothing_of_one_learner_is_named(
    rows: list[tuple[int, str]], slips: list[tuple[str, str]]
) -> None:
    terms = by_term(searches(*rows))
    found = group(terms, near(terms, slips))
    assert sum(gap.searches for gap in found) <= len(rows)
    for gap in found:
        assert len({search.user_id for search in terms[gap.term]}) >= LEAST_LEARNERS
        writers = {user for user, query in rows if query == gap.example}
        assert gap.example == gap.term or len(writers) >= LEAST_LEARNERS
