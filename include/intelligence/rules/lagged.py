"""What one day does to the next: Spearman's rank correlation of a driver with another metric a day later."""

from typing import Any

import numpy as np

from include.intelligence.metrics import NAMES
from include.intelligence.rules.cleaning import Days
from include.intelligence.rules.findings import Finding, as_dicts, believed, normal_confidence, signs
from include.intelligence.rules.ranking import Ranking, centred_ranks
from include.intelligence.rules.robust import median
from include.intelligence.rules.weekday_effects import row_means

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
SCREEN_Z = 2.0  # on the quick look; the test, corrected for ten pairs, wants 2.6


def find_lags(days: Days, ranked: Ranking) -> Finding:
    """Per outcome metric the driver that tells most about its next day. Effect: Spearman's rho.

    Confidence: Fisher's z with Fieller's variance 1.06/(n - 3), n reduced for the two series' own
    day-to-day memory (Pyper & Peterman 1998), Šidák's correction for the pairs looked at.
    """
    users, pairs = np.nonzero(promising(days, ranked))
    rho, z, n = spearman(*driver_and_next_day(days.x, users, pairs))
    confidence = np.where(n >= MIN_PAIRS, normal_confidence(z) ** len(PAIRS), 0.0)
    shape = days.x.shape[:2]
    best, effect, support = np.full(shape, -1), np.zeros(shape), np.zeros(shape, int)
    most = np.zeros(shape)
    order = np.argsort(confidence, kind="stable")  # the best comes last and stays
    at = users[order], OUTCOME[pairs[order]]
    best[at], effect[at], support[at], most[at] = pairs[order], rho[order], n[order], confidence[order]
    return Finding(
        "lag", effect, np.abs(effect), believed(most, best >= 0, 0.9), signs(effect), support,
        lambda u, m: lag_evidence(days.x, u, best[u, m], effect[u, m]),
    )  # fmt: skip


def promising(days: Days, ranked: Ranking) -> np.ndarray:
    """Users × pairs worth an exact test, from ranks over all days rather than over the paired ones."""
    ranks, present = ranked.ranks, days.present.astype(np.float32)
    product, paired = np.empty((len(ranks), len(PAIRS))), np.empty((len(ranks), len(PAIRS)))
    for pair, (driver, outcome) in enumerate(zip(DRIVER, OUTCOME, strict=True)):
        product[:, pair] = np.einsum("ud,ud->u", ranks[:, driver, :-1], ranks[:, outcome, 1:])
        paired[:, pair] = np.einsum("ud,ud->u", present[:, driver, :-1], present[:, outcome, 1:])
    scale = np.maximum(ranked.squares[:, DRIVER] * ranked.squares[:, OUTCOME], 1e-9)
    return np.asarray((paired >= MIN_PAIRS) & (product**2 * paired >= SCREEN_Z**2 * scale))


def driver_and_next_day(x: np.ndarray, users: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows × 90 of both metrics, NaN in both where either day is missing."""
    driver, outcome = x[users, DRIVER[pairs], :-1], x[users, OUTCOME[pairs], 1:]
    gap = np.isnan(driver) | np.isnan(outcome)
    driver[gap] = np.nan
    outcome[gap] = np.nan
    return driver, outcome


def spearman(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spearman's rho of rows with common gaps (ties averaged), its z, and n (Spearman 1904)."""
    a, b = centred_ranks(first), centred_ranks(second)
    n = np.count_nonzero(~np.isnan(first), axis=-1)
    squares = inner(a, a) * inner(b, b)
    varied = squares > 0
    squares = np.where(varied, squares, 1.0)
    rho = np.where(varied, inner(a, b) / np.sqrt(squares), 0.0)
    memory = inner(a[:, 1:], a[:, :-1]) * inner(b[:, 1:], b[:, :-1]) / squares
    memory = memory.clip(0.0, 0.99)
    effective = n * (1.0 - memory) / (1.0 + memory)
    z = np.arctanh(rho.clip(-0.999, 0.999)) * np.sqrt(np.maximum(effective - 3.0, 0.0) / 1.06)
    return rho, z, n


def inner(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Row by row the sum of products, exact for ranks."""
    return np.asarray(np.einsum("rd,rd->r", a, b).astype(float))


def lag_evidence(
    x: np.ndarray, users: np.ndarray, pairs: np.ndarray, rho: np.ndarray
) -> list[dict[str, Any]]:
    """The outcome's mean after days with the driver above its median, and after the other days."""
    driver, outcome = driver_and_next_day(x, users, pairs)
    high = driver > median(driver)[:, None]
    after_high, after_low = (
        row_means(np.where(high, outcome, np.nan)),
        row_means(np.where(high, np.nan, outcome)),
    )
    n = np.count_nonzero(~np.isnan(driver), axis=-1)
    found = as_dicts(("r", "n", "after_high", "after_low"), rho, n, after_high, after_low)
    return [{"other": PAIRS[pair][0], **numbers} for pair, numbers in zip(pairs.tolist(), found, strict=True)]
