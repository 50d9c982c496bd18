"""The grounding check against a corpus: true texts accepted, false ones caught, per operator."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from include.intelligence.evidence import VOCABULARY, evidence_of
from include.llm.grounding import Ungrounded, check
from tests.llm.grounding.corpus import DOCUMENTS, LIVELY, false_by_hand, true_texts
from tests.llm.grounding.falsehoods import KEPT_OUT, NUMBER, OPERATORS, false_texts, known

EVIDENCE = {name: evidence_of(document) for name, document in DOCUMENTS.items()}
TRUE = [(name, text, DOCUMENTS[name]) for name, text in true_texts()]
AT_LEAST = 20
# The check was developed without sight of the operator KEPT_OUT. Its first run: 49 of 53 caught (0.925); the four
# that passed read 'Under the last 12 weeks' for 'Over', no claim at all, and the operator makes them no more.
RECALL = dict.fromkeys(OPERATORS, 1.0)


def problems(name: str, text: str) -> list[Ungrounded]:
    return check(text, EVIDENCE[name], VOCABULARY)


def test_true_texts_are_accepted() -> None:
    refused = [(text, found) for name, text, _ in TRUE if (found := problems(name, text))]
    assert len(TRUE) >= 130
    assert len(refused) <= 0.03 * len(TRUE), refused


def test_false_texts_are_caught(capsys: pytest.CaptureFixture[str]) -> None:
    """Precision: of the texts refused, true and false of this operator, the share that is false."""
    wrongly = sum(bool(problems(name, text)) for name, text, _ in TRUE)
    rows, passed = [], {}
    for operator in OPERATORS:
        texts = false_texts(operator, TRUE)
        slipped = [(told, new) for name, told, new in texts if not problems(name, new)]
        caught = len(texts) - len(slipped)
        note = " (kept out while developing)" if operator == KEPT_OUT else ""
        rows.append(f"{operator:12} {len(texts):5} false, recall {caught / len(texts):.3f}, "
                    f"precision {caught / max(1, caught + wrongly):.3f}{note}")  # fmt: skip
        passed[operator] = (len(texts), caught / len(texts), slipped)
    with capsys.disabled():
        print("\ngrounding,", len(TRUE), "true texts,", wrongly, "refused", *rows, sep="\n  ")
    for operator, (count, recall, slipped) in passed.items():
        assert count >= AT_LEAST, operator
        assert recall >= RECALL[operator], (operator, slipped[:5])


def test_false_texts_written_by_hand_are_caught() -> None:
    slipped = [text for name, text in false_by_hand() if not problems(name, text)]
    assert len(false_by_hand()) >= 70
    assert not slipped


NUMERIC = [(name, text) for name, text, _ in TRUE if NUMBER.search(text)]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NUMERIC), st.integers(0, 9), st.floats(1.18, 9.0), st.booleans())
def test_a_number_altered_beyond_rounding_is_caught(
    one: tuple[str, str], which: int, factor: float, upward: bool
) -> None:
    name, text = one
    places = list(NUMBER.finditer(text))
    match = places[which % len(places)]
    value = float(match[0].replace(",", ""))
    altered = value * factor if upward else value / factor
    shown = f"{altered:,.1f}" if "." in match[0] else f"{altered:,.0f}"
    if abs(float(shown.replace(",", "")) - value) < 2 or known(DOCUMENTS[name], altered, 0.13):
        return
    if any(
        known(DOCUMENTS[name], 60 * altered, 0.13) for _ in "h" if "h" in text[match.end() : match.end() + 3]
    ):
        return
    assert problems(name, text[: match.start()] + shown + text[match.end() :])


ANYTHING = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            [
                "steps",
                "sleep",
                "8,123",
                "7",
                "h",
                "20",
                "min",
                "%",
                "up",
                "down",
                "rose",
                "not",
                "from",
                "to",
                "by",
                "than",
                "usual",
                "this",
                "week",
                "on",
                "Saturday",
                "Sundays",
                "after",
                "days",
                "with",
                "many",
                "few",
                "above",
                "below",
                ",",
                ".",
                ";",
                ":",
                "–",
                "(",
                ")",
                "-",
                "+",
                "of",
                "7",
                "half",
                "a",
                "third",
                "twice",
                "71st",
                "percentile",
                "twelve",
                "hundred",
                "and",
                "no",
                "longer",
                "ago",
                "last",
                "90",
                "days",
                "over",
                "whether",
                "keep",
                "the",
                "3",
                "June",
                "2021-06-09",
                "\x00",
                "½",
                "٣",
                "Ⅻ",
                "日",
            ]
        ),
        max_size=40,
    ).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
@example("\x00" * 100)
@example("8" * 5_000)
@example("1" * 400 + " steps")
@example("İ8,123 steps")
@example("a" * 1_000_000)
@example("7 h " * 1_240)
@example("steps, " * 710)
def test_any_text_can_be_checked(text: str) -> None:
    for found in check(text, EVIDENCE["lively"], VOCABULARY):
        assert found.kind and found.why


def test_a_text_too_long_is_refused_at_once() -> None:
    begun = time.process_time()
    assert problems("lively", "8,123 steps. " * 80_000)
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize("digits", ["٨١٢٣", "Ⅻ", "８,９９９", "²", "一二", "९"])
def test_numbers_in_other_scripts_do_not_slip_through(digits: str) -> None:
    assert problems("lively", f"You walked {digits} steps a day.")


@pytest.mark.parametrize(
    ("text", "grounded"),
    [
        ("You walked 8,123 steps a day.", True), ("You walked 8,100 steps a day.", True),
        ("You walked 8,000 steps a day.", False), ("You walked about 8,000 steps a day.", True),
        ("You walked about 9,000 steps a day.", False), ("You walked over 8,000 steps a day.", True),
        ("You walked over 8,200 steps a day.", False), ("You walked nearly 8,200 steps a day.", True),
        ("You walked nearly 8,100 steps a day.", False), ("You walked 8.1k steps a day.", True),
        ("You slept 7h20m a night.", True), ("You slept 7.3 hours a night.", True),
        ("You slept 7.5 hours a night.", False), ("You slept 440 minutes a night.", True),
        ("You slept 7 h 40 min a night.", False), ("You slept about seven hours a night.", True),
        ("You slept seven hours a night.", False), ("You slept 440 a night.", False),
    ],
)  # fmt: skip
def test_rounding_and_unit_forms(text: str, grounded: bool) -> None:
    assert (not problems("lively", text)) == grounded


def test_rounding_may_not_turn_a_comparison_round() -> None:
    document = {"facts": {**LIVELY["facts"], "insights": [], "metrics": {"steps": {
        "unit": "steps", "this_week": 8040, "usual": 7960, "change": 80, "change_percent": 1.0, "days": 7,
        "usual_days": 28}}}}  # fmt: skip
    evidence = evidence_of(document)
    assert not check("Steps rose from 7,960 to 8,040.", evidence, VOCABULARY)
    assert check("Steps rose from about 8,000 to about 8,000.", evidence, VOCABULARY)


def test_what_is_wrong_is_said_and_where() -> None:
    found = problems("lively", "You walked 9,200 steps a day, and your glucose fell on 3 June.")
    assert {one.kind for one in found} >= {"number", "subject", "date"}
    assert "9,200 steps" in {one.span for one in found}
