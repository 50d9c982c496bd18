"""The distribution gate: does this week's source look like the weeks before?

A change of unit, a metric that vanished or half of the users missing must not reach a reader. Facts
are compared with the mean of up to four earlier published weeks. The rule is pure; see `compare`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from include.batch.job import Run
from include.core.db import Connection
from include.core.statements import statement

MINIMUM_USERS = 20  # below this a change is noted, not gated: chance moves it
MEAN_MOVE = 0.25  # log ratio: a mean 28 % higher or 22 % lower
SHARE_MOVE = 0.30  # share of users with a value, relative
SHARE_LEAST = 0.05  # and absolute: a new metric of a few users is no change of the source
VOLUME_MOVE = 0.30  # eligible users, relative, downwards


class Profile(NamedTuple):
    """One metric of one week over all users of the run; sums are of users' weekly means."""

    users: int
    with_value: int
    total: float
    squares: float

    @property
    def share(self) -> float:
        return self.with_value / self.users if self.users else 0.0

    @property
    def mean(self) -> float:
        return self.total / self.with_value if self.with_value else math.nan

    @property
    def standard_error(self) -> float:
        if self.with_value < 2:
            return math.inf
        variance = max(self.squares / self.with_value - self.mean**2, 0.0)
        return math.sqrt(variance / self.with_value)


class Moved(NamedTuple):
    """One reading that moved too far; `blocks` is False where too few users make it chance."""

    metric: str
    reading: str
    before: float
    now: float
    blocks: bool

    def __str__(self) -> str:
        return f"{self.metric}: {self.reading} was {self.before:,.4g}, is {self.now:,.4g}"


def compare_volume(now: int, earlier: Sequence[int]) -> list[Moved]:
    """Whether the eligible users (all waves) fell too far below those of the earlier weeks."""
    before = _mean(earlier) if earlier else 0.0
    if now >= before * (1 - VOLUME_MOVE):
        return []
    return [Moved("all", "eligible users", before, now, before >= MINIMUM_USERS)]


def compare_coverage(
    made: int, now: Mapping[str, Profile], earlier: Sequence[Mapping[str, Profile]]
) -> list[Moved]:
    """Whether the comparison speaks for the run: users of a shard that never ended are made by the repair, and are in
    no profile."""
    compared = max((profile.users for profile in now.values()), default=0)
    if not earlier or compared >= made * (1 - VOLUME_MOVE):
        return []
    return [Moved("all", "users compared", made, compared, made >= MINIMUM_USERS)]


def compare(now: Mapping[str, Profile], earlier: Sequence[Mapping[str, Profile]]) -> list[Moved]:
    """What moved between the earlier weeks and this one; empty without earlier weeks."""
    moved: list[Moved] = []
    for metric, profile in now.items():
        past = [week[metric] for week in earlier if metric in week]
        if past:
            moved += _compare_metric(metric, profile, past)
    return moved


def _compare_metric(metric: str, now: Profile, past: Sequence[Profile]) -> list[Moved]:
    moved = []
    share = _mean([p.share for p in past])
    enough = min(now.users, max(p.users for p in past)) >= MINIMUM_USERS
    if abs(now.share - share) > max(SHARE_MOVE * share, SHARE_LEAST, 4 * _share_error(share, now.users)):
        moved.append(Moved(metric, "share of users with a value", share, now.share, enough))
    means = [p.mean for p in past if p.with_value]
    if means and now.with_value and _mean_moved(now, _mean(means), past[0].standard_error):
        enough = min(now.with_value, max(p.with_value for p in past)) >= MINIMUM_USERS
        moved.append(Moved(metric, "mean", _mean(means), now.mean, enough))
    return moved


def _mean_moved(now: Profile, before: float, error: float) -> bool:
    """Far in proportion, and further than four standard errors: both, so that noise alone never gates."""
    comparable = before > 0 and now.mean > 0
    far = abs(math.log(now.mean / before)) > MEAN_MOVE if comparable else before != now.mean
    return far and abs(now.mean - before) > 4 * math.hypot(error, now.standard_error)


def _share_error(share: float, users: int) -> float:
    """Binomial standard error, with one user's weight at the ends."""
    return math.sqrt(max(share * (1 - share), 1 / (users + 1)) / max(users, 1))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def profiles(connection: Connection, run: Run) -> dict[str, Profile]:
    """This run's profile per metric."""
    rows = connection.execute(statement("batch/select_profile"), {"run_id": run.run_id})
    return {metric: Profile(*rest) for metric, *rest in rows}


def earlier_profiles(connection: Connection, run: Run) -> list[dict[str, Profile]]:
    """Profiles of up to four published periods before this one, newest first."""
    weeks: dict[str, dict[str, Profile]] = {}
    key = {"job_name": run.job_name, "period": run.period}
    for period, metric, *rest in connection.execute(statement("batch/select_earlier_profiles"), key):
        weeks.setdefault(period, {})[metric] = Profile(*rest)
    return list(weeks.values())


def earlier_volumes(connection: Connection, run: Run) -> list[int]:
    """Eligible users of up to four published periods before this one."""
    key = {"job_name": run.job_name, "period": run.period}
    return [row[0] for row in connection.execute(statement("batch/select_earlier_volumes"), key)]


def store_profile(connection: Connection, run: Run, shard: int, rows: Sequence[tuple[Any, ...]]) -> None:
    """Keep a shard's sums: rows of (metric, users, with_value, total, squares)."""
    with connection.cursor() as cursor:
        cursor.execute(statement("batch/delete_profile"), {"run_id": run.run_id, "shard": shard})
        cursor.executemany(
            statement("batch/insert_profile"),
            [(run.job_name, run.period, run.run_id, shard, *row) for row in rows],
        )
