"""How much the days of the week differ from each other, against the usual."""

import numpy as np

from include.intelligence.rules.cleaning import WEEK, Days
from include.intelligence.rules.findings import (
    Finding,
    as_dicts,
    believed,
    normal_confidence,
    signs,
    strength_of_difference,
)
from include.intelligence.rules.robust import median_and_mad
from include.intelligence.rules.week_stats import WeekStats, spread_of, standard_error

MIN_DAYS, MIN_BASELINE_DAYS = 5, 14
MAD_VARIANCE = 1.36  # n times the variance of log MAD: 1/(2 · 0.37), its efficiency being 37 %


def find_consistency(days: Days, stats: WeekStats) -> Finding:
    """Days more alike (down) or less (up) than usual. Effect: log of the ratio of robust spreads.

    Confidence: z test of the log ratio with the MAD's asymptotic variance (Rousseeuw & Croux 1993).
    """
    spread = spread_of(*median_and_mad(days.x[..., WEEK]))
    with np.errstate(invalid="ignore"):
        effect = np.log(spread / stats.spread)
    error = np.sqrt(MAD_VARIANCE) * standard_error(stats)
    enough = (stats.days >= MIN_DAYS) & (stats.baseline_days >= MIN_BASELINE_DAYS)
    return Finding(
        "consistency", effect, strength_of_difference(effect),
        believed(normal_confidence(effect / error), enough, 0.75), signs(effect), stats.days,
        lambda u, m: as_dicts(
            ("spread", "baseline_spread", "days"), spread[u, m], stats.spread[u, m], stats.days[u, m]
        ),
    )  # fmt: skip
