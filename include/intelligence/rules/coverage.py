"""On how many of the week's seven days there is data, against the usual."""

import numpy as np

from include.intelligence.rules.findings import Finding, as_dicts, believed, signs
from include.intelligence.rules.week_stats import WeekStats


def find_coverage(stats: WeekStats) -> Finding:
    """More days, fewer, or as many (within one). Effect: difference in days. A count is certain."""
    usual = stats.baseline_days / 4.0
    difference = stats.days - usual
    effect = np.where((np.abs(difference) >= 1.5) & (usual > 0), difference, 0.0)
    return Finding(
        "coverage", effect, np.abs(effect) / 7.0,
        believed(np.full(effect.shape, 0.99), stats.days > 0, 0.0), signs(effect), stats.days,
        lambda u, m: as_dicts(("days", "of"), stats.days[u, m], np.full(len(u), 7)),
    )  # fmt: skip
