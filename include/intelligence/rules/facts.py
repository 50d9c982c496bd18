"""A block of users' arrays → the Facts of each."""

from typing import Any

import numpy as np

from include.intelligence.metrics import NAMES
from include.intelligence.models import Facts, MetricStats
from include.intelligence.rules.block import Block, Cohorts, Lab
from include.intelligence.rules.body_systems import body_systems, metric_points
from include.intelligence.rules.change_points import find_change_points
from include.intelligence.rules.cleaning import WEEK, Cleaned, Days, clean
from include.intelligence.rules.consistency import find_consistency
from include.intelligence.rules.coverage import find_coverage
from include.intelligence.rules.findings import with_none
from include.intelligence.rules.insights import (
    LEAST,
    choose,
    insights,
    leave_out_dismissed,
    patterns,
    scores,
    with_labs,
)
from include.intelligence.rules.labs import out_of_range
from include.intelligence.rules.lagged import find_lags
from include.intelligence.rules.records import find_records
from include.intelligence.rules.robust import centred_ranks
from include.intelligence.rules.standing import comparative, find_standing, standing
from include.intelligence.rules.streaks import find_streaks, streaks
from include.intelligence.rules.timeline import timelines
from include.intelligence.rules.trend import find_trends
from include.intelligence.rules.velocity import velocity
from include.intelligence.rules.week_stats import WeekStats, find_changes, find_steady, week_stats
from include.intelligence.rules.weekday_effects import find_weekdays

__all__ = ["Block", "Cleaned", "Cohorts", "Lab", "compute_facts"]

MIN_DAYS = 3  # of some metric in the week, for a brief that is more than what is missing


def compute_facts(block: Block, cohorts: Cohorts) -> tuple[list[Facts], list[Cleaned]]:
    """Facts of every user in the block's order, and the values that were no measurements.

    Plain Python numbers, rounded; a user gets the same alone as in any block.
    """
    if not len(block.user_ids):
        return [], []
    days, cleaned = clean(block.user_ids, block.values)
    stats, ranks = week_stats(days), centred_ranks(days.x)
    runs, place = streaks(days, stats), standing(stats, block.cohort, cohorts)
    labs = [out_of_range(found) for found in block.labs]
    record, shift = find_records(days, stats), find_change_points(days, ranks)
    streak = find_streaks(days, stats, runs)
    findings = [
        find_changes(stats), find_steady(stats), find_trends(days, ranks), find_weekdays(days, ranks),
        find_lags(days, ranks), streak, record, shift, find_consistency(days, stats),
        find_standing(stats, place, cohorts.labels), find_coverage(stats),
    ]  # fmt: skip
    score = scores(findings)
    found_patterns = patterns(findings, score)
    leave_out_dismissed(score, findings, block.dismissed)
    picks = choose(with_labs(score, labs, block.dismissed))
    parts = zip(
        block.user_ids.tolist(),
        stats_of_users(stats),
        insights(findings, picks, labs, block.dismissed),
        found_patterns,
        velocity(days, stats),
        body_systems(metric_points(days, stats, ranks), block.moods),
        timelines(record, shift, streak, runs, labs),
        comparative(place, cohorts.labels, NAMES),
        block.moods,
        days_with_data(days),
        (stats.days.max(axis=1) >= MIN_DAYS).tolist(),
        strict=True,
    )
    return [assemble(*part) for part in parts], cleaned


def assemble(*part: Any) -> Facts:
    """Facts from its fields in order; the last says only whether the week has days enough."""
    *fields, mood, days, enough = part
    mood = dict(sorted(mood.items(), key=lambda item: (-item[1], item[0])))
    return Facts(*fields, mood, days, enough and len(fields[2]) >= LEAST)


def days_with_data(days: Days) -> list[int]:
    """Of the week's seven, with any metric."""
    counted: list[int] = days.present[..., WEEK].any(axis=1).sum(axis=-1).tolist()
    return counted


def stats_of_users(stats: WeekStats) -> list[dict[str, MetricStats]]:
    """Per user the metrics with a day in the week or in the 28 before."""
    some = np.isfinite(stats.best)
    best_day = np.where(some, stats.best_day, np.nan).astype(object)
    low_day = np.where(some, stats.low_day, np.nan).astype(object)
    for weekday, source in ((best_day, stats.best_day), (low_day, stats.low_day)):
        weekday[some], weekday[~some] = source[some], None
    columns = (
        with_none(stats.this), with_none(stats.baseline), with_none(stats.change), with_none(stats.pct, 1),
        stats.days.tolist(), stats.baseline_days.tolist(),
        best_day.tolist(), with_none(stats.best), low_day.tolist(), with_none(stats.low),
    )  # fmt: skip
    kept = (stats.days + stats.baseline_days > 0).tolist()
    return [
        {
            name: MetricStats._make(numbers)
            for name, keep, numbers in zip(NAMES, keeps, zip(*fields, strict=True), strict=True)
            if keep
        }
        for keeps, *fields in zip(kept, *columns, strict=True)
    ]
