"""Every endpoint by every kind of caller: whoever is not meant gets nothing, and nobody gets another's.

The endpoints are those that the application has: a new one without a place in here fails the first test.
"""

import time
from collections.abc import Iterator

import jwt
import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from api.main import MODULES
from api.pages.session import COOKIE
from api.pages.site import page_routes
from tests.api.readers import ANN_NEWER, ANN_OLDER, BEN_NEWER, NEWER, SECRET, Bearer, OpenClient, bearer
from tests.batch.rows import query

NOW = int(time.time())
ADMIN_KEY = "an administrator's key of the tests, and long"
FILLED = {"week_of": NEWER.isoformat(), "month": "2016-04", "name": "velocity"}

OPEN = {"/healthz", "/metrics", "/openapi.json"}
OPEN_PAGES = {"/", "/login", "/logout"}

Endpoint = tuple[str, str]  # method, path


def endpoints(routes: list[Route]) -> list[Endpoint]:
    """As they can be called, each once."""
    return sorted(
        {
            (method, route.path.format(**FILLED))
            for route in routes
            for method in (route.methods or set()) - {"HEAD"}
        }
    )


API = endpoints([route for module in MODULES for route in module.routes])
PAGES = endpoints([route for route in page_routes("") if not isinstance(route, Mount)])
ADMINS = [one for one in API if one[1].startswith("/admin/")]
USERS = [one for one in API if one[1].startswith("/api/")]
USERS_PAGES = [one for one in PAGES if one[1] not in OPEN_PAGES and not one[1].startswith("/static")]


def with_token(token: str) -> Bearer:
    return {"Authorization": f"Bearer {token}"}


def claims(**changes: object) -> dict[str, object]:
    return {"sub": "ann", "aud": "almanac", "exp": NOW + 86_400, "iat": NOW, "jti": "one", **changes}


STRANGERS: dict[str, dict[str, str]] = {
    "nobody": {},
    "garbage": with_token("c0ffee"),
    "garbage of three parts": with_token("c0ffee.c0ffee.c0ffee"),
    "expired": with_token(jwt.encode(claims(exp=NOW - 1), SECRET, "HS256")),
    "for another service": with_token(jwt.encode(claims(aud="elsewhere"), SECRET, "HS256")),
    "unsigned": with_token(jwt.encode(claims(), "", "none")),
    "another key": with_token(jwt.encode(claims(), SECRET[::-1], "HS256")),
    "an unknown key's name": with_token(jwt.encode(claims(), SECRET, "HS256", {"kid": "unknown"})),
    "revoked": with_token(jwt.encode(claims(jti="stolen"), SECRET, "HS256")),
    "all of the person's revoked": with_token(jwt.encode(claims(sub="cleo"), SECRET, "HS256")),
    "administrator": {"api_key": ADMIN_KEY},
    "administrator, as if a user": with_token(ADMIN_KEY),
}


@pytest.fixture
def client(open_client: OpenClient) -> Iterator[TestClient]:
    """The API with a revoked token, and a person all of whose tokens are revoked."""
    with open_client(admin=ADMIN_KEY) as opened:
        revoked = opened.app_state["resources"].revoked
        opened.portal.call(revoked.revoke_token, "stolen")
        opened.portal.call(revoked.revoke_person, "cleo")
        yield opened


def test_every_endpoint_has_a_place_here() -> None:
    known = {*USERS, *ADMINS, *(one for one in API if one[1] in OPEN)}
    assert known == set(API)
    assert len(USERS) > 15


def test_strangers_get_nothing(client: TestClient) -> None:
    """One test for all, since what takes time is the data that it runs on."""
    for method, path in USERS:
        for name, headers in STRANGERS.items():
            told = client.request(method, path, headers=headers)
            assert told.status_code == 401, (method, path, name)
            assert told.headers["content-type"] == "application/problem+json", (method, path, name)
            assert told.headers["www-authenticate"] == "Bearer"
            assert told.headers["cache-control"] == "no-store"


def test_a_good_token_opens_every_endpoint(client: TestClient) -> None:
    """So that the refusals above are due to who asked."""
    for method, path in USERS:
        told = client.request(method, path, headers=bearer("ann"))
        assert told.status_code not in {401, 403, 405, 500}, (method, path, told.status_code)
        assert "public" not in told.headers.get("cache-control", ""), path


NO_ADMINISTRATORS: dict[str, dict[str, str]] = {
    **{name: headers for name, headers in STRANGERS.items() if name != "administrator"},
    "a user": bearer("ann"),
    "a user's token as the key": {"api_key": bearer("ann")["Authorization"].removeprefix("Bearer ")},
    "no key": {"api_key": ""},
    "half the key": {"api_key": ADMIN_KEY[:-1]},
    "the key and more": {"api_key": ADMIN_KEY + " and"},
    "the key in capitals": {"api_key": ADMIN_KEY.upper()},
    "the tokens' key": {"api_key": SECRET},
    "another header": {"X-API-Key": ADMIN_KEY},
}


def test_administrators_alone_administer(client: TestClient) -> None:
    assert len(ADMINS) == 3
    for method, path in ADMINS:
        for name, headers in NO_ADMINISTRATORS.items():
            told = client.request(method, path, headers=headers)
            assert told.status_code == 403, (method, path, name)
            assert told.headers["content-type"] == "application/problem+json"
            assert ADMIN_KEY not in told.text
        assert client.request(method, path, headers={"api_key": ADMIN_KEY}).status_code != 403


def test_without_a_key_nobody_administers(open_client: OpenClient) -> None:
    with open_client() as client:
        for method, path in ADMINS:
            for headers in ({}, {"api_key": ""}, {"api_key": ADMIN_KEY}, {"api_key": "None"}):
                assert client.request(method, path, headers=headers).status_code == 403


def test_pages_send_strangers_to_the_login(client: TestClient) -> None:
    assert USERS_PAGES
    for method, path in USERS_PAGES:
        for name, headers in STRANGERS.items():
            token = headers.get("Authorization", "Bearer ").removeprefix("Bearer ")
            sent = {"Cookie": f"{COOKIE}={token}", "Sec-Fetch-Site": "same-origin"}
            told = client.request(method, path, headers=sent, follow_redirects=False)
            assert told.status_code == (303 if method == "GET" else 401), (method, path, name)
            if method == "GET":
                assert told.headers["location"].startswith("/login"), (path, name)


def test_pages_take_no_header_for_a_cookie(client: TestClient) -> None:
    for method, path in USERS_PAGES:
        if method == "GET":
            told = client.get(path, headers=bearer("ann"), follow_redirects=False)
            assert told.status_code == 303, path


def test_nothing_that_a_request_says_makes_it_anothers(client: TestClient, published: str) -> None:
    """Ben asks in every way for Ann's, whose rows have just been read and are in every cache."""
    mark = '{"week_of":"2016-05-02","velocity":{"28":"ANNS-OWN"},"patterns":["ANNS-OWN"],"timeline":["ANNS-OWN"]}'
    query(published, "UPDATE warehouse.weekly_health_briefs SET brief = %s WHERE user_id = 1", mark)
    tries = [
        {"params": {"user_id": "1", "user": "ann", "external_id": "ann", "sub": "ann"}},
        {"headers": {"X-User-Id": "1", "X-User": "ann", "almanac.user_id": "1", "X-Forwarded-User": "ann"}},
        {"headers": {"Cookie": f"{COOKIE}={bearer('ann')['Authorization'].split()[1]}"}},
    ]
    seen = [
        client.get(path, headers=bearer("ann")).text
        for method, path in USERS
        if method == "GET" and "leaderboard" not in path
    ]
    assert any("ANNS-OWN" in text for text in seen), "there is something to be seen"
    for method, path in USERS:
        if method != "GET":
            continue
        for more in tries:
            headers = {**more.get("headers", {}), **bearer("ben")}
            told = client.get(path, params=more.get("params"), headers=headers)
            assert "ANNS-OWN" not in told.text, (path, more)


def test_each_gets_their_own_bytes_whoever_asked_before(client: TestClient) -> None:
    path = "/api/v1/weekly-brief"
    for _ in range(2):
        assert client.get(path, headers=bearer("ann")).text == ANN_NEWER
        assert client.get(path, headers=bearer("ben")).text == BEN_NEWER
    assert client.get(f"{path}/2016-04-25", headers=bearer("ann")).text == ANN_OLDER
    assert client.get(f"{path}/2016-04-25", headers=bearer("ben")).status_code == 404
    etag = client.get(path, headers=bearer("ann")).headers["etag"]
    not_anns = client.get(path, headers={**bearer("ben"), "If-None-Match": etag})
    assert (not_anns.status_code, not_anns.text) == (200, BEN_NEWER)
