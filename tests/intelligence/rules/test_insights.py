from collections import Counter

import numpy as np
from rule_blocks import busy_person, facts_of, person

from include.intelligence.rules.insights import choose, pick

KINDS, METRICS = 12, 12


def scored(**cells: float) -> np.ndarray:
    """One user's scores; k1m2=0.5 is kind 1, metric 2."""
    score = np.zeros((1, KINDS, METRICS))
    for cell, value in cells.items():
        kind, metric = cell[1:].split("m")
        score[0, int(kind), int(metric)] = value
    return score


def chosen(score: np.ndarray) -> list[tuple[int, int]]:
    picks = choose(score)
    pairs = zip(picks.kind[0].tolist(), picks.metric[0].tolist(), strict=True)
    return [pair for pair in pairs if pair[0] >= 0]


def test_best_first_and_five_at_most() -> None:
    score = scored(k0m0=0.9, k1m1=0.8, k2m2=0.7, k3m3=0.6, k4m4=0.5, k5m5=0.4)
    assert chosen(score) == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]


def test_one_of_a_kind_and_two_of_a_metric() -> None:
    score = scored(k0m0=0.9, k0m1=0.85, k1m0=0.8, k2m0=0.7, k3m3=0.6)
    assert chosen(score) == [(0, 0), (1, 0), (3, 3)]


def test_the_limits_widen_only_to_reach_three() -> None:
    assert chosen(scored(k0m0=0.9, k1m0=0.8, k2m0=0.7, k3m0=0.6)) == [(0, 0), (1, 0), (2, 0)]
    assert chosen(scored(k0m0=0.9, k0m1=0.8, k0m2=0.7, k1m0=0.2)) == [(0, 0), (0, 1), (1, 0)]
    assert chosen(scored(k0m0=0.9)) == [(0, 0)]


def test_scores_are_left_as_they_are() -> None:
    score = scored(k0m0=0.9, k1m1=0.8)
    pick(score, 5, per_kind=1, per_metric=2)
    assert score[0, 0, 0] == 0.9


def test_keys_are_unique_and_name_kind_metric_and_direction() -> None:
    for seed in range(30):
        insights = facts_of(busy_person(seed)).insights
        assert 3 <= len(insights) <= 5
        assert len({insight.key for insight in insights}) == len(insights)
        assert all(i.key == f"{i.kind}:{i.metric}:{i.direction}" for i in insights)
        assert max(Counter(insight.metric for insight in insights).values()) <= 2


def test_what_was_dismissed_is_not_repeated_and_another_comes_instead() -> None:
    values = busy_person(4)
    before = facts_of(values)
    after = facts_of(
        values, dismissed=frozenset({before.insights[0].key, "nonsense", "lab::", "change:steps"})
    )
    assert before.insights[0].key not in {insight.key for insight in after.insights}
    assert len(after.insights) == len(before.insights)


def test_the_other_direction_of_a_dismissed_insight_is_news() -> None:
    values = busy_person(4)
    kind, metric, direction = facts_of(values).insights[0].key.split(":")
    other = "down" if direction == "up" else "up"
    assert facts_of(values, dismissed=frozenset({f"{kind}:{metric}:{other}"})) == facts_of(values)


def test_patterns_are_four_at_most_with_support_strength_and_confidence() -> None:
    for seed in range(30):
        patterns = facts_of(busy_person(seed)).patterns
        assert len(patterns) <= 4
        for pattern in patterns:
            assert pattern["kind"] in {"weekday", "lag", "streak", "change_point"}
            assert pattern["n"] >= 3
            assert 0 <= pattern["strength"] <= 1
            assert 0.7 < pattern["confidence"] <= 0.99


def test_a_single_metric_can_still_make_three_insights() -> None:
    steps = 8_000 + 900 * np.tile([-1.0, 1.0, -0.5, 0.5, 0.0, 1.5, -1.5], 13)
    steps[-7:] += 2_500
    facts = facts_of(person(steps=steps))
    assert len(facts.insights) >= 3
    assert facts.sufficient
