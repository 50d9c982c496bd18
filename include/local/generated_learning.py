"""What generated people learn, into the warehouse: the questions, then all events in order of receipt, as they
would have come in."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg.copy import QueuedLibpqWriter

from include.core.db import Connection
from include.core.statements import statement
from include.local.importers.loading import Piece, copy_frame, load_pieces
from include.local.simulation.clocks import EPOCH, Ints, instants, read_clocks
from include.local.simulation.event_rows import encode_attempts, event_ids
from include.local.simulation.learners import Attempts, Searches, Span, simulate_learning
from include.local.simulation.people import TIME_ZONES, Population
from include.local.simulation.questions import CONCEPTS, Bank, draw_bank
from include.local.simulation.rows import HEADER, TRAILER

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_ONCE = 200_000
SMALLEST = {  # ten million attempts are held at once, until they are in order
    "user": np.int32,
    "number": np.int32,
    "question": np.int16,
    "offset": np.int32,
    "response_ms": np.int32,
}


def copy_learning(connection: Connection, population: Population) -> int:
    """Questions, attempts and searches; how many events there are."""
    if not population.attempts_per_user:
        return 0
    bank = draw_bank(population.seed)
    question_ids = _load_questions(connection, population, bank)
    attempts, searches = simulate_events(population, bank)
    _copy_attempts(connection, population, question_ids, attempts)
    copy_frame(connection, "app.searches", _search_rows(population, bank, searches))
    return len(attempts.user) + len(searches.user)


def simulate_events(population: Population, bank: Bank) -> tuple[Attempts, Searches]:
    """All events of the population, each once, block by block."""
    first = EPOCH + timedelta(days=(population.monday - EPOCH.date()).days)
    clocks = read_clocks(list(TIME_ZONES), first, first + timedelta(days=population.days))
    span = Span(population.monday, population.days, clocks)
    attempts, searches = [], []
    for people, count in population.blocks():
        answers, queries = simulate_learning(
            people, bank, span, population.seed, population.attempts_per_user, population.everybody_learns
        )
        last = people.numbers[count - 1]
        attempts.append(_compact(answers.at((answers.user <= last) & ~answers.resent)))
        searches.append(queries.at(queries.user <= last))
    return (
        Attempts._make(np.concatenate(values) for values in zip(*attempts, strict=True)),
        Searches._make(np.concatenate(values) for values in zip(*searches, strict=True)),
    )


def _compact(attempts: Attempts) -> Attempts:
    smaller: dict[str, Any] = {name: getattr(attempts, name).astype(kind) for name, kind in SMALLEST.items()}
    return attempts._replace(**smaller)


def _load_questions(connection: Connection, population: Population, bank: Bank) -> Ints:
    """The questions' ids, in the bank's order. They are there from the day before the first answer."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "question": bank.names,
            "concept": [CONCEPTS[place] for place in bank.concepts],
            "prompt": [
                f"{CONCEPTS[place].capitalize()}: question {name.removeprefix('gen-q')}"
                for name, place in zip(bank.names, bank.concepts, strict=True)
            ],
            "created_at": pd.Timestamp(population.monday - timedelta(days=1), tz="UTC"),
        }
    )
    load_pieces(connection, population.import_id, [Piece("questions", ("prompt", "created_at"), frame)])
    rows = connection.execute(statement("importers/select_question_ids"), {"questions": bank.names})
    return np.array([question_id for (question_id,) in rows], np.int64)


def _copy_attempts(
    connection: Connection, population: Population, question_ids: Ints, attempts: Attempts
) -> None:
    order = np.argsort(attempts.received, kind="stable")
    with connection.cursor() as cursor:
        sender = QueuedLibpqWriter(cursor)  # its thread sends some rows while the next are made
        with cursor.copy(statement("importers/copy_question_attempts"), writer=sender) as copy:
            copy.write(HEADER)
            for first in range(0, len(order), ROWS_AT_ONCE):
                part = attempts.at(order[first : first + ROWS_AT_ONCE])
                copy.write(
                    encode_attempts(
                        part, population.seed, population.first_id, question_ids, population.import_id
                    )
                )
            copy.write(TRAILER)


def _search_rows(population: Population, bank: Bank, searches: Searches) -> "pd.DataFrame":
    import pandas as pd

    ids = event_ids(population.seed, searches.user, searches.number, kind=1)
    frame = pd.DataFrame(
        {
            "user_id": searches.user + population.first_id,
            "event_id": [event_id.tobytes().hex() for event_id in ids],
            "query": np.array(bank.spellings, object)[searches.query],
            "results": searches.results,
            "searched_at": instants(searches.searched),
            "received_at": instants(searches.received),
            "import_id": population.import_id,
        }
    )
    return frame.sort_values("received_at", kind="stable")
