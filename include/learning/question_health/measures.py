"""From counts to measures with their intervals. Pure."""

import numpy as np

from include.core.intervals import Pair, fisher, wilson
from include.learning.question_health.models import Counts, Measure, Measures

MINIMUM = 30  # learners below which nothing is judged: their intervals would be wider than any bound
OTHERS = 5  # other questions that a learner must have answered, for a score to compare with
OUTLIER = 3.0  # deviations from the median log time; Leys et al. 2013, J. Exp. Soc. Psychol. 49:764


def measure(counts: Counts) -> Measures:
    """Difficulty, discrimination, skip rate and slow share; NaN under 30 learners or without spread.

    Discrimination is the correlation of an item with the rest of its learner's score (the item itself
    left out: Henrysson 1963, Psychometrika 28:211). Learners answer different questions, so the rest is
    their share correct of the others that they answered; hard choices of questions lower it a little.
    Slow is an answer whose log time is an outlier among those of all questions (times are about lognormal:
    van der Linden 2006, J. Educ. Behav. Stat. 31:181), so that both a long tail and a long question show.
    """
    return Measures(
        difficulty=_share(counts.correct, counts.answers),
        discrimination=_judged(counts.correlation, fisher(counts.correlation, counts.pairs), counts.pairs),
        skip_rate=_share(counts.skips, counts.learners),
        slow_share=_share(counts.slow, counts.timed),
    )


def _share(part: np.ndarray, whole: np.ndarray) -> Measure:
    return _judged(part / np.maximum(whole, 1), wilson(part, whole), whole)


def _judged(value: np.ndarray, interval: Pair, n: np.ndarray) -> Measure:
    enough = n >= MINIMUM
    return Measure(*(np.where(enough, column, np.nan) for column in (value, *interval)))
