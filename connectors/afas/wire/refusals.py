"""What AFAS tells beside the status of an error, in any of the shapes it uses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import orjson

from connectors.afas.wire.transport import Reply
from domain.errors import Known

_LONGEST_TEXT = 2000
_LONGEST_WAIT = 7 * 24 * 3600.0
_QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)")


class RefusalKind(StrEnum):
    """What the text of a 500 says."""

    LOCKED = "locked"
    TIME_LIMIT = "time_limit"
    TOO_MUCH = "too_much"
    UNEXPECTED = "unexpected"
    CLOSED = "closed"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """AFAS's own words; ``text`` is None when there were none, ``after`` are the seconds it asks to wait."""

    text: str | None
    known: Known
    after: float | None


def read_error_body(reply: Reply) -> ErrorBody:
    """Read an error answer, whatever it holds: JSON in several shapes, XML, HTML, nothing."""
    body = _json_object(reply.body)
    error = body.get("error")
    details = error if isinstance(error, dict) else {}
    text = _text(
        body.get("externalMessage"),
        body.get("message"),
        details.get("message"),
        body.get("error_description"),
        error,
    )
    number = body.get("errorNumber")
    return ErrorBody(
        text=text,
        known=Known(
            status=reply.status,
            number=number if isinstance(number, int) else None,
            log_reference=_text(body.get("profitLogReference")),
            trace=reply.trace,
        ),
        after=_wait(body.get("retry_after"), details.get("retry_after"), reply.headers),
    )


def kind_of(text: str) -> RefusalKind:
    """Sort the text of a 500. Quoted parts hold names and values, which must not decide.

    >>> kind_of("Deze regel is geblokkeerd door gebruiker [12345.PIET].").value
    'locked'
    >>> kind_of("De ingevulde waarde 'out of memory' bestaat niet.").value
    'refusal'
    """
    plain = _QUOTED.sub("''", text.lower())
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(plain)), RefusalKind.REFUSAL)


def _patterns() -> dict[RefusalKind, re.Pattern[str]]:
    texts = json.loads(Path(__file__).with_name("error_texts.json").read_text("utf-8"))
    return {
        kind: re.compile("|".join(texts[kind.value]))
        for kind in RefusalKind
        if kind is not RefusalKind.REFUSAL
    }


_PATTERNS = _patterns()


def _json_object(body: bytes) -> dict[str, object]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _plain(value: object) -> object:
    """AFAS's documentation prints some values as ``{"example": value}``; accept both."""
    return value.get("example") if isinstance(value, dict) else value


def _text(*candidates: object) -> str | None:
    for candidate in map(_plain, candidates):
        if isinstance(candidate, str) and candidate.strip():
            return candidate.strip()[:_LONGEST_TEXT]
    return None


def _wait(in_body: object, in_details: object, headers: Mapping[str, str]) -> float | None:
    for candidate in (_plain(in_body), _plain(in_details), headers.get("retry-after")):
        seconds = _seconds(candidate)
        if seconds is not None:
            return min(seconds, _LONGEST_WAIT)
    return None


def _seconds(value: object) -> float | None:
    """Seconds from a number, a number as text, or an HTTP date; None for anything else or the past."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(str(value))
    return seconds if seconds >= 0 else None  # not a number compares false


def _until(http_date: str) -> float:
    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return -1.0
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
