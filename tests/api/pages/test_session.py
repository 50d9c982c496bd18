"""Who may look at a page, and who may change something: the cookie, its flags, and where requests come from."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.pages.session import COOKIE, HOME, safe_target
from tests.api.pages.conftest import opened
from tests.api.pages.world import WORLD
from tests.api.readers import SECRET, bearer

OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def token(external_id: str = WORLD.full, **changes: object) -> str:
    return bearer(external_id, **changes)["Authorization"].removeprefix("Bearer ")


def cookie(external_id: str = WORLD.full, **changes: object) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={token(external_id, **changes)}"}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: TestClient) -> None:
    answer = site.post("/login", data={"token": token()}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, HOME)
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags
    assert "secure" not in flags  # localhost has no TLS
    assert 86_000 < int(flags.split("max-age=")[1].split(";")[0]) <= 86_400
    there = site.post(
        "http://almanac.example/login", data={"token": token()}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert "secure" in there.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "bad",
    ["", "nonsense", token("stranger"), token(exp=int(time.time()) - 1), token() + "x", "ü"],
    ids=["empty", "garbage", "unknown", "expired", "forged", "not-ascii"],
)
def test_no_bad_token_signs_in_or_opens_a_page(site: TestClient, bad: str) -> None:
    answer = site.post("/login", data={"token": bad}, headers=OURS)
    assert answer.status_code in (401, 404)
    assert "set-cookie" not in answer.headers
    assert "That did not work" in answer.text
    page = site.get("/weekly-brief", headers={"Cookie": f"{COOKIE}={bad}".encode("latin-1")})
    assert page.status_code in (303, 404)
    assert SECRET not in answer.text + page.text


def test_the_demo_signs_in_its_own_person_only_where_it_is_switched_on(site: TestClient) -> None:
    answer = site.post("/login", data={"demo": "1", "next": "/report"}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/report")
    name, value = answer.headers["set-cookie"].split(";")[0].split("=", 1)
    assert site.get("/weekly-brief", headers={"Cookie": f"{name}={value}"}).status_code == 200


def test_without_the_setting_there_is_no_demo_login(world: str, redis_url: str) -> None:
    with opened(world, redis_url, demo="") as client:
        assert "Look around" not in client.get("/login").text
        answer = client.post("/login", data={"demo": "1"}, headers=OURS)
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/login", "/logout", "/events"])
@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_another_site_changes_nothing(site: TestClient, path: str, origin: dict[str, str]) -> None:
    answer = site.post(path, data={"demo": "1"}, headers={**origin, **cookie()})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_who_is_not_signed_in_comes_back_to_the_page(site: TestClient) -> None:
    answer = site.get("/leaderboard?board=monthly")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/login?next=%2Fleaderboard%3Fboard%3Dmonthly",
    )
    assert 'value="/leaderboard?board=monthly"' in site.get(answer.headers["location"]).text


def test_who_comes_by_a_link_of_another_site_comes_once_more_from_here(site: TestClient) -> None:
    answer = site.get("/weekly-brief", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert 'content="0; url=/weekly-brief"' in answer.text


def test_a_bearer_header_opens_no_page(site: TestClient) -> None:
    assert site.get("/weekly-brief", headers=bearer(WORLD.full)).status_code == 303


def test_signing_out_takes_the_cookie_away(site: TestClient) -> None:
    answer = site.post("/logout", headers={**OURS, **cookie()})
    assert answer.headers["location"] == "/login"
    assert f"{COOKIE}=" in answer.headers["set-cookie"]
    assert "max-age=0" in answer.headers["set-cookie"].lower()


@given(
    st.text(max_size=40)
    | st.builds(
        lambda start, rest: start + rest,
        st.sampled_from(["//", "/\\", "/", "https:", "/login"]),
        st.text(max_size=20),
    )
)
def test_after_the_login_nobody_is_sent_away_from_here(wanted: str) -> None:
    target = safe_target(wanted)
    assert target.startswith("/")
    assert not target.startswith(("//", "/\\", "/login"))
    assert "\n" not in target and "\r" not in target
