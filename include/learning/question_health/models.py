"""What is counted of each question, and what follows from it: columns, one entry a question."""

from typing import NamedTuple

import numpy as np


class Counts(NamedTuple):
    """Of the first meetings of learners with each question; arrays of one length.

    A learner's first answer within the window decides all but the skips: later ones show memory of the
    solution, not the question. Who first skipped and then answered counts as a skip and as an answer.
    """

    question_id: np.ndarray
    learners: np.ndarray  # who met it: answered or skipped
    answers: np.ndarray  # who answered it
    correct: np.ndarray  # of them
    skips: np.ndarray  # whose first meeting was a skip
    pairs: np.ndarray  # answers whose learner has answered enough other questions
    correlation: np.ndarray  # of being right here with the learner's share right elsewhere; NaN = none
    timed: np.ndarray  # answers with a response time; 0 where there is no fence to hold them to
    median_ms: np.ndarray  # NaN = none
    slow: np.ndarray  # of the timed, beyond the fence of all answers


class Measure(NamedTuple):
    """An estimate and its interval of 95 percent, an entry a question; NaN where nothing is judged."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Measures(NamedTuple):
    """What health is made of."""

    difficulty: Measure  # share correct, 0 to 1: high is easy
    discrimination: Measure  # corrected item-total point-biserial, -1 to 1
    skip_rate: Measure  # 0 to 1
    slow_share: Measure  # share of answers that are time outliers, 0 to 1


class Verdicts(NamedTuple):
    """What is said of each question."""

    health: np.ndarray  # 0 to 100; NaN where nothing is judged
    flags: list[list[str]]
