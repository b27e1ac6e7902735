"""What is answered when something cannot be done: problem documents (RFC 9457), without internals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from domain.errors import (
    AccessDenied,
    AfasError,
    Incomplete,
    MayNotDecide,
    NotFound,
    NotOffered,
    OutcomeUnknown,
    Refused,
    SameKeyOtherRequest,
    StaleVersion,
    StillAnswering,
    TryLater,
)

PROBLEM_JSON = "application/problem+json"

_REFUSALS: Mapping[type[Refused], tuple[int, str, str]] = {
    NotFound: (404, "not-found", "Not found"),
    StaleVersion: (409, "stale-version", "The content changed"),
    NotOffered: (409, "not-offered", "Not waiting for this decision"),
    MayNotDecide: (403, "may-not-decide", "This contact may not do this"),
    Incomplete: (422, "invalid", "Something is missing or malformed"),
    SameKeyOtherRequest: (422, "idempotency-key-reused", "This Idempotency-Key belongs to another request"),
    StillAnswering: (409, "still-answering", "This request is being answered"),
}

_KINDS = {
    400: ("not-json", "The body cannot be read"),
    401: ("no-key", "A valid API key is needed"),
    403: ("key-opens-not", "This API key does not open this"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "This can be done with another method only"),
    408: ("too-slow", "The body did not arrive in time"),
    413: ("too-large", "The body is too large"),
    415: ("unsupported-media-type", "The body is of another kind than asked for"),
    499: ("caller-gone", "The caller hung up"),
    503: ("busy", "Too many files are being handed in at this moment"),
}

Problem = dict[str, Any]


def problem(status: int, kind: str, title: str, detail: str | None = None, **members: object) -> Problem:
    """A problem document as plain values."""
    body: Problem = {"type": f"urn:loonbrug:problem:{kind}", "title": title, "status": status}
    return body | ({"detail": detail} if detail else {}) | members


def problem_of(refusal: Refused) -> Problem:
    """The problem document of a refusal."""
    status, kind, title = _REFUSALS.get(type(refusal), (400, "refused", "Refused"))
    members: dict[str, object] = {}
    if isinstance(refusal, StaleVersion):
        members["version"] = refusal.current
    if isinstance(refusal, Incomplete):
        members["errors"] = [{"field": refusal.field, "problem": str(refusal).partition(": ")[2]}]
    return problem(status, kind, title, str(refusal), **members)


def as_response(body: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem document as an answer."""
    return json_response(int(body["status"]), body, headers)


def json_response(
    status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response:
    """JSON with its names in order, so that the same answer is the same bytes."""
    media_type = PROBLEM_JSON if status >= 400 else "application/json"
    content = json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    return Response(content, status, dict(headers or {}), media_type)


def on_refusal(_: Request, error: Exception) -> Response:
    """A Refused of the flows."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for it
    headers = {"Retry-After": "1"} if isinstance(error, StillAnswering) else None
    return as_response(problem_of(error), headers)


def on_invalid(_: Request, error: Exception) -> Response:
    """A request that does not have the agreed form; 400 when it is not even JSON. Values are not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    faults: Sequence[Any] = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return as_response(problem(400, "not-json", "The body is not JSON"))
    errors = [{"field": _field(fault["loc"]), "problem": _said(fault["msg"])} for fault in faults[:20]]
    return as_response(problem(422, "invalid", "Something is missing or malformed", errors=errors))


def on_http(_: Request, error: Exception) -> Response:
    """No such route, a wrong method, a body that is too large, and other refusals of the framework."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    kind, title = _KINDS.get(error.status_code) or ("refused", HTTPStatus(error.status_code).phrase)
    return as_response(problem(error.status_code, kind, title), error.headers)


def on_afas(_: Request, error: Exception) -> Response:
    """AFAS did not give what we asked of it. Its own words stay inside: they may name people."""
    assert isinstance(error, AfasError)  # noqa: S101 - registered for it
    if isinstance(error, TryLater | OutcomeUnknown | AccessDenied):
        after = getattr(error, "after", None) or 30
        body = problem(503, "afas-away", "AFAS does not answer at the moment")
        return as_response(body, {"Retry-After": str(int(after))})
    return as_response(problem(502, "afas-refused", "AFAS did not give this file"))


def too_many(after: int) -> Response:
    """More than one caller may ask. Nothing of it was looked at."""
    body = problem(429, "too-many", "Too many requests", f"wait {after} s, then repeat the request")
    return as_response(body, {"Retry-After": str(after)})


def on_store_away(_: Request, __: Exception) -> Response:
    """PostgreSQL is away. Whether a decision was committed is told by repeating it with its key."""
    body = problem(503, "store-away", "The store does not answer at the moment", "repeat the request")
    return as_response(body, {"Retry-After": "5"})


def _said(message: str) -> str:
    """What was wrong, without pydantic's name for our own judgement."""
    return message.removeprefix("Value error, ")


def _field(location: Sequence[str | int]) -> str:
    """``("body", "items", 0, "contact")`` becomes ``items.0.contact``."""
    parts = location[1:] if len(location) > 1 else location
    return ".".join(str(part) for part in parts)
