"""From counts to the reliability curve. Pure."""

from collections.abc import Iterable, Sequence

import numpy as np

from include.coaching.calibration.models import Point, Share, Taken
from include.core.intervals import wilson

LOWEST, HIGHEST = 1, 10


def points(counts: Iterable[Taken]) -> list[Point]:
    """A point for each rating that any message had, lowest first; shares with Wilson's interval."""
    return [
        Point(
            one.rating,
            one.messages,
            predicted(one.rating),
            *(_share(part, one.messages) for part in (one.opened, one.answered, one.dismissed)),
        )
        for one in sorted(counts)
        if one.messages
    ]


def predicted(rating: int) -> float:
    """A rating of 1 to 10 as a share of 0 to 1: the lowest promises no answer, the highest one for certain."""
    return (rating - LOWEST) / (HIGHEST - LOWEST)


def error(counts: Sequence[Taken]) -> float | None:
    """Mean distance of what was predicted from the share answered, weighted by messages; None without any.

    The expected calibration error (Naeini, Cooper, Hauskrecht 2015, AAAI 29:2901), a bin a rating.
    """
    messages = sum(one.messages for one in counts)
    if not messages:
        return None
    return sum(abs(predicted(one.rating) * one.messages - one.answered) for one in counts) / messages


def ranking(counts: Sequence[Taken]) -> float | None:
    """How often, of an answered and an unanswered message, the answered was rated higher; equal ratings count half.

    0.5 is chance: the area under the curve of Hanley & McNeil 1982, Radiology 143:29. None where all or no messages
    were answered. It says whether ratings tell messages apart, whatever share they promise.
    """
    answered = sum(one.answered for one in counts)
    unanswered = sum(one.messages - one.answered for one in counts)
    if not answered or not unanswered:
        return None
    higher, below = 0.0, 0
    for one in sorted(counts):
        missed = one.messages - one.answered
        higher += one.answered * (below + missed / 2)
        below += missed
    return higher / (answered * unanswered)


def _share(part: int, whole: int) -> Share:
    low, high = wilson(np.array(part), np.array(whole))
    return Share(part / whole, float(low), float(high))
