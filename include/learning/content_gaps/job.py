"""Content gaps of one week: read → normalise → group → replace the week's rows."""

from typing import Any

from include.batch.job import Run
from include.core.db import Connection
from include.core.periods import Week
from include.learning.content_gaps import repo
from include.learning.content_gaps.terms import by_term, group, near, shared, words


def refresh(connection: Connection, run: Run) -> dict[str, Any]:
    """Make the week's rows; returns how many searches there were, how many found nothing, and the gaps.

    A week without searches, or in which all found something, has no gap: that is no error.
    """
    week = Week.parse(run.period)
    found = repo.empty_searches(connection, week)
    terms = by_term(found)
    slips = repo.slips(connection, words(shared(terms)), words(terms))
    gaps = group(terms, near(terms, slips))
    repo.replace_week(connection, run, week, gaps)
    return {
        "searches": repo.count_searches(connection, week),
        "without_result": sum(search.times for search in found),
        "shown": sum(gap.searches for gap in gaps),
        "gaps": len(gaps),
    }
