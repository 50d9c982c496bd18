"""The days of a block of people, as arrays users × days.

What is in them: a level per person that follows from age and fitness; a weekly rhythm; a trend; for
some a change point, an illness of some days (resting heart rate up, steps and HRV down), or sleep
that carries over to the next day's steps; stress that moves slowly and lowers HRV; days off and
stretches without the device.
"""

from typing import NamedTuple

import numpy as np

from include.local.simulation.people import BLOCK, Flags, Floats, People, stream

MOODS = ("happy", "calm", "neutral", "tired", "tense", "sad")
WEEKDAY_LOG_STEPS = np.array([0.0, 0.03, 0.02, 0.04, 0.06, 0.05, -0.14], np.float32)
WEEKEND = np.array([0, 0, 0, 0, 0, 1, 1], np.float32)


class Days(NamedTuple):
    """Values per metric, users × days, and where there is one. `mood` holds indices of MOODS."""

    values: dict[str, Floats]
    present: dict[str, Flags]

    def of(self, users: slice) -> "Days":
        """The same of some users."""
        return Days(
            {name: values[users] for name, values in self.values.items()},
            {name: present[users] for name, present in self.present.items()},
        )


class _Events(NamedTuple):
    """What happens to whom and when; users × days, or users × 1 where it lasts."""

    ill: Floats  # 0 or 1
    after: Floats  # 1 from the change point on, for those who have one
    step_change: Floats  # of the log of steps at the change point
    sleep_change: Floats  # minutes, at the change point
    trend: Floats  # of the log of steps, per 90 days
    carry: Floats  # of the log of steps, per standard deviation of last night's sleep
    tension: Floats  # slow, about a standard normal


def simulate_days(people: People, seed: int, days: int) -> Days:
    """`days` days that begin on a Monday."""
    rng = stream(seed, people.block, "days")
    weekday = np.arange(days) % 7
    events = _draw_events(rng, days)
    values = _sleep(rng, people, events, WEEKEND[weekday])
    values |= _activity(rng, people, events, weekday, values["sleep_minutes"])
    values |= _heart(rng, people, events, days)
    values |= _body(rng, people, events, days)
    values |= _mind(rng, people, events, values["sleep_minutes"])
    return Days(values, _present(rng, people, days))


def _noise(rng: np.random.Generator, days: int, spread: float = 1.0) -> Floats:
    return rng.standard_normal((BLOCK, days), np.float32) * np.float32(spread)


def _each(rng: np.random.Generator, spread: float, mean: float = 0.0) -> Floats:
    """One normal number a person, as a column."""
    return rng.standard_normal((BLOCK, 1), np.float32) * np.float32(spread) + np.float32(mean)


def _some(rng: np.random.Generator, share: float) -> Flags:
    return rng.random((BLOCK, 1)) < share


def _draw_events(rng: np.random.Generator, days: int) -> _Events:
    day = np.arange(days)
    fell_ill = rng.integers(0, days, (BLOCK, 1))
    lasts = rng.integers(4, 10, (BLOCK, 1))
    turn = (rng.random((BLOCK, 1)) * days).astype(np.int64)
    return _Events(
        ill=(_some(rng, 0.2) & (day >= fell_ill) & (day < fell_ill + lasts)).astype(np.float32),
        after=(_some(rng, 0.3) & (day >= turn)).astype(np.float32),
        step_change=_each(rng, 0.3),
        sleep_change=_each(rng, 25.0),
        trend=_each(rng, 0.08) + np.where(_some(rng, 0.2), _each(rng, 0.3), np.float32(0)),
        carry=_some(rng, 0.4) * _each(rng, 0.04, 0.16),
        tension=_slow(rng, days),
    )


def _slow(rng: np.random.Generator, days: int) -> Floats:
    """First-order autoregression, 0.8 from day to day, of unit variance."""
    tension = _noise(rng, days)
    for day in range(1, days):
        tension[:, day] = 0.8 * tension[:, day - 1] + 0.6 * tension[:, day]
    return tension


def _sleep(rng: np.random.Generator, people: People, events: _Events, weekend: Floats) -> dict[str, Floats]:
    days = len(weekend)
    level = _each(rng, 32.0, 425.0) - 4.0 * people.decade[:, None]
    usual = level + weekend * _each(rng, 18.0, 22.0) + events.after * events.sleep_change
    asleep = usual + _noise(rng, days, 42.0) - 9.0 * events.tension + 45.0 * events.ill
    asleep = np.clip(asleep, 90.0, 800.0)
    awake = _each(rng, 10.0, 40.0) + _noise(rng, days, 9.0)
    return {"sleep_minutes": np.rint(asleep), "time_in_bed": np.rint(asleep + np.clip(awake, 5.0, None))}


def _activity(
    rng: np.random.Generator, people: People, events: _Events, weekday: np.ndarray, asleep: Floats
) -> dict[str, Floats]:
    days = len(weekday)
    rested = (asleep - asleep.mean(axis=1, keepdims=True)) / np.float32(45.0)
    rested = np.concatenate([np.zeros((BLOCK, 1), np.float32), rested[:, :-1]], axis=1)
    level = 8.85 + 0.3 * people.fitness[:, None] - 0.05 * people.decade[:, None] + _each(rng, 0.2)
    rhythm = WEEKDAY_LOG_STEPS[weekday] + WEEKEND[weekday] * _each(rng, 0.2)
    course = events.trend * (np.arange(days, dtype=np.float32) / 90) + events.after * events.step_change
    log_steps = level + rhythm + course + events.carry * rested - 0.9 * events.ill + _noise(rng, days, 0.3)
    steps = np.clip(np.exp(log_steps), 120.0, 60_000.0)
    active = steps * np.float32(0.0045) * np.exp(0.3 * people.fitness[:, None] + _noise(rng, days, 0.35))
    rest = (
        1_420.0
        + np.where(people.male[:, None], np.float32(330), np.float32(0))
        - 35.0 * people.decade[:, None]
        + _each(rng, 120.0)
    )
    calories = rest + 0.042 * steps + 3.0 * active + _noise(rng, days, 60.0)
    return {
        "steps": np.rint(steps),
        "active_minutes": np.rint(np.clip(active, 0.0, 600.0)),
        "calories": np.rint(np.clip(calories, 800.0, 9_000.0)),
    }


def _heart(rng: np.random.Generator, people: People, events: _Events, days: int) -> dict[str, Floats]:
    resting = 65.0 - 5.0 * people.fitness[:, None] + _each(rng, 4.0)
    resting = resting + 9.0 * events.ill + 1.0 * events.tension + _noise(rng, days, 1.4)
    resting = resting - 6.0 * events.trend * (np.arange(days, dtype=np.float32) / 90)
    log_hrv = 3.75 + 0.2 * people.fitness[:, None] - 0.12 * people.decade[:, None] + _each(rng, 0.2)
    log_hrv = log_hrv - 0.12 * events.tension - 0.3 * events.ill + _noise(rng, days, 0.12)
    spo2 = _each(rng, 0.7, 96.6) - 1.0 * events.ill + _noise(rng, days, 0.6)
    return {
        "resting_heart_rate": np.clip(resting, 38.0, 120.0).round(1),
        "hrv": np.clip(np.exp(log_hrv), 6.0, 200.0).round(1),
        "spo2": np.clip(spo2, 85.0, 100.0).round(1),
    }


def _body(rng: np.random.Generator, people: People, events: _Events, days: int) -> dict[str, Floats]:
    weeks = np.arange(days, dtype=np.float32) / 7
    level = (
        67.0
        + np.where(people.male[:, None], np.float32(12), np.float32(0))
        - 3.0 * people.fitness[:, None]
        + _each(rng, 10.0)
    )
    weight = level + weeks * _each(rng, 0.09) + _noise(rng, days, 0.35)
    diabetic = _some(rng, 0.35)  # of those who measure at all, see the devices
    glucose = np.where(diabetic, _each(rng, 18.0, 148.0), _each(rng, 7.0, 98.0))
    glucose = glucose + 3.0 * events.tension + np.where(diabetic, 3.0, 1.0) * _noise(rng, days, 5.0)
    return {
        "weight": np.clip(weight, 40.0, 180.0).round(1),
        "glucose": np.clip(glucose, 60.0, 320.0).astype(np.float32).round(1),
    }


def _mind(rng: np.random.Generator, people: People, events: _Events, asleep: Floats) -> dict[str, Floats]:
    days = asleep.shape[1]
    stress = 36.0 - 8.0 * people.calm[:, None] + 11.0 * events.tension + _noise(rng, days, 5.0)
    feeling = events.tension - 0.7 * people.calm[:, None] + _noise(rng, days, 0.7)
    mood = np.searchsorted([-0.9, -0.1, 0.7, 1.4, 2.2], feeling).astype(np.float32)
    mood[asleep < 340.0] = MOODS.index("tired")
    return {"stress": np.rint(np.clip(stress, 1.0, 100.0)), "mood": mood}


def _present(rng: np.random.Generator, people: People, days: int) -> dict[str, Flags]:
    """Where each metric has a value: owned, worn, and within the person's time with the app."""
    day = np.arange(days)
    there = (day >= people.first_day(days)[:, None]) & (day < people.end_day(days)[:, None])
    wears = np.where(_some(rng, 0.1), 0.5, 0.96)
    away = rng.integers(0, days, (BLOCK, 1))
    stretch = _some(rng, 0.25) & (day >= away) & (day < away + rng.integers(3, 15, (BLOCK, 1)))
    worn = there & ~stretch & (rng.random((BLOCK, days), np.float32) < wears)
    night = worn & (rng.random((BLOCK, days), np.float32) < 0.92)
    scale = there & (rng.random((BLOCK, days), np.float32) < rng.random((BLOCK, 1)))
    noted = there & (rng.random((BLOCK, days), np.float32) < 0.6)
    when = {"steps": worn, "active_minutes": worn, "calories": worn, "resting_heart_rate": worn}
    when |= {"sleep_minutes": night, "time_in_bed": night, "hrv": night, "spo2": night}
    when |= {"stress": night, "weight": scale, "glucose": there & ~stretch, "mood": noted}
    return {name: occasion & people.has[name][:, None] for name, occasion in when.items()}
