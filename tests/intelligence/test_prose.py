"""The template writer over 10,000 varied users: grounded, varied, grammatical, reproducible."""

import random
import re
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prose_facts import evidence, facts
from prose_reading import (
    NUMBER_WORD,
    WEEKDAY,
    allowed_numbers,
    allowed_weekdays,
    numbers,
    sentences,
    skeleton,
    texts,
)

from include.intelligence.models import Facts, Insight, MetricStats, Prose
from include.intelligence.prose import version, write

WEEK = "2021-06-14"
USERS = 10_000
Briefs = Sequence[tuple[Facts, Prose]]


@pytest.fixture(scope="module")
def briefs() -> Briefs:
    return [(one, write(one, WEEK)) for one in map(facts, range(USERS))]


def test_every_number_is_a_fact(briefs: Briefs) -> None:
    for one, prose in briefs:
        text = " ".join(texts(prose))
        foreign = numbers(text) - allowed_numbers(one)
        assert not foreign, (foreign, text, one)


def test_every_weekday_is_a_fact_and_no_number_hides_in_a_word(briefs: Briefs) -> None:
    for one, prose in briefs:
        text = " ".join(texts(prose))
        assert set(WEEKDAY.findall(text)) <= allowed_weekdays(one), (text, one)
        assert not NUMBER_WORD.search(text), (NUMBER_WORD.search(text), text)


def test_no_skeleton_is_in_more_than_15_percent_of_briefs(briefs: Briefs) -> None:
    seen: Counter[str] = Counter()
    for _, prose in briefs:
        seen.update({skeleton(sentence) for sentence in sentences(prose)})
    most, count = seen.most_common(1)[0]
    assert count <= 0.15 * USERS, (most, count)
    assert len(seen) >= 500


def test_even_the_short_briefs_differ(briefs: Briefs) -> None:
    short = [prose for one, prose in briefs if not one.sufficient]
    seen: Counter[str] = Counter()
    for prose in short:
        seen.update({skeleton(sentence) for sentence in sentences(prose)})
    assert len(short) > 100
    assert seen.most_common(1)[0][1] <= 0.2 * len(short), seen.most_common(3)


BROKEN_TEXT = re.compile(
    r"  |\bNone\b|\bnan\b|\binf\b|!|%\(|[{}<>]|\.\.| [.,;:]|-\d|mood 7|instructions|x{5}"
    r"|\ba (?:8|11|18|8\d)(?:[- ]|\.\d)|\ban (?!8|11|18)\d|(?<![\d.,])0 %|\bby 0(?:\.0)? |\b\d{4,}\b"
)
PLURAL = re.compile(r"(?<![\d,.])1 (?:steps|days|weeks|points|pairs|measured days)\b")
SINGULAR = re.compile(r"(?<![\d,.])(?!1 )\d+(?:,\d{3})* (?:step|day|week|point|pair|measured day)\b")
REPEATED = re.compile(r"\b([a-z]+) \1\b")


def test_form(briefs: Briefs) -> None:
    for one, prose in briefs:
        whole = "\n".join(texts(prose))
        for pattern in (BROKEN_TEXT, PLURAL, SINGULAR, REPEATED):
            fault = pattern.search(whole)
            assert fault is None, (fault, whole, one)
        assert not any(text.endswith(".") == (text is prose.headline) for text in texts(prose)), whole
        for sentence in sentences(prose):
            assert sentence == sentence.strip(), whole
            assert not sentence[0].islower(), whole


def test_parts_and_sizes(briefs: Briefs) -> None:
    lengths = []
    for one, prose in briefs:
        assert 10 <= len(prose.headline) <= 90 and not prose.headline.endswith(".")
        assert len(prose.insights) == len(one.insights)
        assert 2 <= len(prose.recommendations) <= 3
        assert 1 <= len(prose.watch) <= 2
        assert len(set(prose.recommendations)) == len(prose.recommendations)
        assert 3 <= len(prose.narrative.split(". ")) <= 7, prose.narrative
        if one.sufficient:
            lengths.append(sum(map(len, texts(prose))))
    lengths.sort()
    assert lengths[len(lengths) // 10] > 850 and lengths[9 * len(lengths) // 10] < 1_400


def test_the_same_facts_and_week_give_the_same_words_and_others_give_others() -> None:
    one = facts(5)
    assert write(one, WEEK) == write(facts(5), WEEK)
    assert write(one, WEEK) != write(one, "2021-06-21")
    assert write(one, WEEK) != write(one._replace(user_id=6), WEEK)
    assert version() == "template-1"


def brief_of(*insights: Insight, stats: dict[str, MetricStats] | None = None, user_id: int = 1) -> Prose:
    return write(
        Facts(
            user_id,
            stats or {},
            list(insights),
            [],
            {"7": None, "28": None, "90": None},
            {},
            [],
            {},
            {},
            7,
            True,
        ),
        WEEK,
    )


def change(metric: str, this: float, baseline: float, **other: float) -> Insight:
    pct = round(100 * (this - baseline) / baseline, 1) if baseline else 0.0
    numbers = {"this": this, "baseline": baseline, "change": round(this - baseline, 2), "pct": pct, "days": 7,
               "baseline_days": 28}  # fmt: skip
    direction = "up" if this > baseline else "down"
    return Insight(f"change:{metric}:{direction}", "change", metric, direction, 1.0, 0.9, numbers | other)  # type: ignore[arg-type]


UP = re.compile(r"\b(rose|climbed|went up|up|rise|above|higher|longer|more|climbing)\b")
DOWN = re.compile(r"\b(fell|dropped|came down|down|drop|below|lower|shorter|fewer|less|falling)\b")


@pytest.mark.parametrize("metric", ["steps", "sleep_minutes", "resting_heart_rate", "weight", "stress"])
def test_direction_words_agree_with_the_sign(metric: str) -> None:
    level = {
        "steps": 8_000.0,
        "sleep_minutes": 400.0,
        "resting_heart_rate": 60.0,
        "weight": 70.0,
        "stress": 40.0,
    }
    for user in range(150):
        for this, agrees, opposes in ((1.2, UP, DOWN), (0.8, DOWN, UP)):
            prose = brief_of(change(metric, level[metric] * this, level[metric]), user_id=user)
            for text in (*prose.insights, prose.headline, prose.narrative.split(". ")[0]):
                assert not opposes.search(text), text
            assert any(agrees.search(text) for text in texts(prose))


GLAD = re.compile(
    r"\bgain\b|progress|best news|going well|bright side|improved|paying off|encouraging|good sign|worked"
)
SORRY = re.compile(
    r"unwelcome|wrong way|slipped|setback|cost|strain|not your easiest|asked something|attention"
)


@pytest.mark.parametrize(
    ("metric", "this", "baseline", "framing"),
    [("steps", 9_000.0, 7_000.0, GLAD), ("steps", 5_000.0, 7_000.0, SORRY), ("stress", 30.0, 45.0, GLAD),
     ("stress", 45.0, 30.0, SORRY), ("resting_heart_rate", 58.0, 63.0, GLAD), ("weight", 72.0, 70.0, None),
     ("weight", 70.0, 72.0, None)],
)  # fmt: skip
def test_framing_follows_what_is_good_for_the_metric(
    metric: str, this: float, baseline: float, framing: re.Pattern[str] | None
) -> None:
    leads = [
        brief_of(change(metric, this, baseline), user_id=user).narrative.split(". ")[0] for user in range(120)
    ]
    unfit = {GLAD: [SORRY], SORRY: [GLAD], None: [GLAD, SORRY]}[framing]
    assert not [lead for lead in leads for pattern in unfit if pattern.search(lead)]
    if framing is not None:
        assert sum(bool(framing.search(lead)) for lead in leads) > 40


def test_a_percentage_of_a_tiny_baseline_gives_way_to_the_values() -> None:
    for user in range(100):
        text = " ".join(texts(brief_of(change("steps", 9_000.0, 180.0), user_id=user)))
        assert "%" not in text and "4,900" not in text
        assert "9,000 steps" in text


def test_the_reader_is_not_asked_to_subtract_what_rounding_has_spoilt() -> None:
    for user in range(200):
        prose = brief_of(change("stress", 26.4, 27.6), change("sleep_minutes", 416.6, 436.4), user_id=user)
        for text in (*prose.insights, *prose.narrative.split(". ")):
            assert not {"28", "1"} <= numbers(text) and not {"436", "20"} <= numbers(text), text


def test_a_change_that_rounds_to_nothing_is_called_steady() -> None:
    for user in range(60):
        prose = brief_of(change("resting_heart_rate", 61.02, 61.0), user_id=user)
        assert not UP.search(prose.insights[0]) and not DOWN.search(prose.insights[0])


def lab(**numbers: object) -> Insight:
    values = {
        "test": "ferritin",
        "value": 12.0,
        "unit": "ng/mL",
        "ref_low": 30.0,
        "ref_high": 300.0,
        "days_ago": 12,
    }
    return Insight("lab:ferritin:down", "lab", "ferritin", "down", 1.0, 0.99, values | numbers)


def test_the_story_does_not_tie_a_laboratory_value_to_the_week() -> None:
    causal = re.compile(
        r"strain|elsewhere as well|same direction|fits with|agree|easiest|slipped|cost|wrong way"
    )
    for user in range(150):
        for insights in ((lab(), change("steps", 9_000.0, 8_000.0)), (change("stress", 60.0, 40.0), lab())):
            prose = brief_of(*insights, user_id=user)
            told = [one for one in prose.narrative.split(". ") if "ferritin" in one]
            assert told and not any(causal.search(one) for one in told), told
            assert "clinician" in prose.recommendations[0]


def test_a_laboratory_value_out_of_range_leads_to_a_clinician_and_inside_it_does_not() -> None:
    for user in range(60):
        outside = brief_of(lab(), change("steps", 9_000.0, 8_000.0), user_id=user)
        assert any("clinician" in text and "ferritin" in text for text in outside.recommendations)
        assert "below" in outside.insights[0] and "12 ng/mL" in outside.insights[0]
        inside = brief_of(lab(value=80.0), change("steps", 9_000.0, 8_000.0), user_id=user)
        assert "clinician" not in " ".join(inside.recommendations)


@pytest.mark.parametrize("name", ["HbA1c", "a\nb", "<b>", "x" * 31, "", " ", "{noun}", "%(noun)s", None, 5])
def test_a_name_that_is_not_plain_letters_is_not_shown(name: object) -> None:
    text = " ".join(texts(brief_of(lab(test=name, unit="<i>"), change("steps", 9_000.0, 8_000.0))))
    assert "laboratory" in text and "<" not in text
    if isinstance(name, str) and name.strip():
        assert name not in text


@given(st.text(max_size=40))
def test_mood_labels_are_shown_only_as_plain_letters(label: str) -> None:
    plain = facts(3)
    for user in range(4):
        one = plain._replace(user_id=user, mood={label: 5}, velocity={}, systems={}, comparative={})
        narrative = write(one, WEEK).narrative
        if not re.fullmatch(r"[A-Za-z/ -]{1,30}", label):
            assert narrative == write(one._replace(mood={}), WEEK).narrative


@given(st.integers(0, 10**9), st.sampled_from(["2021-06-14", "2026-09-07"]))
def test_any_user_gets_a_grounded_brief(user_id: int, week: str) -> None:
    one = facts(user_id, seed=11)
    text = " ".join(texts(write(one, week)))
    assert not numbers(text) - allowed_numbers(one)


def test_an_insufficient_week_says_how_many_days_there_are_and_what_is_missing() -> None:
    gone = MetricStats(None, 7_900.0, None, None, 0, 21, None, None, None, None)
    for user in range(60):
        prose = write(Facts(user, {"steps": gone}, [], [], {"7": None}, {}, [], {}, {}, 1, False), WEEK)
        assert "1 day" in prose.narrative and "step count" in prose.narrative
        assert prose.insights == [] and len(prose.recommendations) == 2
        assert sum(map(len, texts(prose))) < 800


def test_evidence_of_every_kind_can_be_read() -> None:
    kinds = (
        "trend",
        "weekday",
        "lag",
        "streak",
        "record",
        "change_point",
        "consistency",
        "standing",
        "coverage",
    )
    gone = MetricStats(None, None, None, None, 0, 0, None, None, None, None)
    for kind in kinds:
        for seed in range(100):
            found = evidence(random.Random(seed), kind, "sleep_minutes", gone)
            prose = brief_of(Insight(f"{kind}:sleep_minutes:up", kind, "sleep_minutes", "up", 1, 0.9, found))  # type: ignore[arg-type]
            assert len(prose.recommendations) >= 1 and "%(" not in " ".join(texts(prose))
