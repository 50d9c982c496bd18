import numpy as np
import pytest
from rule_blocks import gappy_rows
from scipy import stats

from include.intelligence.rules.robust import median, median_and_mad


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("width", [1, 7, 28, 91])
def test_medians_and_spreads_of_rows_with_gaps_equal_scipy(width: int, ties: bool) -> None:
    rows = gappy_rows(width, 200, width, ties=ties)
    rows = rows[~np.isnan(rows).all(axis=1)]
    centre, mad = median_and_mad(rows)
    np.testing.assert_allclose(centre, np.nanmedian(rows, axis=1))
    np.testing.assert_allclose(mad, stats.median_abs_deviation(rows, axis=1, nan_policy="omit"))


def test_the_median_of_nothing_is_no_data() -> None:
    assert np.isnan(median(np.full((2, 7), np.nan))).all()
