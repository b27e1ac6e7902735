"""A span around every request, where traces are made."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.ports_trace import Spans

_W3C = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


class Traced:
    """ASGI middleware, within the Guard. The pattern of the path names the span, never the path itself."""

    def __init__(self, app: ASGIApp, spans: Spans) -> None:
        self._app = app
        self._spans = spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("traceparent", "")
        parent = given if _W3C.fullmatch(given) else None
        method, correlation = scope["method"], scope["state"]["request_id"]
        about = {"http_method": method, "http_route": "-", "correlation": correlation}
        with self._spans.span(method, parent=parent, **about) as span:

            async def told(message: Message) -> None:
                if message["type"] == "http.response.start":
                    route = getattr(scope.get("route"), "path", "-")
                    span.rename(f"{method} {route}")
                    span.add(http_route=route, http_status=message["status"])
                await send(message)

            await self._app(scope, receive, told)
