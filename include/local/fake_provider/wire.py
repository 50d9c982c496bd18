"""The API's forms: errors as it words them, and requests held to the SDK's own types."""

import re
import uuid
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, get_type_hints

import orjson
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response

CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MESSAGE_BYTES = 32_000_000  # of one message's body
BATCH_BYTES = 256_000_000  # of one batch's body
BATCH_REQUESTS = 100_000
HEADERS_ONLY = {"user_profile_id", "workspace_id"}  # arguments that the SDK sends as headers
UNSUPPORTED = {  # bounds that structured outputs refuse; the SDK moves them into descriptions
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    *("oneOf", "not", "if", "then", "else", "patternProperties", "propertyNames", "dependentRequired"),
}


class Refused(Exception):
    """A request that is answered by an error; carries what the answer says."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.kind, self.message, self.code = status, kind, message, code
        self.headers = dict(headers or {})


class Dropped(Exception):
    """The connection ends here, without an answer."""


def invalid(message: str) -> Refused:
    """A 400 in the API's form."""
    return Refused(400, "invalid_request_error", message)


def error_body(kind: str, message: str, code: str | None, request_id: str | None) -> dict[str, Any]:
    """The API's error document; `code` is what the SDK picks the exception's class by."""
    error: dict[str, Any] = {"type": kind, "message": message}
    if code is not None:
        error["details"] = {"error_code": code}
    return {"type": "error", "error": error, "request_id": request_id}


def json_response(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(document), status, headers, media_type="application/json")


def new_id(prefix: str) -> str:
    """An identifier in the API's form, unique across restarts."""
    return f"{prefix}_01{uuid.uuid4().hex[:22]}"


def check_message(params: object) -> dict[str, Any]:
    """Return `params` when the API would take them as one message; raises Refused (400 or 404) otherwise."""
    if not isinstance(params, dict):
        raise invalid("Input should be a valid dictionary")
    adapter, known = message_type()
    for name in params.keys() - known:
        raise invalid(f"{name}: Extra inputs are not permitted")
    try:
        _hold("", params, adapter.validate_python(params, strict=True))
    except ValidationError as error:
        raise invalid(_first_problem(error)) from None
    _check_turns(params)
    schema = output_schema(params)
    if schema is not None:
        _check_schema_text(orjson.dumps(schema))
    return params


def output_schema(params: Mapping[str, Any]) -> dict[str, Any] | None:
    """The JSON schema that the answer must have, if any."""
    output = (params.get("output_config") or {}).get("format")
    return output["schema"] if output else None


def _check_turns(params: Mapping[str, Any]) -> None:
    if not params["messages"]:
        raise invalid("messages: at least one message is required")
    if params["max_tokens"] < 1:
        raise invalid("max_tokens: Input should be greater than or equal to 1")
    if params["messages"][-1]["role"] == "assistant":
        raise invalid(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    for number, message in enumerate(params["messages"]):
        if not message["content"]:
            raise invalid(f"messages.{number}: all messages must have non-empty content")


@lru_cache(maxsize=64)
def _check_schema_text(schema: bytes) -> None:
    check_schema("output_config.format.schema", orjson.loads(schema))


def check_schema(where: str, schema: Mapping[str, Any]) -> None:
    """Refuse (400) what structured outputs do not support: bounds, open objects."""
    for keyword in sorted(UNSUPPORTED & schema.keys()):
        raise invalid(f"{where}: For '{schema.get('type')}' type, property '{keyword}' is not supported")
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        raise invalid(f"{where}: For 'object' type, 'additionalProperties' must be explicitly set to false")
    if schema.get("minItems", 0) not in (0, 1):
        raise invalid(f"{where}: For 'array' type, 'minItems' values other than 0 or 1 are not supported")
    for path, part in _subschemas(schema):
        check_schema(f"{where}.{path}", part)


def _subschemas(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for group in ("properties", "$defs"):
        for name, part in (schema.get(group) or {}).items():
            yield f"{group}.{name}", part
    for group in ("anyOf", "allOf"):
        for number, part in enumerate(schema.get(group) or ()):
            yield f"{group}.{number}", part
    if isinstance(schema.get("items"), dict):
        yield "items", schema["items"]


@cache
def message_type() -> tuple[TypeAdapter[Any], frozenset[str]]:
    """The SDK's type of a message's parameters, and the names of its fields; takes seconds the first time."""
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

    known = get_type_hints(MessageCreateParamsNonStreaming).keys() - HEADERS_ONLY
    return TypeAdapter(MessageCreateParamsNonStreaming), frozenset(known)


def _hold(where: str, given: Any, accepted: Any) -> None:
    """Walk what was validated: its lists are lazy, and keys that no type knows were left out of it."""
    if accepted is given:
        return
    if isinstance(accepted, dict):
        for name in given.keys() - accepted.keys():
            raise invalid(f"{where}{name}: Extra inputs are not permitted")
        for name, value in accepted.items():
            _hold(f"{where}{name}.", given[name], value)
    elif isinstance(given, list):
        try:
            parts = list(accepted)
        except ValidationError as error:
            raise invalid(where + _first_problem(error)) from None
        for number, value in enumerate(parts):
            _hold(f"{where}{number}.", given[number], value)


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else str(problem["msg"])
