"""For administrators and for their programs: start a run, look at the batches, end a token's life."""

import time
from datetime import UTC, datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Any

import orjson
from redis.exceptions import RedisError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.answers import JSON
from api.bodies import sent_object
from api.deps import Resources, resources
from api.problems import RETRY_AFTER_S, Problem
from api.queries import Connection
from include.core import monitor
from include.core.periods import BadPeriod, Week
from include.core.statements import statement

DAG_ID = "weekly_intelligence"
MOST_USERS = 1000
LONGEST_ID = 200


def administrator(request: Request) -> Resources:
    """What the request is answered with; 403 for whoever does not have the key, and for all where there is none."""
    held = resources(request)
    key = held.administration.key
    sent = request.headers.get("api_key", "").encode("latin-1")
    if key is None or not same(sent, key.get_secret_value().encode()):
        raise HTTPException(403, "this is for administrators: send their key in the header 'api_key'")
    held.administration.limit.require(0)
    return held


def same(sent: bytes, secret: bytes) -> bool:
    """Takes as long for a key that is nearly right as for any other, whatever its length."""
    return compare_digest(sha256(sent).digest(), sha256(secret).digest())


async def trigger_intelligence(request: Request) -> Response:
    """Starts a real run. Every run computes from the newest data and never goes around the ledger of what was paid.

    Without `user_ids`: everybody of the week, with `force_refresh` anew, without it who has no result.
    """
    held = administrator(request)
    body = await sent_object(request)
    refuse_unknown(body, {"user_ids", "force_refresh", "week_of"})
    week, conf = asked_week(body), asked_scope(body)
    run_id = await held.administration.airflow.trigger(DAG_ID, week.key, conf)
    told = {
        "status": "triggered",
        "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
        "run": {"dag_id": DAG_ID, "run_id": run_id, "week_of": week.key},
    }
    return fresh(told, 202)


def asked_scope(body: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the DAG."""
    users, anew = body.get("user_ids"), body.get("force_refresh", False)
    if not isinstance(anew, bool):
        raise Problem(422, "bad-request", "`force_refresh` is true or false")
    if users is None:
        return {"scope": "all" if anew else "missing"}
    if not isinstance(users, list) or not 1 <= len(users) <= MOST_USERS or not all(map(is_id, users)):
        detail = f"`user_ids` is a list of 1 to {MOST_USERS} external ids; leave it out for everybody"
        raise Problem(422, "bad-request", detail)
    return {"scope": "users", "users": list(dict.fromkeys(users))}


def asked_week(body: dict[str, Any]) -> Week:
    """`week_of`, or the week whose turn it is."""
    key = body.get("week_of")
    if key is not None and not isinstance(key, str):
        raise Problem(422, "bad-period", "`week_of` is a Monday, as YYYY-MM-DD")
    try:
        return Week.parse(key) if key is not None else Week.due(datetime.now(UTC))
    except BadPeriod as error:
        raise Problem(422, "bad-period", str(error)) from None


async def get_health(request: Request) -> Response:
    """The monitor's checks of a batch: 200 also where they do not hold, for a monitor that reads what is wrong."""
    held = administrator(request)
    job = request.query_params.get("job", DAG_ID)
    if not is_id(job):
        raise Problem(400, "bad-job", "`job` is the name of a batch, such as weekly_intelligence")
    runs = await recent_runs(held, job)
    if runs.hours_since_completed is None and not runs.processed and job != DAG_ID:
        raise Problem(404, "no-such-job", f"no batch of the name {job!r} has run")
    found = monitor.readings(runs, await cache_reads(held))
    return fresh(
        {"job": job, "healthy": monitor.is_healthy(found), "checks": [as_told(one) for one in found]}
    )


async def recent_runs(held: Resources, job: str) -> monitor.RecentRuns:
    async def ask(connection: Connection) -> tuple[Any, ...] | None:
        found = await connection.execute(statement("serving/select_recent_runs"), monitor.asked(job))
        return await found.fetchone()

    return monitor.as_recent_runs(await held.administration.numbers.ask(ask), datetime.now(UTC))


async def cache_reads(held: Resources) -> monitor.CacheReads | None:
    keys = monitor.recent_reads(time.time())
    try:
        return monitor.as_cache_reads([await held.administration.redis.hgetall(key) for key in keys])  # type: ignore[misc]
    except RedisError:
        return None


def as_told(one: monitor.Reading) -> dict[str, Any]:
    """`value` is null where no run was ever completed."""
    value = None if one.value == float("inf") else round(one.value, 4)
    return {"name": one.name, "value": value, "bound": str(one.bound), "met": one.met}


async def revoke(request: Request) -> Response:
    """Ends one token (`token_id`, its claim jti) or all that a person has (`user_id`), within a minute."""
    held = administrator(request)
    body = await sent_object(request)
    refuse_unknown(body, {"token_id", "user_id"})
    if len(body) != 1 or not all(map(is_id, body.values())):
        raise Problem(
            422, "bad-request", "send either `token_id`, a token's jti, or `user_id`, an external id"
        )
    try:
        if "token_id" in body:
            await held.revoked.revoke_token(body["token_id"])
        else:
            await held.revoked.revoke_person(body["user_id"])
    except RedisError:
        detail = "this cannot be kept at the moment, and nothing was revoked; send it again in a few seconds"
        raise Problem(503, "unavailable", detail, {"Retry-After": str(RETRY_AFTER_S)}) from None
    return fresh({"status": "revoked", "within_seconds": 60})


def refuse_unknown(body: dict[str, Any], known: set[str]) -> None:
    if not body.keys() <= known:
        raise Problem(422, "bad-request", f"the body may have: {', '.join(sorted(known))}")


def is_id(value: object) -> bool:
    """Whether it can be somebody's or something's id: text that every part can hold."""
    return (
        isinstance(value, str) and 0 < len(value) <= LONGEST_ID and "\0" not in value and value.isprintable()
    )


def fresh(told: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(told), status, {"Cache-Control": "no-store"}, JSON)


routes = [
    Route("/admin/trigger-intelligence", trigger_intelligence, methods=["POST"]),
    Route("/admin/health", get_health),
    Route("/admin/revocations", revoke, methods=["POST"]),
]
