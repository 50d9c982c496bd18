"""One score 0-100 per body system: own level against own 91 days, and against published ranges."""

from typing import Any, NamedTuple

import numpy as np

from include.intelligence.metrics import METRICS, NAMES, SYSTEMS
from include.intelligence.rules.cleaning import WEEK, Days
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
SYSTEM_OF = [SYSTEMS.index(metric.system) for metric in METRICS]
MIND = SYSTEMS.index("mind")


class Points(NamedTuple):
    """Users × metrics, 0-100; NaN = cannot be said."""

    now: np.ndarray
    before: np.ndarray


def metric_points(days: Days, stats: WeekStats, ranks: np.ndarray) -> Points:
    """Half by the published range, half by own history, where there are both.

    Own history: the mean percentile rank of the week's days among the 91, the probability of
    superiority (McGraw & Wong 1992), turned so that better is more; the weeks before stand at 50.
    """
    n = np.count_nonzero(days.present, axis=-1)
    rank = ranks[..., WEEK].sum(axis=-1) / np.maximum(stats.days, 1) / np.maximum(n, 1)
    own = np.where((n >= MIN_HISTORY) & (GOOD != 0), 50.0 + 100.0 * rank * GOOD, np.nan)
    measured = stats.days >= MIN_DAYS
    now = np.where(measured, average(by_range(stats.this, stats), own), np.nan)
    before = average(by_range(stats.baseline, stats), np.where(np.isnan(own), np.nan, 50.0))
    return Points(now, before)


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


def mood_points(moods: dict[str, int]) -> float | None:
    """Share of good days, 0-100, by mood labels in any case; None where no label is known."""
    total, days = 0.0, 0
    for label, count in moods.items():
        value = MOODS.get(label.strip().lower())
        if value is not None and count > 0:
            total, days = total + value * count, days + count
    return 100.0 * total / days if days else None


def body_systems(points: Points, moods: list[dict[str, int]]) -> list[dict[str, Any]]:
    """Per user and system {score, trend, drivers}, drivers the names that pull most; None = not enough data."""
    now, before = np.nan_to_num(points.now, nan=-1.0).tolist(), np.nan_to_num(points.before, nan=-1.0).tolist()
    return [one_user(*user) for user in zip(now, before, moods, strict=True)]


def one_user(now: list[float], before: list[float], moods: dict[str, int]) -> dict[str, Any]:
    """All systems of one user; -1 stands for unknown."""
    members: list[list[tuple[str, float, float]]] = [[] for _ in SYSTEMS]
    for metric, level in enumerate(now):
        if level >= 0:
            members[SYSTEM_OF[metric]].append((NAMES[metric], level, before[metric]))
    mood = mood_points(moods) if moods else None
    if mood is not None:
        members[MIND].append(("mood", mood, -1.0))
    return {system: score(parts) for system, parts in zip(SYSTEMS, members, strict=True)}


def score(parts: list[tuple[str, float, float]]) -> dict[str, Any] | None:
    """Mean of the parts; the trend from those whose level before is known."""
    if not parts:
        return None
    compared = [now - before for _, now, before in parts if before >= 0]
    moved = sum(compared) / len(compared) if compared else 0.0
    return {
        "score": round(sum(now for _, now, _ in parts) / len(parts)),
        "trend": "steady" if abs(moved) < TREND else "up" if moved > 0 else "down",
        "drivers": [name for name, _, _ in sorted(parts, key=lambda part: -abs(part[1] - 50.0))[:3]],
    }
