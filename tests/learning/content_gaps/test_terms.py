"""What is the same search, and what is never shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.learning.content_gaps.models import Gap, Search
from include.learning.content_gaps.terms import LEAST_LEARNERS, by_term, group, normalise, shared, slips


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


def gaps(*rows: tuple[int, str], near: list[tuple[str, str]] | None = None) -> list[Gap]:
    return group(by_term(searches(*rows)), near or [])


def test_what_one_learner_wrote_is_not_shown_however_often() -> None:
    assert gaps(*[(1, "my name is Ann Example")] * 50, (2, "anova")) == []


def test_spellings_of_two_learners_are_one_term_with_its_commonest_example() -> None:
    found = gaps((1, "T-Tests"), (2, "T-Tests"), (3, "t test"))
    assert found == [Gap("t test", "T-Tests", 3, 3)]


def test_no_example_that_only_one_learner_wrote() -> None:
    assert gaps((1, "ANOVA tables!!"), (2, "anova-table")) == [Gap("anova table", "anova table", 2, 2)]


def test_near_spellings_are_counted_and_never_shown() -> None:
    rows = [(1, "derivative"), (2, "derivative"), (3, "derivitive"), (1, "derivitive")]
    assert gaps(*rows, near=[("derivative", "derivitive")]) == [Gap("derivative", "derivative", 4, 3)]


def test_two_lone_misspellings_do_not_make_a_term() -> None:
    assert gaps((1, "ann exampel"), (2, "ann example")) == []


def test_of_two_near_shared_terms_the_commoner_takes_the_other_and_no_chain_forms() -> None:
    rows = [(n, "gradient") for n in range(5)] + [(n, "gradeint") for n in range(3)] + [(9, "gradeants")] * 2
    near = [("gradient", "gradeint"), ("gradeint", "gradient"), ("gradeint", "gradeant")]
    found = gaps(*rows, near=near)
    assert [gap.term for gap in found] == ["gradient"]
    assert found[0].searches == 8
    assert found[0].learners == 5


def test_most_learners_first() -> None:
    rows = [(1, "beta"), (2, "beta"), (1, "alpha"), (2, "alpha"), (3, "zeta"), (4, "zeta"), (5, "zeta")]
    assert [gap.term for gap in gaps(*rows)] == ["zeta", "alpha", "beta"]


def test_short_words_have_no_near_spelling() -> None:
    assert [slips(length) for length in (4, 5, 8, 9, 80)] == [0, 1, 1, 2, 2]


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["aa", "aaaaab", "aaaaaa", "Aaaaab", "b c"]))),
    st.lists(st.tuples(st.sampled_from(["aaaaab", "aaaaaa"]), st.sampled_from(["aaaaab", "aaaaaa", "aa"]))),
)
def test_nothing_is_counted_twice_and_nothing_of_one_learner_is_named(
    rows: list[tuple[int, str]], near: list[tuple[str, str]]
) -> None:
    terms = by_term(searches(*rows))
    common = set(shared(terms))
    found = group(terms, [pair for pair in near if pair[0] in common and pair[0] != pair[1]])
    assert sum(gap.searches for gap in found) <= len(rows)
    for gap in found:
        assert gap.term in common
        writers = {user for user, query in rows if query == gap.example}
        assert gap.example == gap.term or len(writers) >= LEAST_LEARNERS
