"""The generated app's content: questions with known properties, some of them bad, and what people look for.

A question is answered correctly with the probability of the two-parameter logistic model (Birnbaum 1968, in
Lord & Novick, Statistical Theories of Mental Test Scores): 1 / (1 + exp(-discrimination * (ability - difficulty))).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from include.local.simulation.people import Floats, stream

PER_CONCEPT = 10
CONCEPTS = (
    "fractions",
    "percentages",
    "ratios",
    "mean and median",
    "variance",
    "normal distribution",
    "probability",
    "sampling",
    "confidence intervals",
    "hypothesis tests",
    "correlation",
    "regression",
    "scatter plots",
    "histograms",
    "outliers",
    "experiments",
)
# What people look for that the app does not teach; more wanted first.
GAPS = (
    "bayes theorem",
    "logistic regression",
    "time series",
    "standard deviation vs standard error",
    "power analysis",
    "matrix multiplication",
    "survival analysis",
    "bootstrap",
)
SPELLINGS = 12  # of each phrase; the first is the right one
RIGHT_SHARE = 0.6  # of the searches
# A question's fault: what it does to discrimination, difficulty, the share of skips and the median time.
FAULTS = {
    "wrong key": {"discrimination": -0.9},
    "ambiguous": {"discrimination": 0.03},
    "too easy": {"difficulty": -5.0},
    "too hard": {"difficulty": 5.0},
    "skipped": {"skip_share": 0.38},
    "slow": {"seconds": 75.0},
}
FAULTY_EACH = 2


class Bank(NamedTuple):
    """All questions and phrases; arrays have an entry a question."""

    names: list[str]  # external ids
    concepts: NDArray[np.int64]  # places in CONCEPTS
    discrimination: Floats
    difficulty: Floats
    skip_share: Floats
    seconds: Floats  # median time of an answer
    share: NDArray[np.float64]  # of all answers; they sum to 1
    faults: list[str]  # empty where there is none
    spellings: list[str]  # SPELLINGS of each phrase: those of CONCEPTS, then of GAPS


def draw_bank(seed: int) -> Bank:
    """The same for a seed, however many people there are."""
    rng = stream(seed, 0, "questions")
    count = PER_CONCEPT * len(CONCEPTS)
    properties = {
        "discrimination": np.exp(rng.normal(0.1, 0.25, count)),
        "difficulty": rng.normal(-0.4, 0.9, count),
        "skip_share": rng.beta(2.0, 50.0, count),
        "seconds": np.exp(rng.normal(2.6, 0.35, count)),
    }
    faults = [""] * count
    faulty = rng.choice(count, FAULTY_EACH * len(FAULTS), replace=False)
    for place, fault in zip(faulty, list(FAULTS) * FAULTY_EACH, strict=True):
        faults[place] = fault
        for name, value in FAULTS[fault].items():
            properties[name][place] = value
    wanted = rng.gamma(4.0, 1.0, count)
    return Bank(
        names=[f"gen-q{place + 1:03d}" for place in range(count)],
        concepts=np.arange(count) // PER_CONCEPT,
        share=wanted / wanted.sum(),
        faults=faults,
        spellings=_draw_spellings(rng),
        **{name: values.astype(np.float32) for name, values in properties.items()},
    )


def _draw_spellings(rng: np.random.Generator) -> list[str]:
    return [
        phrase if number == 0 else _typed(rng, phrase)
        for phrase in (*CONCEPTS, *GAPS)
        for number in range(SPELLINGS)
    ]


def _typed(rng: np.random.Generator, phrase: str) -> str:
    """As somebody types it: another case or spacing, a letter left out, doubled or swapped with the next."""
    place = int(rng.integers(0, len(phrase) - 1))
    ways = (
        phrase.upper(),
        phrase.title(),
        f"  {phrase} ",
        phrase.replace(" ", "  "),
        f"{phrase}?",
        phrase[:place] + phrase[place + 1 :],
        phrase[: place + 1] + phrase[place:],
        phrase[:place] + phrase[place + 1] + phrase[place] + phrase[place + 2 :],
    )
    return ways[int(rng.integers(0, len(ways)))]
