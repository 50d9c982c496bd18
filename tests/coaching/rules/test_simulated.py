"""How messages would be taken: what raises a rating, what lowers it, and what follows."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from include.coaching.models import Action, Draft, Earlier, MessageType, Simulation
from include.coaching.prose import write
from include.coaching.rules.message_type import Choice, choose
from include.coaching.rules.simulated import SENT_FROM, simulate
from tests.coaching.generated import population
from tests.coaching.rules.test_message_type import QUIET, TODAY, context

YESTERDAY = TODAY - timedelta(days=1)
PLAN = "I want to call my old teacher."


def earlier(opened: bool = True, answered: bool = False, dismissed: bool = False) -> Earlier:
    return Earlier("check_in", None, YESTERDAY, opened, answered, dismissed)


def rated(*bodies: str, before: tuple[Earlier, ...] = (), text: str | None = None) -> Simulation:
    known = context(*bodies, earlier=before)
    choice = choose(known._replace(earlier=()))
    draft = write(known, choice, 2)
    return simulate(known, choice, draft._replace(content=text or draft.content))


def test_own_words_are_worth_more_than_what_anybody_could_get() -> None:
    assert rated(QUIET, QUIET, PLAN).rating >= rated(QUIET).rating + 2


def test_being_answered_counts_for_and_being_dismissed_or_unopened_against() -> None:
    liked, plain, unopened, dismissed = (
        rated(QUIET, QUIET, PLAN, before=(one, one, one)).rating
        for one in (earlier(answered=True), earlier(), earlier(opened=False), earlier(dismissed=True))
    )
    assert liked > plain > unopened
    assert plain > dismissed


def test_three_dismissed_in_a_row_ask_for_rest_for_a_week() -> None:
    dismissed = earlier(dismissed=True)
    assert rated(QUIET, QUIET, PLAN, before=(dismissed,) * 3).action is Action.SKIP
    older = dismissed._replace(local_day=TODAY - timedelta(days=7))
    assert rated(QUIET, QUIET, PLAN, before=(older,) * 3).action is not Action.SKIP


def test_with_nothing_known_and_the_last_message_yesterday_unanswered_there_is_none_today() -> None:
    known = context(earlier=(earlier(opened=False),))
    choice = choose(known)
    assert simulate(known, choice, write(known, choice, 1)).action is Action.SKIP


def test_a_challenge_after_a_bad_day_does_not_pass() -> None:
    known = context("I felt sad and alone today.", "We made a big salad.", "We had lunch in the garden.")
    challenge = Choice(MessageType.CHALLENGE, "steady_theme", "theme:food", known.themes.themes[-1])
    assert simulate(known, challenge, write(known, challenge, 1)).rating < SENT_FROM


def test_a_text_that_leaves_own_words_out_is_revised_and_the_second_has_them() -> None:
    revised = [made for made in population() if made.simulation.action is Action.REVISE]
    assert revised
    for made in revised:
        assert made.revised.content != made.draft.content
    better = sum(
        simulate(made.context, made.choice, made.revised).rating > made.simulation.rating for made in revised
    )
    assert better > 0.8 * len(revised)


def test_a_repetition_costs() -> None:
    known = context(QUIET, QUIET, PLAN)
    choice = choose(known)
    same = Earlier(choice.message_type, choice.subject, YESTERDAY, True, False, False)
    draft = write(known, choice, 1)
    again = simulate(known._replace(earlier=(same,)), choice, draft)
    new = simulate(known._replace(earlier=(earlier(),)), choice, draft)
    assert again.rating < new.rating
    assert "same subject" in again.reason


@given(st.text(max_size=2_000))
def test_any_text_gets_a_rating_in_range_and_a_reason(text: str) -> None:
    known = context(QUIET, QUIET, PLAN)
    found = simulate(known, choose(known), Draft(text, "x"))
    assert 1 <= found.rating <= 10
    assert found.reason


def test_ratings_spread_and_agree_with_the_action() -> None:
    made = population()
    ratings = Counter(one.simulation.rating for one in made)
    actions = Counter(str(one.simulation.action) for one in made)
    print(dict(sorted(ratings.items())), dict(actions))
    assert set(range(3, 10)) <= set(ratings)
    assert max(ratings.values()) < 0.4 * len(made)
    for one in made:
        if one.simulation.action is Action.SEND:
            assert one.simulation.rating >= SENT_FROM
        if one.simulation.action is Action.REVISE:
            assert one.simulation.rating < SENT_FROM
    assert actions["SEND_MESSAGE"] > 0.5 * len(made)
