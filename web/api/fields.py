"""Kinds of values that requests and answers share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from domain.calendar import is_week
from web.problems import PROBLEM_JSON


class Body(BaseModel):
    """A request's body: strict about types, and about names it does not know."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


def _one_line(text: str) -> str:
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise PydanticCustomError("control_characters", "no control characters")
    return text


def _lines(text: str) -> str:
    _one_line(text.replace("\r\n", "\n").replace("\n", " ").replace("\t", " "))
    return text


Line = Annotated[str, AfterValidator(_one_line)]
"""Text on one line."""

Text = Annotated[str, AfterValidator(_lines)]
"""Text that may have several lines."""

ContactId = Annotated[int, Field(ge=1, lt=2**63, examples=[22834], description="The contact in AFAS")]
ClientId = Annotated[
    Line, Field(min_length=1, max_length=40, examples=["10010"], description="Debtor number")
]
ClaimNumber = Annotated[
    Line, Path(min_length=1, max_length=80, examples=["000000000005.01"], description="Claim number")
]
Version = Annotated[
    Line, Field(min_length=1, max_length=64, description="`version` of the declaration as it was shown")
]
Decimal = Annotated[str, Field(examples=["7.5"], description="Exact decimal number as text")]


def _existing(week: str) -> str:
    if not is_week(week):
        raise PydanticCustomError("no_week", "there is no such week")
    return week


Week = Annotated[str, Field(pattern=r"^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$"), AfterValidator(_existing)]
"""An ISO week that is in the calendar: 2026 has a 53rd, 2027 has none."""


class Delivery(BaseModel):
    """How far the newest update to AFAS is. ``done`` means seen in AFAS."""

    state: Literal["ready", "sending", "unclear", "done", "parked", "void"]
    since: datetime
    attempts: int
    reason: str = Field(description="In words fit to be shown")


class ClientRef(BaseModel):
    """A client, named."""

    client: str
    name: str | None


class WorkerRef(BaseModel):
    """A worker, named."""

    employee: str
    name: str | None


class FieldFault(BaseModel):
    """What is wrong with one field."""

    field: str
    problem: str


class ProblemDocument(BaseModel):
    """A problem document (RFC 9457). Nothing was changed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:loonbrug:problem:stale-version",
                    "title": "The content changed",
                    "status": 409,
                    "detail": "the content changed since it was shown; look at it again",
                    "version": "9be2...",
                }
            ]
        }
    )

    type: str = Field(examples=["urn:loonbrug:problem:stale-version"])
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldFault] | None = Field(None, description="What is wrong, per field")
    version: str | None = Field(None, description="With `stale-version`: the version of the present content")


def problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The problem answers of a route, for its description."""
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    content = {PROBLEM_JSON: {"schema": schema}}
    return {
        status: {"description": _WHEN[status], "content": content}
        for status in sorted({401, 403, 422, 429, *statuses})
    }


_WHEN = {
    400: "The body is not JSON",
    401: "No valid API key",
    403: "The key, or the contact, may not do this",
    404: "No such thing, or not yours to see",
    408: "The body did not arrive in time",
    409: "It changed since it was shown, or it does not wait for this",
    413: "The body is too large",
    415: "The body is of another kind than asked for",
    422: "Something is missing or malformed, or an Idempotency-Key was used for another request",
    429: "Too many requests of this key; `Retry-After` says when to go on",
    502: "AFAS did not give the file",
    503: "The store or AFAS does not answer at the moment, or too many files are being handed in",
}
CHANGES = problems(400, 404, 409, 413, 503)
READS = problems(404, 503)
