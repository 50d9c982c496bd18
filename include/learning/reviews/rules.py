"""When to ask again: the Free Spaced Repetition Scheduler, FSRS-6, by its own library. Pure.

Method: memory as difficulty, stability and retrievability (J. Ye, J. Su, Y. Cao: A Stochastic Shortest Path
Algorithm for Optimizing Spaced Repetition Scheduling, KDD 2022, doi 10.1145/3534678.3539081; FSRS-6 of the
Open Spaced Repetition group, with its published default parameters). A question is due when the chance of
recall has fallen to 90 percent. A right answer is the rating 'good', a wrong one 'again'; nobody is asked how
hard it felt. Intervals are whole days: there are no learning steps of minutes, since reminders come once a
day, and no random spread, since the same answers must give the same schedule.
"""

from collections.abc import Iterable

from fsrs import Card, Rating, Scheduler, State

from include.learning.reviews.models import Answer, Memory

SCHEDULER = Scheduler(desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
NO_ID = 0  # the library would invent one, and wait a millisecond for it


def review(known: Memory | None, answer: Answer) -> Memory:
    """The memory of a question after one more answer, which is later than those before."""
    rating = Rating.Good if answer.correct else Rating.Again
    card, _ = SCHEDULER.review_card(_card(known, answer), rating, answer.at)
    assert card.stability is not None
    assert card.difficulty is not None
    reviews, lapses = (known.reviews, known.lapses) if known else (0, 0)
    lapsed = known is not None and not answer.correct
    return Memory(card.stability, card.difficulty, answer.at, card.due, reviews + 1, lapses + lapsed)


def review_all(known: Memory | None, answers: Iterable[Answer]) -> Memory | None:
    """The same for answers in their order."""
    for answer in answers:
        known = review(known, answer)
    return known


def _card(known: Memory | None, answer: Answer) -> Card:
    if known is None:
        return Card(card_id=NO_ID, due=answer.at)
    return Card(NO_ID, State.Review, None, known.stability, known.difficulty, known.due_at, known.reviewed_at)
