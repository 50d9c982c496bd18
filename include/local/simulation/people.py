"""Blocks of people: who they are and what they measure, drawn from the seed and the block's number."""

import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

BLOCK = 1_000  # users of one random stream: another number makes another population
FIRST_NAMES = [
    "Ada",
    "Alan",
    "Amara",
    "Ana",
    "Arjun",
    "Aya",
    "Ben",
    "Carmen",
    "Chen",
    "Clara",
    "Daniel",
    "Diego",
    "Elena",
    "Emeka",
    "Emma",
    "Fatima",
    "Felix",
    "Freya",
    "Grace",
    "Hana",
    "Hugo",
    "Ines",
    "Ivan",
    "Jonas",
    "Julia",
    "Kaito",
    "Karim",
    "Lars",
    "Leila",
    "Lina",
    "Luca",
    "Maria",
    "Mateo",
    "Mei",
    "Mina",
    "Nadia",
    "Noah",
    "Nora",
    "Olga",
    "Omar",
    "Paul",
    "Priya",
    "Rafael",
    "Rosa",
    "Sara",
    "Sofia",
    "Tariq",
    "Tomas",
    "Yara",
    "Zoe",
]
INITIALS = list("ABCDEFGHIJKLMNOPRSTVWYZ")
# Rough shares of an app's users, with half-hour offsets, daylight saving and both edges of the day.
TIME_ZONES = {
    "Asia/Kolkata": 0.14,
    "Asia/Shanghai": 0.12,
    "America/New_York": 0.10,
    "Europe/Berlin": 0.08,
    "Europe/London": 0.07,
    "America/Chicago": 0.06,
    "America/Los_Angeles": 0.06,
    "America/Sao_Paulo": 0.06,
    "Asia/Tokyo": 0.05,
    "Europe/Paris": 0.05,
    "Africa/Lagos": 0.04,
    "Asia/Jakarta": 0.04,
    "America/Mexico_City": 0.03,
    "Africa/Cairo": 0.02,
    "Europe/Istanbul": 0.02,
    "Australia/Sydney": 0.02,
    "Asia/Kathmandu": 0.01,
    "America/St_Johns": 0.01,
    "Pacific/Auckland": 0.01,
    "Pacific/Honolulu": 0.01,
}
AGE_BANDS = {
    "18-29": 0.24,
    "30-39": 0.24,
    "40-49": 0.19,
    "50-59": 0.15,
    "60-69": 0.11,
    "70-79": 0.05,
    "80+": 0.02,
}
# Share of people with a device for the metric, among those who have more than a step counter.
DEVICES = {
    "sleep_minutes": 0.80,
    "resting_heart_rate": 0.75,
    "hrv": 0.55,
    "spo2": 0.40,
    "weight": 0.40,
    "glucose": 0.07,
    "stress": 0.45,
    "mood": 0.30,
}
STEPS_ONLY = 0.08
NO_TRACKER = 0.02  # only what they write down: weight, mood


class People(NamedTuple):
    """One block; every array has BLOCK entries."""

    block: int
    numbers: NDArray[np.int64]  # 0-based, over all blocks
    names: list[str]
    time_zones: NDArray[Any]
    age_bands: NDArray[Any]  # None where not told
    sexes: NDArray[Any]  # None where not told
    decade: Floats  # 0 for 18-29 … 6 for 80+
    male: Flags
    has: dict[str, Flags]  # metric → has a device for it
    fitness: Floats  # standard normals
    calm: Floats
    newcomer_days: NDArray[np.int64]  # days of data of a newcomer, else 0
    stopped_at: Floats  # fraction of the history after which data stop; 1 = never
    idle: Floats  # days since last active, of those who did not stop

    def first_day(self, days: int) -> NDArray[np.int64]:
        """Index of the first day of each person's data, in a history of `days`."""
        return np.where(self.newcomer_days > 0, np.maximum(days - self.newcomer_days, 0), 0)

    def end_day(self, days: int) -> NDArray[np.int64]:
        """Index after the last day of each person's data."""
        return np.ceil(self.stopped_at * days).astype(np.int64)

    def inactive_days(self, days: int) -> NDArray[np.float64]:
        """Days from when they last used the app to the end of the history."""
        return (days - self.end_day(days) + self.idle).astype(np.float64)


class Population(NamedTuple):
    """What is generated, and where its ids begin."""

    users: int
    weeks: int
    seed: int
    end: date  # the Monday after the last day
    first_id: int = 1
    import_id: int = 0
    attempts_per_user: float = 0
    everybody_learns: bool = False

    @property
    def days(self) -> int:
        return self.weeks * 7

    @property
    def monday(self) -> date:
        """The first day."""
        return self.end - timedelta(days=self.days)

    def blocks(self) -> Iterator[tuple[People, int]]:
        """The people block by block, and how many of the block are wanted."""
        for first in range(0, self.users, BLOCK):
            yield draw_people(self.seed, first // BLOCK), min(BLOCK, self.users - first)


def stream(seed: int, block: int, purpose: str) -> np.random.Generator:
    """The random stream of one block and purpose; streams do not overlap."""
    return np.random.default_rng([seed, block, zlib.crc32(purpose.encode())])


def draw_people(seed: int, block: int) -> People:
    """The people of a block, always all of them, so that a part of a block has the same people."""
    rng = stream(seed, block, "people")
    bands = rng.choice(len(AGE_BANDS), BLOCK, p=list(AGE_BANDS.values()))
    male = rng.random(BLOCK) < 0.49
    told_age, told_sex = rng.random((2, BLOCK)) > 0.05
    first, initial = (rng.integers(0, len(FIRST_NAMES), BLOCK), rng.integers(0, len(INITIALS), BLOCK))
    newcomer = rng.random(BLOCK) < 0.02
    stopped = (rng.random(BLOCK) < 0.06) & ~newcomer
    return People(
        block=block,
        numbers=np.arange(block * BLOCK, (block + 1) * BLOCK),
        names=[f"{FIRST_NAMES[i]} {INITIALS[j]}." for i, j in zip(first, initial, strict=True)],
        time_zones=rng.choice(list(TIME_ZONES), BLOCK, p=list(TIME_ZONES.values())).astype(object),
        age_bands=_told(told_age, np.array(list(AGE_BANDS))[bands]),
        sexes=_told(told_sex, np.where(male, "male", "female")),
        decade=bands.astype(np.float32),
        male=male,
        has=_draw_devices(rng),
        fitness=rng.standard_normal(BLOCK, np.float32),
        calm=rng.standard_normal(BLOCK, np.float32),
        newcomer_days=np.where(newcomer, rng.integers(1, 6, BLOCK), 0),
        stopped_at=np.where(stopped, rng.random(BLOCK), 1.0).astype(np.float32),
        idle=rng.exponential(5.0, BLOCK).astype(np.float32),
    )


def _told(told: Flags, values: NDArray[np.str_]) -> NDArray[Any]:
    """The values of those who told; None of the others."""
    known: NDArray[Any] = values.astype(object)
    known[~told] = None
    return known


def _draw_devices(rng: np.random.Generator) -> dict[str, Flags]:
    steps_only = rng.random(BLOCK) < STEPS_ONLY
    tracker = (rng.random(BLOCK) >= NO_TRACKER) | steps_only
    has = {name: (rng.random(BLOCK) < share) & ~steps_only for name, share in DEVICES.items()}
    for name in ("sleep_minutes", "resting_heart_rate", "hrv", "spo2", "stress"):
        has[name] &= tracker
    has["time_in_bed"] = has["sleep_minutes"]
    has["steps"] = tracker
    has["active_minutes"] = has["calories"] = tracker & ~steps_only
    return has
