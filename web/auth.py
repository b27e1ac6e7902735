"""Bearer API keys: who calls, and whether the key opens this."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.access import ApiKey
from domain.access import Scope as Opens
from domain.decision import Caller
from domain.origin import Origin
from web.ports import KeyRing
from web.problems import as_response, on_store_away, problem

_described = HTTPBearer(
    auto_error=False, scheme_name="api-key", description="`lb_...`, made by `loonbrug key create`"
)


class Door:
    """ASGI middleware: nobody passes to ``/v1`` without a valid key, before anything of the body is read.

    A key opens the processes of its own environment only: this one's AFAS is that of ``environment``.
    """

    def __init__(
        self, app: ASGIApp, keys: KeyRing, environment: str, store_errors: tuple[type[Exception], ...]
    ) -> None:
        self._app = app
        self._keys = keys
        self._environment = environment
        self._store_errors = store_errors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leave the key in ``scope["state"]["key"]``, or answer 401."""
        if scope["type"] == "http" and _locked(scope["path"]):
            try:
                key = await to_thread.run_sync(self._holder, scope)
            except self._store_errors as error:
                await on_store_away(Request(scope), error)(scope, receive, send)
                return
            if key is None:
                body = problem(401, "no-key", "A valid API key is needed", "Authorization: Bearer lb_...")
                await as_response(body, {"WWW-Authenticate": "Bearer"})(scope, receive, send)
                return
            scope.setdefault("state", {})["key"] = key
        await self._app(scope, receive, send)

    def _holder(self, scope: Scope) -> ApiKey | None:
        kind, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        return self._keys.holder(secret.strip(), self._environment)


def _locked(path: str) -> bool:
    return path != "/v1/openapi.json" and (path == "/v1" or path.startswith("/v1/"))


def _caller(request: Request, wanted: Opens) -> Caller:
    key: ApiKey = request.state.key
    if not key.opens(wanted):
        raise HTTPException(403)
    return Caller(key.id, key.environment, key.client, _origin(request))


def _origin(request: Request) -> Origin:
    """By which the whole way to AFAS's answer can be found again."""
    return Origin(request.state.request_id, request.app.state.services.spans.current())


def _reader(request: Request, _: Annotated[object, Depends(_described)]) -> Caller:
    return _caller(request, Opens.READ)


def _decider(request: Request, _: Annotated[object, Depends(_described)]) -> Caller:
    return _caller(request, Opens.DECIDE)


Reader = Annotated[Caller, Depends(_reader)]
"""Who looks. 403 when the key does not open looking."""

Decider = Annotated[Caller, Depends(_decider)]
"""Who decides. 403 when the key does not open deciding."""
