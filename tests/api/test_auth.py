"""Only a good token of a user gets past the door, and the others are told why."""

import time
from collections.abc import Iterator

import jwt
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import ApiSettings
from tests.api.readers import NOWHERE, SECRET, bearer

PATH = "/api/v1/weekly-brief"
NOW = int(time.time())
GOOD = {"sub": "ann", "exp": NOW + 86_400}  # made when the tests are collected, used when their turn comes


def signed(secret: str, algorithm: str) -> dict[str, str]:
    return {"Authorization": "Bearer " + jwt.encode(GOOD, secret, algorithm=algorithm)}


REFUSED = {
    "no header": ({}, "Authorization: Bearer"),
    "other scheme": ({"Authorization": "Basic YW5uOmFubg=="}, "Authorization: Bearer"),
    "empty": ({"Authorization": "Bearer "}, "Authorization: Bearer"),
    "not a token": ({"Authorization": "Bearer ann"}, "not valid"),
    "other secret": (signed("another secret of at least that length", "HS256"), "not valid"),
    "other algorithm": (signed(SECRET * 2, "HS512"), "not valid"),
    "no signature": (signed("", "none"), "not valid"),
    "expired": (bearer("ann", exp=NOW - 1), "expired"),
    "endless": (bearer("ann", exp=None), "exp"),
    "nobody": (bearer(None), "sub"),
    "empty name": (bearer(""), "names no user"),
    "number": (bearer(1), "not valid"),
    "NUL in the name": (bearer("ann\0"), "names no user"),
    "half a character": (bearer("\ud800"), "not valid text"),
}


@pytest.fixture(scope="module")
def door() -> Iterator[TestClient]:
    """The API without servers behind it: whoever is refused is refused before they are asked."""
    settings = ApiSettings(
        database_url=f"postgresql://{NOWHERE}/none", redis_url=f"redis://{NOWHERE}", api_token_secret=SECRET
    )
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_the_reason(door: TestClient, case: str) -> None:
    headers, reason = REFUSED[case]
    answer = door.get(PATH, headers=headers)
    assert answer.status_code == 401
    assert reason in answer.json()["detail"]
    assert answer.headers["www-authenticate"] == "Bearer"


def test_token_is_asked_for_before_the_week_is_judged(door: TestClient) -> None:
    assert door.get(f"{PATH}/not-a-week").status_code == 401


def test_good_token_in_any_spelling_of_the_scheme(client: TestClient) -> None:
    token = bearer("ann")["Authorization"].split()[1]
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert client.get(PATH, headers={"Authorization": f"{scheme} {token}"}).status_code == 200
