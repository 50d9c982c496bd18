"""Only a good token of a user gets past the door, and the others are told why."""

import asyncio
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from redis.asyncio import Redis
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from api.auth import TokenKeys, verified
from api.known_callers import REMEMBERED_S
from api.main import create_app
from api.revocation import LOOK_S, Revoked
from api.settings import ApiSettings
from include.core.tokens import AUDIENCE, issue
from tests.api.readers import NOWHERE, SECRET, OpenClient, bearer

NEWER_KEY = "the key that comes after the secret of the tests"
PATH = "/api/v1/weekly-brief"
NOW = int(time.time())
GOOD = {
    "sub": "ann",
    "aud": AUDIENCE,
    "exp": NOW + 86_400,
}  # made when the tests are collected, used when their turn comes


def signed(secret: str, algorithm: str = "HS256", **headers: object) -> dict[str, str]:
    return {"Authorization": "Bearer " + jwt.encode(GOOD, secret, algorithm=algorithm, headers=headers)}


def deep(levels: int) -> str:
    """A header of a token that no parser gets to the end of."""
    return urlsafe_b64encode(b"[" * levels).decode().rstrip("=") + ".e30."


REFUSED = {
    "no header": ({}, "Authorization: Bearer"),
    "other scheme": ({"Authorization": "Basic YW5uOmFubg=="}, "Authorization: Bearer"),
    "empty": ({"Authorization": "Bearer "}, "Authorization: Bearer"),
    "not a token": ({"Authorization": "Bearer ann"}, "not valid"),
    "other secret": (signed("another secret of at least that length", "HS256"), "not valid"),
    "other algorithm": (signed(SECRET * 2, "HS512"), "not valid"),
    "no signature": (signed("", "none"), "not valid"),
    "key by another name": (signed(SECRET, kid="unheard-of"), "not valid"),
    "named key's token without the name": (signed(NEWER_KEY), "not valid"),
    "other key under a good name": (signed(SECRET, kid="newer"), "not valid"),
    "name of a key that is none": (signed(SECRET, kid=""), "not valid"),
    "nested without end": ({"Authorization": "Bearer " + deep(2800)}, "not valid"),
    "far too long": ({"Authorization": "Bearer " + deep(40_000)}, "not valid"),
    "for another service": (bearer("ann", aud="somebody-else"), "aud"),
    "for nobody": (bearer("ann", aud=None), "aud"),
    "for none of many": (bearer("ann", aud=["a", "b"]), "aud"),
    "not yet": (bearer("ann", nbf=NOW + 86_400), "not valid"),
    "number of the token": (bearer("ann", jti=7), "not valid"),
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
        database_url=f"postgresql://{NOWHERE}/none",
        redis_url=f"redis://{NOWHERE}",
        api_token_secret=SECRET,
        api_token_keys={"newer": NEWER_KEY},
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


# ------------------------------------------------------------------ keys

KEYS = TokenKeys(SecretStr(SECRET), {"newer": SecretStr(NEWER_KEY)})


def nothing_revoked() -> Revoked:
    return Revoked(Redis.from_url(f"redis://{NOWHERE}"))


@pytest.mark.parametrize(("secret", "key_id"), [(SECRET, None), (NEWER_KEY, "newer")])
def test_old_and_new_keys_hold_side_by_side(secret: str, key_id: str | None) -> None:
    token = issue(secret, "ann", datetime.now(UTC), timedelta(hours=1), key_id)
    assert verified(f"Bearer {token}", KEYS, nothing_revoked()).external_id == "ann"


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_whatever_is_sent_is_refused_and_never_an_accident(text: str) -> None:
    for authorization in (text, f"Bearer {text}", f"Bearer {text}.{text}.{text}"):
        with pytest.raises(HTTPException) as told:
            verified(authorization, KEYS, nothing_revoked())
        assert told.value.status_code == 401


@given(st.integers(0, 400), st.characters(max_codepoint=127))
def test_no_character_of_a_token_can_be_another(place: int, character: str) -> None:
    """The last one apart, whose low bits the encoding does not use."""
    token = bearer("ann")["Authorization"].split()[1]
    place %= len(token) - 1
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        with pytest.raises(HTTPException):
            verified(f"Bearer {changed}", KEYS, nothing_revoked())


SETTINGS = {"database_url": "postgresql://h/d", "redis_url": "redis://h", "api_token_secret": SECRET}


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_token_keys": {"short": "hunter2"}},
        {"admin_api_key": "hunter2"},
        {"admin_api_key": SECRET},
        {"api_token_keys": {"same": SECRET}},
        {"admin_api_key": NEWER_KEY, "airflow_password": NEWER_KEY},
    ],
)
def test_weak_and_shared_secrets_stop_the_start(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        ApiSettings.model_validate({**SETTINGS, **wrong})
    for secret in ("hunter2", SECRET, NEWER_KEY):
        assert secret not in str(refused.value)


def test_an_empty_admin_key_is_none() -> None:
    assert ApiSettings.model_validate({**SETTINGS, "ADMIN_API_KEY": ""}).admin_api_key is None


# ------------------------------------------------------------------ revocation


class Clock:
    """Stands still until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_revoked_token_is_known_to_other_processes_at_their_next_look(redis_url: str) -> None:
    async def scenario() -> None:
        async with Redis.from_url(redis_url) as redis:
            clock = Clock()
            here, there = Revoked(redis, clock), Revoked(redis, clock)
            await there.look()
            await here.revoke_token("stolen")
            assert here.covers("stolen", "ann", 900)
            assert not there.covers("stolen", "ann", 900)
            clock.now += LOOK_S
            await there.look()
            assert there.covers("stolen", "ann", 900)
            assert not there.covers("another", "ann", 900)
            assert not there.covers(None, "ann", None)

    asyncio.run(scenario())
    assert REMEMBERED_S + LOOK_S < 60, "a verified token is remembered, and still dies within a minute"


def test_all_of_a_persons_tokens_up_to_now_and_nobody_elses(redis_url: str) -> None:
    async def scenario() -> None:
        async with Redis.from_url(redis_url) as redis:
            revoked = Revoked(redis, Clock())
            await revoked.revoke_person("ann")
            assert [revoked.covers(None, "ann", at) for at in (999, 1000, 1001)] == [True, True, False]
            assert revoked.covers("x", "ann", None), "who does not say when it was issued may be old"
            assert not revoked.covers(None, "ben", 999)
            assert b"ann" not in b"".join(await redis.zrange("revoked", 0, -1))

    asyncio.run(scenario())


def test_what_is_revoked_stays_so_without_redis(redis_url: str) -> None:
    async def scenario() -> None:
        async with Redis.from_url(redis_url) as redis:
            clock = Clock()
            revoked = Revoked(redis, clock)
            await revoked.revoke_token("stolen")
            await redis.flushall()
            for _ in range(3):
                clock.now += LOOK_S
                await revoked.look()
            assert revoked.covers("stolen", "ann", 900)

    asyncio.run(scenario())


def test_a_remembered_token_is_revoked_too(open_client: OpenClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.known_callers.REMEMBERED_S", 0.0)
    monkeypatch.setattr("api.revocation.LOOK_S", 0.01)
    with open_client() as client, open_client() as other:
        good = bearer("ann", jti="one")
        assert client.get(PATH, headers=good).status_code == 200
        other.portal.call(other.app_state["resources"].revoked.revoke_token, "one")
        ends = time.monotonic() + 10
        while client.get(PATH, headers=good).status_code != 401:
            assert time.monotonic() < ends
        assert client.get(PATH, headers=bearer("ann", jti="two")).status_code == 200
