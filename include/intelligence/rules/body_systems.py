"""One score 0-100 per body system: own level against own 91 days, and against published ranges."""

import math
from typing import Any, NamedTuple

import numpy as np

from include.intelligence.metrics import METRICS, NAMES, SYSTEMS
from include.intelligence.rules.ranking import Ranking
from include.intelligence.rules.streaks import GOOD
from include.intelligence.rules.week_stats import WeekStats

# Level → points, linear between. Sources:
# steps: 8,000 a day, where mortality stops falling (Paluch et al. 2022, Lancet Public Health 7:e219)
# active minutes: 150-300 a week (WHO guidelines on physical activity, 2020)
# sleep: 7-9 h (Hirshkowitz et al. 2015, Sleep Health 1:40)
# resting heart rate: risk rises from 60 on (Zhang et al. 2016, CMAJ 188:E53)
# blood oxygen: 95 % and above is normal (WHO pulse oximetry training manual, 2011)
# glucose: mean near 100 mg/dL in health (Shah et al. 2019, J. Clin. Endocrinol. Metab. 104:4356);
#   180 = above the target range, 54 = dangerously low (Battelino et al. 2019, Diabetes Care 42:1593)
# stress: to 25 rest, above 75 high, as wearables' 0-100 scales are divided by their makers
# HRV, weight, calories: no range fits everybody, so own history alone (HRV: Shaffer & Ginsberg 2017).
RANGES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "steps": ((0, 8_000), (0, 100)),
    "active_minutes": ((0, 22, 43), (0, 80, 100)),
    "sleep_minutes": ((240, 420, 540, 720), (0, 100, 100, 0)),
    "resting_heart_rate": ((40, 60, 100), (100, 100, 0)),
    "spo2": ((88, 95), (0, 100)),
    "glucose": ((54, 75, 115, 180), (0, 100, 100, 0)),
    "stress": ((25, 75, 100), (100, 30, 0)),
}
WEIGHT_STEADY_PCT = 5.0  # a change of 5 % is clinically meaningful (Jensen et al. 2014, Circulation 129:S102)
MOODS = {
    "happy": 1.0, "rested": 1.0, "relaxed": 1.0, "rested/relaxed": 1.0, "calm": 1.0, "content": 1.0,
    "energetic": 1.0, "alert": 0.75, "neutral": 0.5,
    "tired": 0.25, "tense": 0.0, "anxious": 0.0, "tense/anxious": 0.0, "stressed": 0.0, "sad": 0.0,
    "angry": 0.0, "depressed": 0.0, "irritated": 0.0,
}  # fmt: skip
MIN_DAYS, MIN_HISTORY = 3, 28
TREND = 4.0  # points against the 28 days before
PARTS = (*NAMES, "mood")
SYSTEM_OF = np.array([SYSTEMS.index(metric.system) for metric in METRICS] + [SYSTEMS.index("mind")])
MEMBERS = [np.flatnonzero(np.equal(SYSTEM_OF, system)) for system in range(len(SYSTEMS))]
MOST_DRIVERS = 3
TREND_NAMES = ("steady", "up", "down")  # by sign: 0, 1, -1


class Points(NamedTuple):
    """Users × parts (the metrics, then mood), 0-100; NaN = cannot be said."""

    now: np.ndarray
    before: np.ndarray  # the 28 days before


def part_points(stats: WeekStats, ranked: Ranking, moods: list[dict[str, int]]) -> Points:
    """Half by the published range, half by own history, where there are both.

    Own history: the mean percentile rank of the week's days among the 91, the probability of
    superiority (McGraw & Wong 1992), turned so that better is more; the weeks before stand at 50.
    """
    rank = ranked.by_week[..., -1] / np.maximum(stats.days, 1) / np.maximum(ranked.n, 1.0)
    own = np.where((ranked.n >= MIN_HISTORY) & (GOOD != 0), 50.0 + 100.0 * rank * GOOD, np.nan)
    now = average(by_range(stats.this, stats), own)
    now[stats.days < MIN_DAYS] = np.nan
    before = average(by_range(stats.baseline, stats), np.where(np.isnan(own), np.nan, 50.0))
    mood = np.array([mood_points(labels) for labels in moods])
    return Points(np.column_stack([now, mood]), np.column_stack([before, np.full(len(mood), np.nan)]))


def by_range(level: np.ndarray, stats: WeekStats) -> np.ndarray:
    """Points of a level by the published range; weight by how little it moved."""
    points = np.full(level.shape, np.nan)
    for name, (levels, values) in RANGES.items():
        column = NAMES.index(name)
        points[:, column] = np.interp(level[:, column], levels, values)
    weight = NAMES.index("weight")
    moved = np.abs(level[:, weight] / stats.baseline[:, weight] - 1.0) * 100.0
    points[:, weight] = 100.0 * (1.0 - moved / WEIGHT_STEADY_PCT).clip(0.0, 1.0)
    return points


def average(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Mean of two where both are known, else the one that is."""
    return np.where(np.isnan(first), second, np.where(np.isnan(second), first, (first + second) / 2.0))


def mood_points(moods: dict[str, int]) -> float:
    """Share of good days, 0-100, by mood labels in any case; NaN where no label is known."""
    total, days = 0.0, 0
    for label, count in moods.items():
        value = MOODS.get(label.strip().lower())
        if value is not None and count > 0:
            total, days = total + value * count, days + count
    return 100.0 * total / days if days else math.nan


def body_systems(points: Points) -> list[dict[str, Any]]:
    """Per user and system {score, trend, drivers}; None = not enough data.

    Score: mean of the parts. Trend: of the parts known in the 28 days before too. Drivers: the
    names of the parts farthest from the middle, the farthest first.
    """
    columns = [system_column(points.now[:, parts], points.before[:, parts], parts) for parts in MEMBERS]
    return [dict(zip(SYSTEMS, user, strict=True)) for user in zip(*columns, strict=True)]


def system_column(now: np.ndarray, before: np.ndarray, parts: np.ndarray) -> list[dict[str, Any] | None]:
    """One system of all users."""
    known = ~np.isnan(now)
    both = known & ~np.isnan(before)
    count = known.sum(axis=1)
    score = np.rint(np.where(known, now, 0.0).sum(axis=1) / np.maximum(count, 1)).astype(int)
    moved = np.where(both, now - before, 0.0).sum(axis=1) / np.maximum(both.sum(axis=1), 1)
    trend = np.where(np.abs(moved) < TREND, 0, np.sign(moved)).astype(int)
    order = np.argsort(np.where(known, -np.abs(now - 50.0), 1.0), axis=1, kind="stable")
    rows = zip(count.tolist(), score.tolist(), trend.tolist(), parts[order].tolist(), strict=True)
    return [
        {
            "score": points,
            "trend": TREND_NAMES[way],
            "drivers": [PARTS[p] for p in first[: min(n, MOST_DRIVERS)]],
        }
        if n
        else None
        for n, points, way, first in rows
    ]
