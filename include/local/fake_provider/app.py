"""The HTTP side: the API's endpoints under /v1, and the controls under /_fake."""

import asyncio
import contextlib
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from include.local.fake_provider import batches, bill
from include.local.fake_provider.batches import Batches, document
from include.local.fake_provider.faults import Endpoint
from include.local.fake_provider.provider import Provider, require_model
from include.local.fake_provider.settings import PRICES, Settings
from include.local.fake_provider.usage import prompt_tokens, read_prompt
from include.local.fake_provider.wire import (
    BATCH_BYTES,
    MESSAGE_BYTES,
    Dropped,
    Refused,
    check_message,
    error_body,
    invalid,
    json_response,
    message_type,
    new_id,
)

Handler = Callable[[Request], Awaitable[Response]]
TOO_LARGE = Refused(413, "request_too_large", "Request exceeds the maximum allowed number of bytes.")


def application(provider: Provider) -> Starlette:
    """The application of one provider; its batches begin when it starts."""
    api = Api(provider)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        api.begin()
        yield

    paths: tuple[tuple[str, str, Endpoint, Handler], ...] = (
        ("POST", "/v1/messages", "messages", api.message),
        ("POST", "/v1/messages/count_tokens", "count_tokens", api.count_tokens),
        ("GET", "/v1/models", "models", api.models),
        ("POST", "/v1/messages/batches", "create", api.create),
        ("GET", "/v1/messages/batches", "list", api.list),
        ("GET", "/v1/messages/batches/{id}", "retrieve", api.retrieve),
        ("DELETE", "/v1/messages/batches/{id}", "delete", api.delete),
        ("POST", "/v1/messages/batches/{id}/cancel", "cancel", api.cancel),
        ("GET", "/v1/messages/batches/{id}/results", "results", api.results),
    )
    routes = [Route(path, api.counted(name, handler), methods=[verb]) for verb, path, name, handler in paths]
    return Starlette(routes=[*routes, *Controls(api).routes()], lifespan=lifespan)


class Api:
    """The endpoints, and the counts of what was called."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.calls: dict[str, Counter[str]] = {}
        self.in_flight = self.peak_in_flight = 0
        self.released = asyncio.Event()
        self.batches: Batches

    def begin(self) -> None:
        """Load the SDK's types and take up the batches; needs the running loop."""
        message_type()
        self.obey_hold()
        self.batches = Batches(self.provider)
        self.batches.resume()

    def obey_hold(self) -> None:
        """Let waiting messages go on unless the setting holds them."""
        if self.provider.settings.hold:
            self.released.clear()
        else:
            self.released.set()

    def counted(self, name: Endpoint, handler: Handler) -> Handler:
        """The handler with errors in the API's form, the API's headers, and its outcome counted."""

        async def handle(request: Request) -> Response:
            request_id = new_id("req")
            try:
                _require_headers(request)
                response = await handler(request)
            except Refused as refused:
                body = error_body(refused.kind, refused.message, refused.code, request_id)
                response = json_response(body, refused.status, refused.headers)
            except Dropped:
                self._count(name, "dropped")
                return await _drop(request)
            self._count(name, str(response.status_code))
            response.headers["request-id"] = request_id
            response.headers.update(self.provider.limits.headers(time.time()))
            return response

        return handle

    def _count(self, name: str, outcome: str) -> None:
        self.calls.setdefault(name, Counter())[outcome] += 1

    async def message(self, request: Request) -> Response:
        """POST /v1/messages."""
        provider = self.provider
        params = check_message(_parsed(await _body(request, MESSAGE_BYTES)))
        model = params["model"]
        require_model(model)
        extra_s = provider.refuse_or_delay("messages", model)
        provider.refuse_over_spend_limit()
        provider.admit(params)
        self.in_flight += 1
        self.peak_in_flight = max(self.peak_in_flight, self.in_flight)
        try:
            if wait_s := provider.settings.latency + extra_s:
                await asyncio.sleep(wait_s)
            await self.released.wait()
            done = provider.work(params, None, None)
        finally:
            self.in_flight -= 1
        lost = provider.faults.strikes("dropped_after", "messages", model)
        provider.charge([done.line._replace(outcome="lost") if lost else done.line])
        provider.limits.answered(done.line.usage.output)
        if lost:
            raise Dropped
        return json_response(done.message)

    async def count_tokens(self, request: Request) -> Response:
        """POST /v1/messages/count_tokens: by the rule that bills."""
        given = _parsed(await _body(request, MESSAGE_BYTES))
        params = check_message(given | {"max_tokens": 1} if isinstance(given, dict) else given)
        require_model(params["model"])
        await asyncio.sleep(self.provider.refuse_or_delay("count_tokens", params["model"]))
        return json_response({"input_tokens": prompt_tokens(read_prompt(params), self.provider.settings)})

    async def models(self, _: Request) -> Response:
        """GET /v1/models: those that have a price."""
        await asyncio.sleep(self.provider.refuse_or_delay("models"))
        data = [
            {"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z"}
            for name in PRICES
        ]
        ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]}
        return json_response({"data": data, "has_more": False, **ends})

    async def create(self, request: Request) -> Response:
        """POST /v1/messages/batches: the body goes to disk as it comes."""
        upload = self.batches.folder / f"{uuid.uuid4().hex}.upload"
        try:
            size = 0
            with upload.open("wb") as file:
                async for part in request.stream():
                    size += len(part)
                    if size > BATCH_BYTES:
                        raise TOO_LARGE
                    file.write(part)
            await asyncio.sleep(self.provider.refuse_or_delay("create"))
            self.provider.refuse_over_spend_limit()
            row = self.batches.create(upload)
        finally:
            upload.unlink(missing_ok=True)
        if self.provider.faults.strikes("dropped_after", "create"):
            raise Dropped
        return json_response(document(row, _base(request)))

    async def list(self, request: Request) -> Response:
        """GET /v1/messages/batches?limit=&before_id=&after_id=."""
        await asyncio.sleep(self.provider.refuse_or_delay("list"))
        query = request.query_params
        limit = query.get("limit", "20")
        if not limit.isdigit():
            raise invalid("limit: Input should be a valid integer")
        rows, more = self.batches.page(query.get("before_id"), query.get("after_id"), int(limit))
        page: dict[str, Any] = {"data": [document(row, _base(request)) for row in rows], "has_more": more}
        page["first_id"], page["last_id"] = (rows[0]["id"], rows[-1]["id"]) if rows else (None, None)
        return json_response(page)

    async def retrieve(self, request: Request) -> Response:
        """GET /v1/messages/batches/{id}."""
        await asyncio.sleep(self.provider.refuse_or_delay("retrieve"))
        return json_response(document(self.batches.find(request.path_params["id"]), _base(request)))

    async def cancel(self, request: Request) -> Response:
        """POST /v1/messages/batches/{id}/cancel."""
        await asyncio.sleep(self.provider.refuse_or_delay("cancel"))
        row = self.batches.cancel(request.path_params["id"])
        if self.provider.faults.strikes("dropped_after", "cancel"):
            raise Dropped
        return json_response(document(row, _base(request)))

    async def delete(self, request: Request) -> Response:
        """DELETE /v1/messages/batches/{id}."""
        await asyncio.sleep(self.provider.refuse_or_delay("delete"))
        batch_id = request.path_params["id"]
        self.batches.delete(batch_id)
        return json_response({"id": batch_id, "type": "message_batch_deleted"})

    async def results(self, request: Request) -> Response:
        """GET /v1/messages/batches/{id}/results: JSON lines, unordered."""
        await asyncio.sleep(self.provider.refuse_or_delay("results"))
        row = self.batches.find(request.path_params["id"])
        if row["ended"] is None:
            raise invalid(
                f"Batch {row['id']} has not finished processing; its results are not yet available."
            )
        path = self.batches.results(row["id"])
        size = path.stat().st_size
        cut = self.provider.faults.strikes("results_cut", "results")

        async def stream() -> AsyncIterator[bytes]:
            for part in batches.blocks(path, int(size * cut.cut_at) if cut else size):
                yield part
            if cut:
                await _drop(request)

        return StreamingResponse(stream(), media_type="application/x-jsonl")


class Controls:
    """The endpoints under /_fake."""

    def __init__(self, api: Api) -> None:
        self.api, self.provider = api, api.provider

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/_fake/bill", self.bill),
            Route("/_fake/bill/lines", self.bill_lines),
            Route("/_fake/calls", self.calls),
            Route("/_fake/faults", _explained(self.faults), methods=["GET", "POST"]),
            Route("/_fake/settings", _explained(self.settings), methods=["GET", "POST"]),
            Route("/_fake/end_batches", _explained(self.end_batches), methods=["POST"]),
            Route("/_fake/reset", self.reset, methods=["POST"]),
        ]

    async def bill(self, _: Request) -> Response:
        """Totals."""
        return json_response(bill.summary(self.provider.db))

    async def bill_lines(self, _: Request) -> Response:
        """Every line."""

        async def stream() -> AsyncIterator[bytes]:
            for line in bill.lines(self.provider.db):
                yield orjson.dumps(line) + b"\n"

        return StreamingResponse(stream(), media_type="application/x-jsonl")

    async def calls(self, _: Request) -> Response:
        """Counts by endpoint and outcome."""
        api = self.api
        flights = {"in_flight": api.in_flight, "peak_in_flight": api.peak_in_flight}
        return json_response({"endpoints": api.calls, **flights})

    async def faults(self, request: Request) -> Response:
        """The rules in force; POST replaces them."""
        if request.method == "POST":
            self.provider.faults.order(await _control(request))
        return json_response(self.provider.faults.shown())

    async def settings(self, request: Request) -> Response:
        """The settings; POST changes some."""
        if request.method == "POST":
            changed = self.provider.settings.model_dump() | await _control(request)
            self.provider.settings = Settings.model_validate(changed)
            self.api.obey_hold()
        return json_response(self.provider.settings.model_dump())

    async def end_batches(self, request: Request) -> Response:
        """Begin the work of waiting batches now."""
        self.api.batches.hasten((await _control(request)).get("id"))
        return json_response({})

    async def reset(self, _: Request) -> Response:
        """As at the start, with nothing billed."""
        await self.api.batches.clear()
        self.provider.reset()
        self.api.obey_hold()
        self.api.calls.clear()
        self.api.peak_in_flight = self.api.in_flight
        return json_response({})


def _explained(handler: Handler) -> Handler:
    """The control with a plain 400 for a wrong order."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except ValidationError as error:
            return json_response({"error": str(error)}, 400)
        except Refused as refused:
            return json_response({"error": refused.message}, 400)

    return handle


async def _control(request: Request) -> dict[str, Any]:
    found = _parsed(await request.body() or b"{}")
    if not isinstance(found, dict):
        raise invalid("an object is needed")
    return found


def _require_headers(request: Request) -> None:
    if not (request.headers.get("authorization") or request.headers.get("x-api-key")):
        raise Refused(401, "authentication_error", "Authentication is required")
    if not request.headers.get("anthropic-version"):
        raise invalid("anthropic-version: header is required")


async def _body(request: Request, most: int) -> bytes:
    body = await request.body()
    if len(body) > most:
        raise TOO_LARGE
    return body


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise invalid("The request body is not valid JSON") from None


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


async def _drop(request: Request) -> Response:
    """Close the connection; what was sent so far still arrives."""
    request.scope["drop"]()
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()
