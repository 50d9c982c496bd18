"""Repeated blood tests of the Mayo Clinic trial in primary biliary cholangitis (`pbcseq`, Murtaugh et
al. 1994, Hepatology 20:126-134; column meanings from the `survival` package of R).

`day` counts from enrolment and has no calendar: every enrolment is placed on `ENROLMENT`, the year in
which the trial began to enrol. Reference ranges are those for adults in MedlinePlus Medical
Encyclopedia (bilirubin, albumin, ALP, AST, platelet count and prothrombin time blood tests; total
cholesterol: desirable below 200 mg/dL). The trial's laboratory used an older method for alkaline
phosphatase, with higher values than today's range.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from include.local.importers import cleaning
from include.local.importers.loading import Piece
from include.local.importers.reading import Chunk, Layout, find_files, read_chunks

if TYPE_CHECKING:
    import pandas as pd

ENROLMENT = date(1974, 1, 1)


class Test(NamedTuple):
    """A blood test: its column, our name, unit, and the adult reference range."""

    column: str
    name: str
    unit: str
    low: float | None
    high: float | None


TESTS = (
    Test("bili", "bilirubin", "mg/dL", 0.1, 1.2),
    Test("chol", "cholesterol", "mg/dL", None, 200.0),
    Test("albumin", "albumin", "g/dL", 3.4, 5.4),
    Test("alk.phos", "alkaline phosphatase", "U/L", 44.0, 147.0),
    Test("ast", "AST", "U/L", 8.0, 33.0),
    Test("platelet", "platelets", "10^9/L", 150.0, 400.0),
    Test("protime", "prothrombin time", "s", 11.0, 13.5),
)
VISITS = Layout("*pbcseq*", ("id", "age", "sex", "day", *(test.column for test in TESTS)))
LAYOUTS = (VISITS,)


def pieces(path: Path, today: date) -> Iterator[Piece]:
    """Users, then one lab result per visit and test that was taken."""
    for file in find_files(path, VISITS):
        for chunk in read_chunks(file, VISITS):
            external_id = cleaning.external_ids(chunk, "id", "pbc-")
            results = _results(chunk, external_id, today)
            yield Piece("users", ("age_band", "sex"), _users(chunk, external_id))
            yield Piece("lab_results", (), results, chunk)


def _users(chunk: Chunk, external_id: "pd.Series[str]") -> "pd.DataFrame":
    import pandas as pd

    frame = pd.DataFrame(
        {
            "external_id": external_id,
            "age_band": cleaning.numbers(chunk, "age").map(cleaning.age_band, na_action="ignore"),
            "sex": cleaning.sexes(chunk, "sex"),
        }
    )
    return chunk.kept(frame).groupby("external_id", sort=False, as_index=False).first()


def _results(chunk: Chunk, external_id: "pd.Series[str]", today: date) -> "pd.DataFrame":
    import pandas as pd

    since_enrolment = cleaning.numbers(chunk, "day")
    taken_on = pd.Timestamp(ENROLMENT) + pd.to_timedelta(since_enrolment.where(since_enrolment < 40_000), "D")
    chunk.reject(taken_on.isna() | (taken_on > pd.Timestamp(today)), "day: not a past day", whole_row=True)
    visits = pd.DataFrame({"external_id": external_id, "taken_on": taken_on})
    frames = [
        visits.assign(
            test=test.name,
            value=cleaning.numbers(chunk, test.column),
            unit=test.unit,
            ref_low=test.low,
            ref_high=test.high,
        )
        for test in TESTS
    ]
    kept = pd.concat([chunk.kept(frame) for frame in frames])
    return kept.dropna(subset=["value"])
