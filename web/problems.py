"""What is answered when something cannot be done: problem documents (RFC 9457), without internals.

``type``, ``status`` and the names of fields are for programs and the same in every language; ``title``,
``detail`` and ``errors[].problem`` are for people, in the language that ``Accept-Language`` asks for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
from domain.message import Message
from web.field_faults import fault_of_field, place_of
from words import Words, language_of

PROBLEM_JSON = "application/problem+json"

_REFUSALS: Mapping[type[Refused], tuple[int, str]] = {
    NotFound: (404, "not-found"),
    StaleVersion: (409, "stale-version"),
    NotOffered: (409, "not-offered"),
    MayNotDecide: (403, "may-not-decide"),
    Incomplete: (422, "invalid"),
    SameKeyOtherRequest: (422, "idempotency-key-reused"),
    StillAnswering: (409, "still-answering"),
}

_KINDS = {
    400: "not-json",
    401: "no-key",
    403: "key-opens-not",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    413: "too-large",
    415: "unsupported-media-type",
    499: "caller-gone",
    503: "busy",
}

Problem = dict[str, Any]
"""A problem document whose texts are messages yet, as JSON: it can be kept, and is spoken at the end."""


def problem(status: int, kind: str, detail: Message | None = None, **members: object) -> Problem:
    """A problem document, titled by its kind."""
    body: Problem = {"type": f"urn:loonbrug:problem:{kind}", "status": status}
    body["title"] = Message(f"problem.{kind}").to_json()
    return body | ({"detail": detail.to_json()} if detail else {}) | members


def problem_of(refusal: Refused) -> Problem:
    """The problem document of a refusal."""
    status, kind = _REFUSALS.get(type(refusal), (400, "refused"))
    if isinstance(refusal, StaleVersion):
        return problem(status, kind, refusal.message, version=refusal.current)
    if isinstance(refusal, Incomplete):
        detail = Message("problem.of-field", refusal.message.values)  # by its name in the API
        errors = [{"field": refusal.field, "problem": refusal.problem.to_json()}]
        return problem(status, kind, detail, errors=errors)
    return problem(status, kind, refusal.message)


def as_response(request: Request, body: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem document as an answer, in the language of who asks."""
    return in_words(body, words_of(request), headers)


def in_words(body: Problem, words: Words, headers: Mapping[str, str] | None = None) -> Response:
    """The same for known words."""
    around = {"Content-Language": words.language, "Vary": "Accept-Language"}
    return json_response(int(body["status"]), spoken(body, words), around | dict(headers or {}))


def words_of(request: Request) -> Words:
    """The words for who asks; English for who names no language of ours."""
    return Words(language_of(None, request.headers.get("accept-language", "")))


def spoken(value: Any, words: Words) -> Any:
    """The same with its messages said; texts of before there were messages stay."""
    if isinstance(value, Mapping):
        if value.keys() == {"id", "values"}:
            return words.said(Message.from_json(value))
        return {name: spoken(each, words) for name, each in value.items()}
    return [spoken(each, words) for each in value] if isinstance(value, list) else value


def json_response(
    status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response:
    """JSON with its names in order, so that the same answer is the same bytes."""
    media_type = PROBLEM_JSON if status >= 400 else "application/json"
    content = json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    return Response(content, status, dict(headers or {}), media_type)


def on_refusal(request: Request, error: Exception) -> Response:
    """A Refused of the flows."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for it
    headers = {"Retry-After": "1"} if isinstance(error, StillAnswering) else None
    return as_response(request, problem_of(error), headers)


def on_invalid(request: Request, error: Exception) -> Response:
    """A request that does not have the agreed form; 400 when it is not even JSON. Values are not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    faults: Sequence[Any] = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return as_response(request, problem(400, "not-json"))
    errors = [
        {"field": place_of(fault["loc"]), "problem": fault_of_field(fault).to_json()} for fault in faults[:20]
    ]
    return as_response(request, problem(422, "invalid", errors=errors))


def on_http(request: Request, error: Exception) -> Response:
    """No such route, a wrong method, a body that is too large, and other refusals of the framework."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    kind = _KINDS.get(error.status_code, "refused")
    return as_response(request, problem(error.status_code, kind), error.headers)


def on_afas(request: Request, error: Exception) -> Response:
    """AFAS did not give what we asked of it. Its own words stay inside: they may name people."""
    assert isinstance(error, AfasError)  # noqa: S101 - registered for it
    if isinstance(error, TryLater | OutcomeUnknown | AccessDenied):
        after = getattr(error, "after", None) or 30
        return as_response(request, problem(503, "afas-away"), {"Retry-After": str(int(after))})
    return as_response(request, problem(502, "afas-refused"))


def too_many(request: Request, after: int) -> Response:
    """More than one caller may ask. Nothing of it was looked at."""
    body = problem(429, "too-many", Message("problem.wait", {"after": after}))
    return as_response(request, body, {"Retry-After": str(after)})


def on_store_away(request: Request, _: Exception) -> Response:
    """PostgreSQL is away. Whether a decision was committed is told by repeating it with its key."""
    body = problem(503, "store-away", Message("problem.repeat"))
    return as_response(request, body, {"Retry-After": "5"})
