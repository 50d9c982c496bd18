"""The contract is true: whatever is sent, sound or not, is answered as the document says."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from starlette.testclient import TestClient

from api.main import MODULES
from api.openapi import document
from tests.api.readers import NEWER, OpenClient, bearer
from tests.batch.rows import query

KEY = "an administrator's key of the tests, and long"
EXAMPLES = 4  # of each operation and kind

load_all_checks()
# What is sent through the test's own client cannot be sent anew by a check: who may ask is in test_matrix. That a
# date has to be a Monday cannot be said by a schema. A 503 is declared where a part may be away; a 500 is not.
LEFT_OUT = [
    CHECKS.get_one(name)
    for name in (
        "ignored_auth",
        "positive_data_acceptance",
        "use_after_free",
        "ensure_resource_availability",
        "not_a_server_error",
    )
]


def operations() -> dict[str, Any]:
    found = schemathesis.openapi.from_dict(document()).get_all_operations()
    return {one.ok().label: one.ok() for one in found}


OPERATIONS = operations()


@pytest.fixture
def client(open_client: OpenClient, published: str) -> Iterator[TestClient]:
    parts = {"week_of": NEWER.isoformat(), "velocity": {"28": {"score": 1}}, "patterns": [], "timeline": []}
    query(published, "UPDATE warehouse.weekly_health_briefs SET brief = %s", json.dumps(parts))
    with open_client(admin=KEY) as opened:
        opened.app_state["resources"].administration.limit._most = 10**9
        yield opened


def test_every_endpoint_is_in_it_and_nothing_else() -> None:
    there = {
        f"{method} {route.path}"
        for module in MODULES
        for route in module.routes
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert set(OPERATIONS) == there


def test_the_document_itself(client: TestClient) -> None:
    told = client.get("/openapi.json")
    assert told.json() == document()
    assert told.json()["openapi"] == "3.1.0"


def test_no_answer_deviates(client: TestClient) -> None:
    """One test over all operations, since what takes time is the data that it runs on."""
    told: dict[str, set[int]] = {}
    deviations: list[str] = []
    for label, operation in OPERATIONS.items():
        told[label] = set()
        strategies = [operation.as_strategy()]
        if operation.query or operation.path_parameters or operation.body:
            # Not the headers: whoever holds what we do not know is answered in full, and tokens are test_matrix's.
            strategies.append(
                operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, headers=credential(operation))
            )
        for cases in strategies:
            try:
                answered(client, cases, told[label])
            except schemathesis.core.failures.FailureGroup as group:
                deviations += [f"{label}: {one}" for one in group.exceptions]
    assert not deviations, "\n\n".join(deviations)
    assert {label for label, statuses in told.items() if not statuses} == set()
    assert {label for label, statuses in told.items() if statuses == {401}} == set()


def credential(operation: Any) -> dict[str, str]:
    return {"api_key": KEY} if operation.path.startswith("/admin") else bearer("ann")


def answered(client: TestClient, cases: Any, statuses: set[int]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def send(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://testserver", headers=credential(case.operation))
        sent["content"] = sent.pop("data", None)
        sent["headers"] = [(name, value.encode("latin-1")) for name, value in sent["headers"].items()]
        response = client.request(**{name: value for name, value in sent.items() if value is not None})
        statuses.add(response.status_code)
        declared = {one.name for one in case.operation.query}
        has_more = not set(case.query or ()) <= declared  # parameters that we do not know are passed over
        left_out = [*LEFT_OUT, CHECKS.get_one("negative_data_rejection")] if has_more else LEFT_OUT
        case.validate_response(response, excluded_checks=left_out)

    send()
