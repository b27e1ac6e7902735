"""Around every request: its id, our headers, one log line, a limit on the body, no leaked error."""

from __future__ import annotations

import logging
import re
import time
import traceback
import uuid
from collections.abc import Mapping, Sequence

import anyio
from fastapi import HTTPException, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from domain.decisions.signed_pdf import LARGEST_PDF
from domain.message import Message as Said
from web.problems import as_response, problem
from web.requests.callers import address_of, networks
from web.requests.plain_path import is_plain

LARGEST_JSON = 256 * 1024
LARGEST_SIGN_IN = 8 * 1024
LARGEST_UPLOAD = LARGEST_PDF + 64 * 1024
"""Bytes: the file, and the fields and boundaries around it."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
"""On every answer where people come by https: a browser that was here once never comes without it again."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECONDS_TO_DRAIN = 10
log = logging.getLogger("loonbrug.web")


class Guard:
    """ASGI middleware; the outermost. ``scope["state"]["request_id"]`` is the id of the request.

    ``https``: whether we are reached by it. ``proxies``: whose ``X-Forwarded-For`` tells who calls; the
    address of who does is left in ``scope["state"]["address"]``.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False, proxies: Sequence[str] = ()) -> None:
        self._app = app
        self._proxies = networks(proxies)
        self._headers = HEADERS | HTTPS_ONLY if https else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer 404 (no plain path), 413 or 500 ourselves."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, _request_id(scope), self._headers)
        state = scope.setdefault("state", {})
        state["request_id"], state["address"] = answer.request_id, address_of(scope, self._proxies)
        began = time.monotonic()
        try:
            with bound_contextvars(correlation=answer.request_id):
                await self._pass(scope, receive, answer)
        except Exception as error:  # noqa: BLE001 - its text may hold personal data: only its kind goes on
            where = {"error": type(error).__name__, "place": _place(error)}
            log.error("request failed", extra=where)  # noqa: TRY400 - a traceback ends in the text
            if not answer.status:
                await as_response(Request(scope), problem(500, "internal"))(scope, receive, answer)
        finally:
            _tell(scope, answer, time.monotonic() - began)

    async def _pass(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if not is_plain(scope):
            body = problem(404, "not-found", Said("problem.plain-address"))
            await as_response(Request(scope), body)(scope, receive, answer)
            return
        limit = _largest(scope["path"])
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared) > limit:
            await _drain(receive)
            if scope["path"].startswith("/ops/"):
                scope["state"]["too_large"] = True  # the console says so on a page of its own
                await self._app(scope, _nothing_more, answer)
                return
            body = problem(413, "too-large", Said("problem.most-bytes", {"most": limit}))
            await as_response(Request(scope), body)(scope, receive, answer)
            return
        await self._app(scope, _limited(receive, limit), answer)


class _Answer:
    """Sends the answer with our headers, and remembers its status (0: not begun)."""

    def __init__(self, send: Send, request_id: str, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.request_id
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _largest(path: str) -> int:
    """Bytes that a body may have."""
    if path in ("/ops/sign-in", "/ops/code"):  # anybody may send these
        return LARGEST_SIGN_IN
    return LARGEST_UPLOAD if path.endswith("/sign") else LARGEST_JSON


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _limited(receive: Receive, limit: int) -> Receive:
    """Receive no more than the limit, whatever the client declared. Raises HTTPException 413."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise HTTPException(413)
        return message

    return limited


async def _nothing_more() -> Message:
    """What is received after a body that nobody wanted."""
    return {"type": "http.request", "body": b"", "more_body": False}


async def _drain(receive: Receive) -> None:
    """Read what a client still sends, and forget it: most read no answer before they have sent all."""
    with anyio.move_on_after(_SECONDS_TO_DRAIN):
        while (await receive()).get("more_body"):
            pass


def _place(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"


def _tell(scope: Scope, answer: _Answer, seconds: float) -> None:
    """One line, with the pattern of the path instead of the path: keys of people stay out of the log."""
    route = getattr(scope.get("route"), "path", "-")
    log.info(
        "request",
        extra={
            "method": scope["method"],
            "route": route,
            "status": answer.status,
            "milliseconds": round(seconds * 1000),
            "request_id": answer.request_id,
            "key": getattr(scope["state"].get("key"), "id", None),
            "address": scope["state"]["address"],
        },
    )
