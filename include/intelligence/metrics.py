"""The daily metrics: names, units, how they are shown, and which values a body can have."""

from typing import Literal, NamedTuple

Good = Literal["up", "down", "neither"]
System = Literal["cardiovascular", "sleep_recovery", "activity", "metabolic", "mind"]


class Metric(NamedTuple):
    """One column of app.daily_health. Values outside [low, high] are measurement errors."""

    name: str
    label: str
    unit: str
    decimals: int
    good: Good
    system: System
    low: float
    high: float


METRICS: tuple[Metric, ...] = (
    Metric("steps", "steps", "steps", 0, "up", "activity", 0, 120_000),
    Metric("active_minutes", "active minutes", "min", 0, "up", "activity", 0, 1_440),
    Metric("calories", "calories burned", "kcal", 0, "neither", "metabolic", 300, 15_000),
    Metric("sleep_minutes", "sleep", "min", 0, "up", "sleep_recovery", 0, 1_440),
    Metric("time_in_bed", "time in bed", "min", 0, "neither", "sleep_recovery", 0, 1_440),
    Metric("resting_heart_rate", "resting heart rate", "bpm", 1, "down", "cardiovascular", 25, 150),
    Metric("hrv", "heart rate variability", "ms", 0, "up", "cardiovascular", 1, 300),
    Metric("spo2", "blood oxygen", "%", 1, "up", "cardiovascular", 50, 100),
    Metric("weight", "weight", "kg", 1, "neither", "metabolic", 20, 400),
    Metric("glucose", "glucose", "mg/dL", 0, "neither", "metabolic", 20, 600),
    Metric("stress", "stress", "points", 0, "down", "mind", 0, 100),
)
NAMES: tuple[str, ...] = tuple(metric.name for metric in METRICS)
BY_NAME: dict[str, Metric] = {metric.name: metric for metric in METRICS}
SYSTEMS: tuple[System, ...] = ("cardiovascular", "sleep_recovery", "activity", "metabolic", "mind")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
