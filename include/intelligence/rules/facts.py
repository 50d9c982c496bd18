"""A block of users' arrays → the Facts of each."""

from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from include.intelligence.metrics import NAMES
from include.intelligence.models import Facts, MetricStats
from include.intelligence.rules.block import Block, Cohorts, Lab
from include.intelligence.rules.body_systems import body_systems, part_points
from include.intelligence.rules.change_points import change_points, find_change_points
from include.intelligence.rules.cleaning import WEEK, Cleaned, clean
from include.intelligence.rules.consistency import find_consistency
from include.intelligence.rules.coverage import find_coverage
from include.intelligence.rules.findings import rounded
from include.intelligence.rules.insights import (
    LEAST,
    choose,
    choose_patterns,
    leave_out_dismissed,
    scores,
    tell,
    with_labs,
)
from include.intelligence.rules.labs import out_of_range
from include.intelligence.rules.lagged import find_lags
from include.intelligence.rules.ranking import ranking
from include.intelligence.rules.records import find_records, records
from include.intelligence.rules.standing import comparative, find_standing, standing
from include.intelligence.rules.streaks import find_streaks, streaks
from include.intelligence.rules.timeline import timelines
from include.intelligence.rules.trend import find_trends
from include.intelligence.rules.velocity import velocity
from include.intelligence.rules.week_stats import WeekStats, find_changes, find_steady, week_stats
from include.intelligence.rules.weekday_effects import find_weekdays

__all__ = ["Block", "Cleaned", "Cohorts", "Lab", "compute_facts"]

as_stats = partial(tuple.__new__, MetricStats)  # MetricStats._make, at a third of its price
MIN_DAYS = 3  # of some metric in the week, for a brief that is more than what is missing


def compute_facts(block: Block, cohorts: Cohorts) -> tuple[list[Facts], list[Cleaned]]:
    """Facts of every user in the block's order, and the values that were no measurements.

    Plain Python numbers, rounded; a user gets the same alone as in any block.
    """
    if not len(block.user_ids):
        return [], []
    days, cleaned = clean(block.user_ids, block.values)
    stats, ranked = week_stats(days), ranking(days)
    runs, place = streaks(days, stats), standing(stats, block.cohort, cohorts)
    best, shifts = records(stats, ranked), change_points(days, ranked)
    streak, record = find_streaks(stats, runs), find_records(stats, best, ranked)
    findings = [
        find_changes(stats), find_steady(stats), find_trends(days, ranked), find_weekdays(days, ranked),
        find_lags(days, ranked), streak, record, find_change_points(shifts, ranked),
        find_consistency(days, stats), find_standing(stats, place, cohorts.labels), find_coverage(stats),
    ]  # fmt: skip
    labs = [out_of_range(found) for found in block.labs]
    score = scores(findings)
    patterns = choose_patterns(score, findings)
    leave_out_dismissed(score, findings, block.dismissed)
    picks = choose(with_labs(score, labs, block.dismissed))
    insights, told_patterns = tell(findings, picks, patterns, labs, block.dismissed)
    enough_days = (stats.days.max(axis=1) >= MIN_DAYS).tolist()
    parts = zip(
        block.user_ids.tolist(),
        stats_of_users(stats),
        insights,
        told_patterns,
        velocity(stats, ranked),
        body_systems(part_points(stats, ranked, block.moods)),
        timelines(record, best, shifts, streak, runs, labs),
        comparative(place, cohorts.labels),
        map(in_order, block.moods),
        days.present[..., WEEK].any(axis=1).sum(axis=-1).tolist(),
        [enough and len(told) >= LEAST for enough, told in zip(enough_days, insights, strict=True)],
        strict=True,
    )
    return list(map(Facts._make, parts)), cleaned


def in_order(moods: dict[str, int]) -> dict[str, int]:
    """The most frequent label first, so that equal weeks read the same."""
    if len(moods) < 2:
        return moods
    return dict(sorted(moods.items(), key=lambda item: (-item[1], item[0])))


def stats_of_users(stats: WeekStats) -> list[dict[str, MetricStats]]:
    """Per user the metrics with a day in the week or in the 28 before."""
    kept = stats.days + stats.baseline_days > 0
    empty = kept & (stats.days == 0)
    this, baseline, change, best, low = (
        with_none(rounded(values), kept & np.isnan(values))
        for values in (stats.this, stats.baseline, stats.change, stats.best, stats.low)
    )
    pct = with_none(rounded(stats.pct, 1), kept & np.isnan(stats.pct))
    best_day, low_day = with_none(stats.best_day, empty), with_none(stats.low_day, empty)
    days, baseline_days = stats.days.tolist(), stats.baseline_days.tolist()
    columns = (this, baseline, change, pct, days, baseline_days, best_day, best, low_day, low)
    rows = map(as_stats, zip(*(chain.from_iterable(column) for column in columns), strict=True))
    users = [dict(zip(NAMES, some, strict=True)) for some in zip(*[rows] * len(NAMES), strict=True)]
    for user, metric in np.argwhere(~kept).tolist():
        del users[user][NAMES[metric]]
    return users


def with_none(values: np.ndarray, missing: np.ndarray) -> list[list[Any]]:
    """Users × metrics as plain lists, None where missing (few, so that they are set one by one)."""
    lists: list[list[Any]] = values.tolist()
    for user, metric in np.argwhere(missing).tolist():
        lists[user][metric] = None
    return lists
