"""Reports of the first format, which kept English sentences: read as those of today, and never rewritten.

What was signed off stays as it was hashed; only what is shown of it, and compared with it, is read from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from domain.cutoff.reason import Reason, Why, held_up, not_offered, stood
from domain.message import LEGACY, Message
from domain.outbox.update import UpdateState

FIRST = 1

_SUMS = {
    "declarations in the portal = declarations classed": "classed",
    "hours approved = hours verified + hours on the list": "named",
    "hours verified: portal = AFAS": "in-afas",
    "hours verified: portal = store": "in-store",
}
_ALONE = {
    "AFAS shows it and the portal does not know it yet": Reason.UNKNOWN_TO_PORTAL,
    "the approval fell away in AFAS; it is offered to the client again": Reason.FELL_AWAY,
    "it waits for the client": Reason.WAITS,
    "rejected; the worker must correct it": Reason.REJECTED,
    "withdrawn in AFAS": Reason.WITHDRAWN,
    "AFAS shows a row of it that cannot be read": Reason.UNREADABLE,
    "the claim is not in AFAS any more": Reason.GONE,
    "AFAS shows it rejected": Reason.REJECTED_IN_AFAS,
    "AFAS does not show the approval any more": Reason.NOT_IN_AFAS,
    "nobody knows yet whether the approval arrived; it is being looked for": Reason.UNCLEAR,
    "nobody knows for too long whether the approval arrived": Reason.UNCLEAR_FOR_LONG,
    "the approval is on its way to AFAS": Reason.ON_ITS_WAY,
    "nobody knows yet whether the rejection arrived; it is being looked for": Reason.REJECTION_ON_ITS_WAY,
    "the rejection is on its way to AFAS": Reason.REJECTION_ON_ITS_WAY,
    "AFAS shows it approved over other hours than the client saw": Reason.OTHER_HOURS,
    "our own row differs from AFAS's: pull it again": Reason.STORE_DIFFERS,
    "the portal shows other hours than AFAS": Reason.PORTAL_DIFFERS,
}
_BEHIND = {
    "the approval is parked": Reason.PARKED,
    "the approval is not sent, for too long": Reason.NOT_SENT,
}
"""Sentences with a reason of the update behind them."""
_REJECTIONS = {
    "the rejection is parked": UpdateState.PARKED,
    "the rejection is not sent, for too long": UpdateState.READY,
    "nobody knows for too long whether the rejection arrived": UpdateState.UNCLEAR,
}
_NOT_SETTLED = re.compile(r"AFAS shows it approved, but the update is ([a-z]+): replay it")
_NONE_KNOWN = "see the update"


def is_first(content: Mapping[str, Any]) -> bool:
    """Whether it is a content of the first format."""
    return bool(content["format"] == FIRST)


def as_now(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """A content as one of today's format would say it; one of today itself."""
    if not is_first(content):
        return content
    return dict(content) | {
        "declarations": [_declaration(each) for each in content["declarations"]],
        "elsewhere": [dict(each) | {"reason": _legacy(each["reason"])} for each in content["elsewhere"]],
        "sums": [each | {"name": _SUMS.get(each["name"], each["name"])} for each in content["sums"]],
    }


def _declaration(each: Mapping[str, Any]) -> dict[str, Any]:
    reason, detail = why(each["reason"]) if each["reason"] else (None, None)
    return dict(each) | {"reason": reason, "detail": detail.to_json() if detail else None}


def why(sentence: str) -> Why:
    """The reason that a sentence of the first format gave. Raises ValueError for one that it never had."""
    if sentence in _ALONE:
        return _ALONE[sentence], None
    if match := _NOT_SETTLED.fullmatch(sentence):
        return Reason.NOT_SETTLED, stood(UpdateState(match[1]), None)
    known, _, rest = sentence.partition(": ")
    if known == "not offered":
        return not_offered(() if rest == "open" else tuple(rest.split(", ")))
    if known in _REJECTIONS:
        return Reason.REJECTION_NOT_IN_AFAS, held_up(_REJECTIONS[known], _text(rest))
    if known in _BEHIND:
        return _BEHIND[known], _text(rest)
    raise ValueError("no report ever gave such a reason")


def _text(rest: str) -> Message | None:
    return Message(LEGACY, {"text": rest}) if rest not in ("", _NONE_KNOWN) else None


def _legacy(reason: str | None) -> dict[str, Any] | None:
    return Message(LEGACY, {"text": reason}).to_json() if reason else None
