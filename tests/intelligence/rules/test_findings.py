import numpy as np
from scipy import stats

from include.intelligence.rules.findings import as_dicts, normal_confidence, rounded


def test_the_normal_confidence_is_within_its_stated_error() -> None:
    z = np.linspace(-6, 6, 2_001)
    expected = 1 - 2 * stats.norm.sf(np.abs(z))
    assert np.abs(normal_confidence(z) - expected).max() < 3e-4
    assert normal_confidence(np.array([np.nan, np.inf])).tolist() == [
        0.0,
        normal_confidence(np.array([9.0]))[0],
    ]


def test_evidence_is_plain_rounded_numbers() -> None:
    rows = as_dicts(("a", "b"), np.array([1.006, np.nan]), np.array([3, 4]))
    assert rows == [{"a": 1.01, "b": 3}, {"a": None, "b": 4}]
    assert type(rows[0]["b"]) is int


def test_no_negative_zero() -> None:
    assert str(rounded(np.array([-0.001]))[0]) == "0.0"
