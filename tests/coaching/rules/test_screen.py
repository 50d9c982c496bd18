"""The screen: labelled texts with measured figures, disguises, excuses, real diaries, and linear time."""

import gzip
import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.coaching.rules.screen import SCREEN_VERSION, screen
from include.coaching.rules.screening.excuses import EXCUSES
from include.coaching.rules.screening.lexicon import FILES, lexicon
from include.coaching.rules.screening.spelling import plain

HERE = Path(__file__).parent.parent
RULES = Path(__file__).parents[3] / "include/coaching/rules/screening"
DEVELOPMENT = tomllib.loads((HERE / "screen_texts.toml").read_text(encoding="utf-8"))
HELD_OUT = tomllib.loads((HERE / "screen_texts_held_out.toml").read_text(encoding="utf-8"))
CATEGORIES = {"suicide", "self_harm", "eating_disorder", "abuse", "crisis"}
HARMLESS = [text for texts in DEVELOPMENT["negative"].values() for text in texts if screen(text) is None]
PLAINEST = ["I want to kill myself", "I want to die tonight", "I cut myself again", "My husband hit me again"]


def shares(texts: dict[str, dict[str, list[str]]]) -> tuple[float, float]:
    """Precision and recall; prints them by kind."""
    noticed = {
        label: {kind: sum(map(bool, map(screen, of_kind))) for kind, of_kind in texts[label].items()}
        for label in ("positive", "negative")
    }
    for kind, of_kind in texts["positive"].items():
        print(f"  recall  {kind:24} {noticed['positive'][kind]:3} of {len(of_kind):3}")
    for kind, of_kind in texts["negative"].items():
        print(f"  passed  {kind:24} {len(of_kind) - noticed['negative'][kind]:3} of {len(of_kind):3}")
    right, wrong = sum(noticed["positive"].values()), sum(noticed["negative"].values())
    precision, recall = right / (right + wrong), right / sum(map(len, texts["positive"].values()))
    print(f"  precision {precision:.3f}, recall {recall:.3f}")
    return precision, recall


def test_development_texts():
    """The bounds are what was measured, less one text."""
    print(f"\n{SCREEN_VERSION}, development texts")
    precision, recall = shares(DEVELOPMENT)
    assert precision >= 0.984
    assert recall >= 0.959


def test_held_out_texts():
    """How it does on wording that it was not made for. The bounds are what was measured, less one text."""
    print(f"\n{SCREEN_VERSION}, held-out texts")
    precision, recall = shares(HELD_OUT)
    assert precision >= 0.97
    assert recall >= 0.62


def test_the_labelled_texts_are_many_and_all_different():
    for label in ("positive", "negative"):
        texts = [t for part in (DEVELOPMENT, HELD_OUT) for of_kind in part[label].values() for t in of_kind]
        assert len(texts) >= 150
        assert len(set(texts)) == len(texts)


def test_the_category_says_what_was_noticed():
    for kind in ("self_harm", "eating_disorder", "abuse"):
        found = Counter(filter(None, map(screen, DEVELOPMENT["positive"][kind])))
        assert found.most_common(1)[0][0] == kind
    assert {sign.category for signs in lexicon().signs.values() for sign in signs} == CATEGORIES
    assert set(lexicon().unspaced.values()) <= CATEGORIES


@pytest.mark.parametrize(
    ("harmless", "not_so"),
    [
        ("My sister wants to die.", "My sister knows that I want to die."),
        ("I would never hurt myself.", "I would never hurt myself, but tonight I am not sure."),
        ("I don't want to kill myself.", "I don't know how not to kill myself."),
        ("I used to cut myself.", "I used to cut myself. Last night I did it again."),
        ('The song goes "I want to die" all day.', 'I said "I want to die" and nobody heard.'),
        ("I cut myself shaving.", "I cut myself."),
        ("I nearly died of shame.", "I nearly did it last night."),
        ("I want to live in a house.", "I don't want to live."),
    ],
)
def test_what_excuses_a_sign_and_what_takes_the_excuse_away(harmless: str, not_so: str):
    assert screen(harmless) is None
    assert screen(not_so) is not None


@given(
    st.sampled_from(PLAINEST),
    st.data(),
    st.sampled_from(["\u200b", "\u200d", "\u00ad", "\u2060", "\u0301", "\ufeff"]),
)
def test_invisible_characters_hide_nothing(text: str, data: st.DataObject, unseen: str):
    at = data.draw(st.lists(st.integers(0, len(text)), max_size=8))
    for place in sorted(at, reverse=True):
        text = text[:place] + unseen + text[place:]
    assert screen(text)


@given(st.sampled_from(PLAINEST), st.integers(0, 2**60))
def test_neither_case_nor_width_nor_line_breaks_hide_anything(text: str, bits: int):
    wide = "".join(
        chr(ord(c) + 0xFEE0) if c.isalpha() and bits >> place & 1 else c.upper() if bits >> place & 2 else c
        for place, c in enumerate(text)
    )
    assert screen(wide)
    assert screen(text.replace(" ", "\n"))
    assert screen(text.replace(" ", "  \t"))


@given(st.lists(st.sampled_from(HARMLESS), max_size=12), st.lists(st.sampled_from(HARMLESS), max_size=12))
@settings(max_examples=150)
def test_nothing_around_it_hides_a_sign(before: list[str], after: list[str]):
    assert screen("\n\n".join([*before, "I want to kill myself tonight.", *after]))


@given(st.text(max_size=400))
def test_any_text_is_read(text: str):
    assert screen(text) in CATEGORIES | {None}


@given(st.text(alphabet="kilmyse1!*$ .'\"\n,-_", max_size=200))
def test_any_jumble_of_disguises_is_read(text: str):
    assert screen(text) in CATEGORIES | {None}


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        begun = process_time()
        screen(text)
        best = min(best, process_time() - begun)
    return best


NEAR_MISSES = {
    "ordinary": "Up early, a long walk by the river, then work and soup with the children. ",
    "idioms": "This deadline is killing me and I would never hurt myself, so I cut myself shaving. ",
    "one word": "myself ",
    "beginnings": "want kill not me i my ",
    "quotes": '" \' " ',
    "spaced": "a b c d ",
    "asterisks": "k*l*m*n ",
    "no blank": "a",
    "accents": "é́",
    "gaps": "wish i i i i i think think think ",
}


@pytest.mark.parametrize("kind", NEAR_MISSES)
def test_time_grows_with_the_length_alone(kind: str):
    text = NEAR_MISSES[kind]
    small, large = (text * (size // len(text)) for size in (20_000, 160_000))
    assert screen(large) is None
    assert seconds(large) < 8 * 2.5 * max(seconds(small), 0.004)


def test_five_megabytes_take_seconds():
    """Measured: 1.5 to 3 s of processor time, by the machine and what else it does; held to a plain loop."""
    text = " ".join(HARMLESS)
    text *= 5_000_000 // len(text)
    begun = process_time()
    sum(number * number for number in range(5_000_000))
    loop = process_time() - begun
    begun = process_time()
    screen(text)
    took = process_time() - begun
    print(f"\n5 MB: {took:.2f} s; five million squares: {loop:.2f} s")
    assert took < 15 * loop


def test_pepys_is_hardly_ever_held(real_data: Path):
    """Five years of one man's diary; it breaks off in January 1665, before the plague."""
    with gzip.open(real_data / "diary_pepys/entries.jsonl.gz", "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    held = [(entry["date_gregorian"], category) for entry in entries if (category := screen(entry["text"]))]
    print(f"\nPepys: {len(held)} of {len(entries)} entries held: {held}")
    assert len(held) <= 2


def test_the_lexicon_is_written_in_plain_words():
    """A word that the speller would never hand on can never be met."""
    for name in FILES:
        part = tomllib.loads((RULES / name).read_text(encoding="utf-8"))
        phrases = [phrase for sign in part["sign"] for phrase in sign["phrases"]]
        for phrase in phrases + list(part.get("harmless", {}).get("idioms", [])):
            assert "'" not in phrase and "-" not in phrase, phrase
            assert not phrase.split(" ")[0].endswith("?"), f"begins with what may be missing: {phrase}"
            assert not re.search(r"\|\||\|( |$)|  |\? \?", phrase), f"an empty choice: {phrase}"
            assert plain(phrase).count(" ") == phrase.count(" ")


def test_every_excuse_named_exists():
    named = {excuse for signs in lexicon().signs.values() for sign in signs for excuse in sign.unless}
    assert named == set(EXCUSES)


def test_the_version_fits_the_column():
    assert re.fullmatch(r"screen-\d+", SCREEN_VERSION)
