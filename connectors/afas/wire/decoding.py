"""From bytes to JSON values, also when AFAS prints what is not quite JSON.

Profit 6 prints decimals as ``.5`` and ``-.5`` (AFAS: news-profit7.md). Such tokens, and numbers that no
machine can hold, become strings: the mapping then parks that one row, and the other rows of the page go on.
"""

from __future__ import annotations

import re
from typing import cast

import orjson

from domain.errors import UnreadableAnswer
from domain.message import Message
from domain.pull.query import Row
from words.ours import ours

_STRING_OR_BARE = re.compile(rb'"(?:[^"\\]|\\.)*"|[^\s",:\[\]{}]+', re.DOTALL)
_HIGH = rb"\\u[dD][89abAB][0-9a-fA-F]{2}"
_LOW = rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPES = re.compile(_HIGH + _LOW + rb"|" + _HIGH + rb"|" + _LOW + rb"|\\.", re.DOTALL)
_PLAIN = re.compile(rb"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,18})?\Z|true\Z|false\Z|null\Z")
_REPLACEMENT = rb"\ufffd"


def from_json(body: bytes, connector: str) -> object:
    """The JSON value in the body. Raises ``UnreadableAnswer`` for HTML, cut-off text and the like."""
    text = body.removeprefix(b"\xef\xbb\xbf")
    try:
        return _strict_or_mended(text)
    except orjson.JSONDecodeError as error:
        place = {"connector": connector, "bytes": len(body), "at": error.pos}
        raise UnreadableAnswer(
            **ours(Message("afas.no-json", place))
        ) from None  # the original holds the whole document


def _strict_or_mended(text: bytes) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        if not text.lstrip().startswith((b"{", b"[")):
            raise
    return orjson.loads(_STRING_OR_BARE.sub(_mend, text))


def object_from(body: bytes, connector: str) -> dict[str, object]:
    """The JSON object in the body. Raises ``UnreadableAnswer``."""
    value = from_json(body, connector)
    if not isinstance(value, dict):
        raise UnreadableAnswer(**ours(Message("afas.no-object", {"connector": connector})))
    return cast("dict[str, object]", value)


def rows_from(body: bytes, connector: str) -> list[Row]:
    """The ``rows`` of a GetConnector's answer. Raises ``UnreadableAnswer`` when there are none.

    What stands among the rows and is none becomes a row without columns: a bad one, parked like others.
    """
    rows = object_from(body, connector).get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in (*rows[:1], *rows[-1:])):
        raise UnreadableAnswer(**ours(Message("afas.no-rows", {"connector": connector})))
    return [row if isinstance(row, dict) else {} for row in rows]


def _mend(token: re.Match[bytes]) -> bytes:
    text = token.group()
    if text.startswith(b'"'):
        return _ESCAPES.sub(_without_half_characters, text) if b"\\u" in text else text
    return text if _PLAIN.match(text) or _is_json(text) else _as_string(text)


def _without_half_characters(escape: re.Match[bytes]) -> bytes:
    """A text cut off in the middle of an emoji holds half of it, which no database accepts."""
    return _REPLACEMENT if len(escape.group()) == len(_REPLACEMENT) else escape.group()


def _is_json(text: bytes) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _as_string(text: bytes) -> bytes:
    """Quote what looks like a number or a word; anything else keeps the document unreadable."""
    return b'"' + text + b'"' if re.fullmatch(rb"[-+.\w]{1,400}", text) else text
