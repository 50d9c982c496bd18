"""Searches without a result, and the terms that they are grouped under."""

from typing import NamedTuple


class Search(NamedTuple):
    """How often one learner wrote one text in the week, and found nothing."""

    user_id: int
    query: str
    times: int


class Gap(NamedTuple):
    """One term, with the searches of its near spellings."""

    term: str  # normalised
    example: str  # the commonest spelling among those of at least two learners; else the term
    searches: int
    learners: int
