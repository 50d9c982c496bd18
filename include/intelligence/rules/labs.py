"""Laboratory results outside their reference range in the last 90 days."""

import math
from typing import Any, NamedTuple

from include.intelligence.models import Direction
from include.intelligence.rules.block import Lab

OUTSIDE_BY_CHANCE = 0.05


class OutOfRange(NamedTuple):
    """The newest result of a test, outside its range."""

    lab: Lab
    direction: Direction
    distance: float  # outside by this part of the limit

    @property
    def confidence(self) -> float:
        """0.95: a reference range holds 95 % of healthy people (CLSI EP28-A3c)."""
        return 1.0 - OUTSIDE_BY_CHANCE

    @property
    def evidence(self) -> dict[str, Any]:
        lab = self.lab
        return {
            "test": lab.test,
            "value": round(float(lab.value), 2),
            "unit": lab.unit,
            "ref_low": None if lab.ref_low is None else round(float(lab.ref_low), 2),
            "ref_high": None if lab.ref_high is None else round(float(lab.ref_high), 2),
            "days_ago": int(lab.days_ago),
        }


def out_of_range(labs: list[Lab]) -> list[OutOfRange]:
    """Newest result of each test that is outside, the farthest first."""
    if not labs:
        return []
    newest: dict[str, Lab] = {}
    for lab in sorted(labs, key=lambda lab: (lab.days_ago, lab.test)):
        if math.isfinite(lab.value) and 0 <= lab.days_ago <= 90:
            newest.setdefault(lab.test, lab)
    found = [item for lab in newest.values() if (item := judge(lab)) is not None]
    return sorted(found, key=lambda item: (-item.distance, item.lab.test))


def judge(lab: Lab) -> OutOfRange | None:
    """Outside by the limit's own measure, at most 10 limits; None when inside or without a range."""
    if lab.ref_high is not None and lab.value > lab.ref_high:
        limit, direction = lab.ref_high, "up"
    elif lab.ref_low is not None and lab.value < lab.ref_low:
        limit, direction = lab.ref_low, "down"
    else:
        return None
    if not math.isfinite(limit):
        return None
    distance = min(abs(lab.value - limit) / max(abs(limit), 1e-9), 10.0)
    return OutOfRange(lab, "up" if direction == "up" else "down", distance)
