"""The contract of the endpoints as an OpenAPI 3.1 document; a test holds every answer to it."""

from collections.abc import Sequence
from typing import Any

from api.bodies import MOST_BYTES
from api.components import NAMES
from include.core.boards import BOARDS
from include.core.cache_keys import RANGES

Json = dict[str, Any]

DESCRIPTION = f"""Finished results of a person, as the batches published them. Errors are problem+json (RFC 9457) and
say what to do; bodies are at most {MOST_BYTES // 1024} KB. An answer that is not the newest has `Almanac-Stale: true`,
one that is being read anew `Almanac-Refreshing: true`."""

DATE: Json = {"type": "string", "format": "date"}
MOMENT: Json = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Json = {"type": ["string", "null"], "format": "date-time"}
COUNT: Json = {"type": "integer", "minimum": 0}
TEXT: Json = {"type": "string"}
YES_NO: Json = {"type": "boolean"}
ID: Json = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9@._:+-]+$"}
OPEN: Json = {"type": "object"}
FREQUENCY: Json = {"enum": ["weekly", "biweekly", "monthly", "never"]}


def thing(properties: Json, required: Sequence[str] | None = None, *, closed: bool = False) -> Json:
    """An object; without `required` all of its properties are always there."""
    named = list(properties if required is None else required)
    return {"type": "object", "properties": properties, "required": named, "additionalProperties": not closed}


def listed(items: Json) -> Json:
    return {"type": "array", "items": items}


def reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


PREFERENCES: Json = {
    "weekly_brief_enabled": YES_NO,
    "weekly_brief_frequency": FREQUENCY,
    "intelligence_generation_enabled": YES_NO,
    "intelligence_generation_frequency": FREQUENCY,
    "intelligence_notification_enabled": YES_NO,
    "enable_coaching_messages": YES_NO,
    "coaching_frequency": TEXT,
    "coaching_time_preference": TEXT,
}

RANK = thing(
    {"rank": {"type": "integer", "minimum": 1}, "user_id": COUNT, "name": TEXT, "attempts": COUNT,
     "accuracy": {"type": "number", "minimum": 0, "maximum": 100}}
)  # fmt: skip
OWN_RANK: Json = {"anyOf": [{"type": "null"}, RANK]}

SCHEMAS: Json = {
    "Problem": thing({"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}, closed=True),
    "Brief": thing({"week_of": DATE}),
    "Part": thing(
        {
            "status": {"enum": ["ok", "empty", "stale", "timeout", "error"]},
            "age_s": {"type": ["integer", "null"], "minimum": 0},
            "generated_at": MAYBE_MOMENT,
            "refreshing": YES_NO,
            "data": {"description": "as its own endpoint answers it; null where there is none"},
        },
        closed=True,
    ),
    "Bundle": thing(
        {"components": {"type": "object", "propertyNames": {"enum": list(NAMES)},
                        "additionalProperties": reference("Part")}},
        closed=True,
    ),
    "Board": thing(
        {"board": {"enum": list(BOARDS)}, "period": TEXT, "state": TEXT, "learners": COUNT, "updated_at": MOMENT,
         "restated_at": MAYBE_MOMENT, "leaderboard": listed(RANK), "user_rank": OWN_RANK}
    ),
    "Standing": thing(
        {"board": {"enum": list(BOARDS)}, "period": DATE, "learners": COUNT, "user_rank": OWN_RANK,
         "around": listed(RANK)}
    ),
    "Coaching": thing({"support": {"type": ["object", "null"]}, "messages": listed(OPEN)}),
    "Report": OPEN,
    "Preferences": thing(PREFERENCES),
    "NotificationState": thing(
        {"briefId": TEXT, "weekOf": DATE, "generatedAt": MOMENT, "firstShownAt": MAYBE_MOMENT,
         "dismissedAt": MAYBE_MOMENT, "engagementTime": {"type": "number", "minimum": 0}, "impressions": COUNT,
         "weeklyBriefEnabled": YES_NO, "overlayDue": YES_NO}
    ),
    "Taken": thing({"accepted": listed(TEXT), "known": listed(TEXT), "refused": listed(thing({"reason": TEXT}))}),
    "State": thing({"status": {"enum": ["ok", "degraded"]}, "postgres": {"enum": ["ok", "down"]},
                    "redis": {"enum": ["ok", "down"]}}),
    "Triggered": thing(
        {"status": {"const": "triggered"}, "timestamp": MOMENT,
         "run": thing({"dag_id": TEXT, "run_id": TEXT, "week_of": DATE})}
    ),
    "Health": thing(
        {"job": TEXT, "healthy": YES_NO,
         "checks": listed(thing({"name": TEXT, "value": {"type": ["number", "null"]}, "bound": TEXT, "met": YES_NO}))}
    ),
    "Revoked": thing({"status": {"const": "revoked"}, "within_seconds": COUNT}),
}  # fmt: skip

EVENTS = thing(
    {"events": {"type": "array", "minItems": 1, "maxItems": 100, "items": thing(
        {"event_id": {"type": "string", "format": "uuid"}, "component": TEXT, "action": TEXT,
         "occurred_at": MOMENT, "brief_week": DATE}, [])}}
)  # fmt: skip
TRIGGER = thing(
    {"user_ids": {"type": "array", "items": ID, "minItems": 1, "maxItems": 1000}, "force_refresh": YES_NO,
     "week_of": {**DATE, "description": "a Monday"}},
    [], closed=True,
)  # fmt: skip
REVOKE: Json = {"oneOf": [thing({"token_id": ID}, closed=True), thing({"user_id": ID}, closed=True)]}

REASONS = {
    400: "a parameter that cannot be understood; it says which values can",
    401: "no token, or one that does not count",
    403: "the administrators' key is missing or wrong",
    404: "nothing is published for this",
    413: "the body is too large",
    422: "the body is understood and refused; nothing was changed",
    429: "too many requests in this minute",
    503: "cannot be answered at the moment; Retry-After says when to try again",
}
ALWAYS_POSSIBLE = {"user": (401, 404, 429, 503), "administrator": (403, 429, 503), "nobody": ()}
SECURITY: Json = {"user": [{"user": []}], "administrator": [{"administrator": []}], "nobody": []}


def operation(
    summary: str,
    answer: Json,
    *more: int,
    who: str = "user",
    status: int = 200,
    media_type: str = "application/json",
    parameters: Sequence[Json] = (),
    body: Json | None = None,
) -> Json:
    """An endpoint. `more`: statuses of refusals beside those that all of its kind have."""
    made: Json = {
        "summary": summary,
        "security": SECURITY[who],
        "parameters": list(parameters),
        "responses": {
            str(status): {"description": "the result", "content": {media_type: {"schema": answer}}}
        },
    }
    for code in sorted({*more, *ALWAYS_POSSIBLE[who]}):
        problem = {"application/problem+json": {"schema": reference("Problem")}}
        made["responses"][str(code)] = {"description": REASONS[code], "content": problem}
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made


def kept(summary: str, answer: Json, *more: int, **details: Any) -> Json:
    """An endpoint whose answer a reader may keep and ask whether it still holds."""
    asked = {
        "name": "If-None-Match",
        "in": "header",
        "schema": TEXT,
    }
    made = operation(
        summary, answer, *more, **{**details, "parameters": [*details.get("parameters", ()), asked]}
    )
    made["responses"]["200"]["headers"] = {"ETag": {"required": True, "schema": TEXT}}
    made["responses"]["304"] = {"description": "the reader has it"}
    return made


def in_query(name: str, schema: Json, text: str) -> Json:
    return {"name": name, "in": "query", "schema": schema, "description": text}


def in_path(name: str, schema: Json, text: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": text}


def _briefs() -> Json:
    week = in_path("week_of", DATE, "the Monday of its delivery, YYYY-MM-DD")
    return {
        "/api/v1/weekly-brief": {"get": kept("The newest brief", reference("Brief"))},
        "/api/v1/weekly-brief/{week_of}": {
            "get": kept("The brief of a week", reference("Brief"), 400, parameters=[week])
        },
    }


def _intelligence() -> Json:
    days = in_query("range", {"enum": list(RANGES), "default": 28}, "days of the velocity")
    include = in_query("include", {"type": "array", "items": {"enum": list(NAMES)}, "minItems": 1}, "which")
    include |= {"style": "form", "explode": False}
    paths: Json = {
        "/api/v1/intelligence": {
            "get": kept("Many components, each with its own status", reference("Bundle"), 400,
                        parameters=[include, days])
        }
    }  # fmt: skip
    for name in NAMES[1:]:
        asked = {"parameters": [days]} if name == "velocity" else {}
        refusals = (400,) if name == "velocity" else ()
        paths[f"/api/v1/intelligence/{name}"] = {
            "get": kept(f"One component of the newest brief: {name}", {}, *refusals, **asked)
        }
    return paths


def _learning() -> Json:
    month = in_path("month", {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"}, "YYYY-MM")
    svg, report = {"media_type": "image/svg+xml"}, reference("Report")
    period = in_query("period", TEXT, "a week (2016-W17) or a month (2016-04); without it the newest")
    around = in_query("around", {"type": "integer", "minimum": 0, "maximum": 50}, "neighbours on each side")
    board = in_query("board", {"enum": list(BOARDS), "default": "weekly"}, "which board")
    paths: Json = {
        f"/api/v1/leaderboard/{name}": {
            "get": kept(
                f"The {name} board, with the reader's own rank", reference("Board"), 400, parameters=[period]
            )
        }
        for name in BOARDS
    }
    return paths | {
        "/api/v1/leaderboard/my-rank": {
            "get": kept(
                "Who stands around the reader", reference("Standing"), 400, parameters=[board, around, period]
            )
        },
        "/api/v1/reports/monthly": {"get": kept("The newest monthly report", report)},
        "/api/v1/reports/monthly/{month}": {"get": kept("A month's report", report, 400, parameters=[month])},
        "/api/v1/reports/monthly/chart.svg": {"get": kept("Its chart", TEXT, **svg)},
        "/api/v1/reports/monthly/{month}/chart.svg": {
            "get": kept("A month's chart", TEXT, 400, parameters=[month], **svg)
        },
    }


def _own() -> Json:
    chosen = {**thing(PREFERENCES, [], closed=True)}
    return {
        "/api/v1/coaching/messages": {"get": kept("Coaching, or where to find help", reference("Coaching"))},
        "/api/v1/preferences": {
            "get": kept("What the user chose", reference("Preferences")),
            "patch": operation(
                "Choose; all or nothing", reference("Preferences"), 400, 413, 422, body=chosen
            ),
        },
        "/api/v1/notification-state": {
            "get": kept("How the newest brief was taken", reference("NotificationState"))
        },
        "/api/v1/engagement/events": {
            "post": operation(
                "What the user did, each event once however often it is sent",
                reference("Taken"), 400, 413, 422, body=EVENTS,
            )
        },
    }  # fmt: skip


def _operations() -> Json:
    job = in_query("job", ID, "a batch; default weekly_intelligence")
    changing: Json = {"who": "administrator"}
    return {
        "/admin/trigger-intelligence": {
            "post": operation(
                "Start a run", reference("Triggered"), 400, 413, 422, status=202, body=TRIGGER, **changing
            )
        },
        "/admin/health": {
            "get": operation(
                "The monitor's checks", reference("Health"), 400, 404, parameters=[job], **changing
            )
        },
        "/admin/revocations": {
            "post": operation("End tokens", reference("Revoked"), 400, 413, 422, body=REVOKE, **changing)
        },
        "/healthz": {"get": operation("What the service stands on", reference("State"), who="nobody")},
        "/metrics": {"get": operation("For Prometheus", TEXT, 403, who="nobody", media_type="text/plain")},
        "/openapi.json": {"get": operation("This document", OPEN, who="nobody")},
    }


def document() -> Json:
    """The whole of it, as JSON values."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Almanac", "version": "1", "description": DESCRIPTION},
        "paths": {**_briefs(), **_intelligence(), **_learning(), **_own(), **_operations()},
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "user": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "administrator": {"type": "apiKey", "in": "header", "name": "api_key"},
            },
        },
    }
