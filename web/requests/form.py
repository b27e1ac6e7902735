"""Read ``multipart/form-data`` (RFC 7578) as it comes in, by python-multipart, into memory and no further.

Starlette's own ``request.form()`` would write a file to the disk, and takes a part for a file when it has a
file name: browsers give one to every Blob, and other programs send files without.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import HTTPException, Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from domain.errors import Incomplete
from domain.message import Message

_MOST_PARTS = 20
_LARGEST_OTHER = 16 * 1024
"""Bytes of a part that nobody asked for: a button, ``_charset_``, a token of the page."""


class _Form:
    """What the parser tells, put together: the wanted parts by name."""

    def __init__(self, wanted: Mapping[str, int]) -> None:
        self.parts: dict[str, bytearray] = {}
        self.complete = False
        self._wanted = wanted
        self._begun = 0
        self._field = self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._size = 0

    def on_part_begin(self) -> None:
        self._begun += 1
        if self._begun > _MOST_PARTS:
            raise Incomplete("body", Message("incomplete.parts", {"most": _MOST_PARTS}))
        self._headers, self._name, self._size = {}, "", 0

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._field.strip().lower()] = self._value.strip()
        self._field = self._value = b""

    def on_headers_finished(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise Incomplete("body", Message("incomplete.names"))
        self._name = options[b"name"].decode("utf-8", "replace")
        if self._name in self._wanted:
            if self._name in self.parts:
                raise Incomplete(self._name, Message("incomplete.twice"))
            self._check_encoding()
            self.parts[self._name] = bytearray()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._size > self._wanted.get(self._name, _LARGEST_OTHER):
            raise Incomplete(self._name if self._name in self._wanted else "body", Message("incomplete.long"))
        if self._name in self._wanted:
            self.parts[self._name] += data[start:end]

    def on_end(self) -> None:
        self.complete = True

    def _check_encoding(self) -> None:
        encoding = self._headers.get(b"content-transfer-encoding", b"binary").lower()
        if encoding not in (b"binary", b"8bit", b"7bit"):
            raise Incomplete(self._name, Message("incomplete.encoded"))


async def read_form(request: Request, wanted: Mapping[str, int]) -> dict[str, bytearray]:
    """The wanted parts that were sent, by name; ``wanted`` tells how many bytes each may have.

    Raises HTTPException 415, 499 when the caller hangs up, and Incomplete when it is no whole form, or a part
    is too long.
    """
    form = _Form(wanted)
    parser = _parser(request.headers.get("content-type", ""), form)
    try:
        async for chunk in request.stream():  # never more than the guard lets through
            parser.write(chunk)
    except ClientDisconnect as error:
        raise HTTPException(499) from error
    except FormParserError as error:
        raise Incomplete("body", Message("incomplete.no-form")) from error
    if not form.complete:
        raise Incomplete("body", Message("incomplete.not-whole-form"))
    return form.parts


def _parser(content_type: str, form: _Form) -> MultipartParser:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary.strip():
        raise HTTPException(415)
    try:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": form.on_part_begin,
                "on_header_field": form.on_header_field,
                "on_header_value": form.on_header_value,
                "on_header_end": form.on_header_end,
                "on_headers_finished": form.on_headers_finished,
                "on_part_data": form.on_part_data,
                "on_end": form.on_end,
            },
        )
    except FormParserError as error:
        raise HTTPException(415) from error
