import numpy as np
import pytest
from rule_blocks import busy_person, days_of, gappy_rows
from scipy import stats

from include.intelligence.rules.ranking import centred_ranks, ranking


@pytest.mark.parametrize("ties", [False, True])
def test_ranks_equal_scipy_with_ties_and_gaps(ties: bool) -> None:
    rows = gappy_rows(1, 300, 91, ties=ties)
    expected = stats.rankdata(rows, axis=1, nan_policy="omit")
    expected = np.nan_to_num(expected - np.nanmean(expected, axis=1, keepdims=True))
    np.testing.assert_array_equal(centred_ranks(rows), expected)


def test_equal_values_and_no_values_rank_zero() -> None:
    assert not centred_ranks(np.array([[5.0] * 91, [np.nan] * 91])).any()


def test_large_close_values_keep_their_order() -> None:
    steps = np.array([[119_999.0, 120_000.0, 119_998.0]])
    assert centred_ranks(steps).tolist() == [[0.0, 1.0, -1.0]]


def test_sums_by_weekday_week_and_time() -> None:
    days = days_of(busy_person(1, missing=0.3), busy_person(2, missing=0.0))
    ranked = ranking(days)
    folded = ranked.ranks.reshape(2, 11, 13, 7)
    np.testing.assert_array_equal(ranked.by_weekday, folded.sum(axis=2))
    np.testing.assert_array_equal(ranked.by_week, folded.sum(axis=3))
    np.testing.assert_array_equal(ranked.squares, np.square(ranked.ranks).sum(axis=2))
    np.testing.assert_array_equal(ranked.week_n, days.present.reshape(2, 11, 13, 7).sum(axis=3))


def test_drift_is_the_correlation_of_rank_with_time_and_spearmans_without_gaps() -> None:
    days = days_of(busy_person(1, missing=0.3), busy_person(2, missing=0.0))
    drift = ranking(days).drift[:, 0]
    row, present = days.x[0, 0], days.present[0, 0]
    by_hand = np.corrcoef(np.arange(91)[present], stats.rankdata(row[present]))[0, 1]
    assert drift[0] == pytest.approx(by_hand)
    assert drift[1] == pytest.approx(stats.spearmanr(np.arange(91), days.x[1, 0]).statistic)
