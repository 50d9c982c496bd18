"""What one day does to the next: Spearman's rank correlation of a driver with another metric a day later."""

import numpy as np

from include.intelligence.metrics import NAMES
from include.intelligence.rules.cleaning import Days
from include.intelligence.rules.findings import Finding, as_dicts, believed, normal_confidence, signs
from include.intelligence.rules.robust import centred_ranks, median

PAIRS = (
    ("sleep_minutes", "steps"),
    ("sleep_minutes", "active_minutes"),
    ("sleep_minutes", "hrv"),
    ("sleep_minutes", "resting_heart_rate"),
    ("sleep_minutes", "stress"),
    ("steps", "sleep_minutes"),
    ("active_minutes", "sleep_minutes"),
    ("active_minutes", "resting_heart_rate"),
    ("stress", "sleep_minutes"),
    ("stress", "hrv"),
)
DRIVER = np.array([NAMES.index(driver) for driver, _ in PAIRS])
OUTCOME = np.array([NAMES.index(outcome) for _, outcome in PAIRS])
MIN_PAIRS = 20
SCREEN_Z = 1.5  # below it on the quick look, no correlation of ten passes the corrected test


def find_lags(days: Days, ranks: np.ndarray) -> Finding:
    """Per outcome metric the driver that tells most about its next day. Effect: Spearman's rho.

    Confidence: Fisher's z with Fieller's variance 1.06/(n - 3), n reduced for the two series' own
    day-to-day memory (Pyper & Peterman 1998), Šidák's correction for the pairs looked at.
    """
    users, pairs = np.nonzero(promising(days, ranks))
    rho, z, n = spearman(*driver_and_next_day(days.x, users, pairs))
    shape = (days.x.shape[0], len(PAIRS))
    rhos, confidences, counts = np.zeros(shape), np.zeros(shape), np.zeros(shape, int)
    rhos[users, pairs], counts[users, pairs] = rho, n
    confidences[users, pairs] = np.where(n >= MIN_PAIRS, normal_confidence(z) ** len(PAIRS), 0.0)
    best = best_pair(confidences)
    u = np.arange(shape[0])[:, None]
    found = best >= 0
    effect = np.where(found, rhos[u, best], 0.0)
    confidence = np.where(found, confidences[u, best], 0.0)
    return Finding(
        "lag", effect, np.abs(effect), believed(confidence, found, 0.9), signs(effect),
        np.where(found, counts[u, best], 0),
        lambda u, m: lag_evidence(days.x, u, best[u, m], rhos),
    )  # fmt: skip


def promising(days: Days, ranks: np.ndarray) -> np.ndarray:
    """Users × pairs worth an exact test, from ranks over all days rather than over the paired ones."""
    driver, outcome = ranks[:, DRIVER, :-1], ranks[:, OUTCOME, 1:]
    paired = (days.present[:, DRIVER, :-1] & days.present[:, OUTCOME, 1:]).sum(axis=-1)
    squares = np.square(ranks).sum(axis=-1)
    product = (driver * outcome).sum(axis=-1)
    scale = np.sqrt(np.maximum(squares[:, DRIVER] * squares[:, OUTCOME], 1e-9))
    return np.asarray((paired >= MIN_PAIRS) & (np.abs(product) / scale * np.sqrt(paired) >= SCREEN_Z))


def driver_and_next_day(
    x: np.ndarray, users: np.ndarray, pairs: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows × 90 of both metrics, NaN in both where either day is missing."""
    driver, outcome = x[users, DRIVER[pairs], :-1], x[users, OUTCOME[pairs], 1:]
    gap = np.isnan(driver) | np.isnan(outcome)
    return np.where(gap, np.nan, driver), np.where(gap, np.nan, outcome)


def spearman(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spearman's rho of rows with common gaps (ties averaged), its z, and n (Spearman 1904)."""
    a, b = centred_ranks(first), centred_ranks(second)
    n = np.count_nonzero(first == first, axis=-1)
    aa, bb = np.square(a).sum(axis=-1), np.square(b).sum(axis=-1)
    varied = (aa > 0) & (bb > 0)
    rho = np.where(varied, (a * b).sum(axis=-1) / np.sqrt(np.where(varied, aa * bb, 1.0)), 0.0)
    memory = (a[:, 1:] * a[:, :-1]).sum(axis=-1) * (b[:, 1:] * b[:, :-1]).sum(axis=-1)
    memory = np.where(varied, memory / np.where(varied, aa * bb, 1.0), 0.0).clip(0.0, 0.99)
    effective = n * (1.0 - memory) / (1.0 + memory)
    z = np.arctanh(rho.clip(-0.999, 0.999)) * np.sqrt(np.maximum(effective - 3.0, 0.0) / 1.06)
    return rho, z, n


def best_pair(confidences: np.ndarray) -> np.ndarray:
    """Users × metrics: the pair with this outcome that is believed most; -1 = none."""
    best = np.full((confidences.shape[0], len(NAMES)), -1)
    for outcome in np.unique(OUTCOME):
        pairs = np.flatnonzero(OUTCOME == outcome)
        most = pairs[confidences[:, pairs].argmax(axis=1)]
        best[:, outcome] = np.where(confidences[:, pairs].max(axis=1) > 0, most, -1)
    return best


def lag_evidence(
    x: np.ndarray, users: np.ndarray, pairs: np.ndarray, rhos: np.ndarray
) -> list[dict[str, object]]:
    """The outcome's mean after days with the driver above its median, and after the other days."""
    driver, outcome = driver_and_next_day(x, users, pairs)
    high = driver > median(driver)[:, None]
    after_high = np.nanmean(np.where(high, outcome, np.nan), axis=-1)
    after_low = np.nanmean(np.where(high, np.nan, outcome), axis=-1)
    n = np.count_nonzero(driver == driver, axis=-1)
    found = as_dicts(("r", "n", "after_high", "after_low"), rhos[users, pairs], n, after_high, after_low)
    return [
        {"other": PAIRS[pair][0], **numbers} for pair, numbers in zip(pairs.tolist(), found, strict=True)
    ]
