"""Bearer API keys: who calls, and whether the key opens this."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.access.api_key import ApiKey
from domain.access.api_key import Scope as Opens
from domain.decisions.decision import Caller
from domain.decisions.origin import Origin
from web.ports import ApiKeyReader
from web.problems import on_http, on_store_away, too_many
from web.requests.callers import counted_as
from web.requests.limits import Buckets, KeyLimits, Remembered, TooMany

_described = HTTPBearer(
    auto_error=False, scheme_name="api-key", description="`lb_...`, made by `loonbrug key create`"
)


class ApiKeyGate:
    """ASGI middleware: nobody passes to ``/v1`` without a valid key that opens what is asked for.

    All of this is known before anything of the body is read. A key opens the processes of its own environment
    only: this one's AFAS is that of ``environment``.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: ApiKeyReader,
        environment: str,
        store_errors: tuple[type[Exception], ...],
        limits: KeyLimits,
    ) -> None:
        self._app = app
        self._keys = keys
        self._environment = environment
        self._store_errors = store_errors
        self._most = limits.at_once
        self._asked = Buckets(limits.rate, limits.burst)
        self._wrong = Buckets(_WRONG_RATE, _WRONG_BURST)
        self._right = Remembered(_MOST_KEYS)
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leave the key in ``scope["state"]["key"]``; or answer 401, 403, 429 or 503."""
        if scope["type"] != "http" or not _locked(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            key = await self._entering(scope)
        except self._store_errors as error:
            await on_store_away(Request(scope), error)(scope, receive, send)
        except TooMany as many:
            await too_many(Request(scope), many.after)(scope, receive, send)
        except HTTPException as refused:
            await on_http(Request(scope), refused)(scope, receive, send)
        else:
            await self._let_in(key, scope, receive, send)

    async def _entering(self, scope: Scope) -> ApiKey:
        """Whose key it is. Raises TooMany and HTTPException 401 and 403."""
        secret = _secret(scope)
        if not secret:
            raise _no_key()
        address = counted_as(scope["state"]["address"])
        if self._wrong.empty(address) and not self._right.has(secret):
            raise TooMany(1 / _WRONG_RATE)  # a key that opened before is looked at all the same
        key = await to_thread.run_sync(self._keys.holder, secret, self._environment)
        if key is None:
            self._wrong.take(address)
            raise _no_key()
        self._right.note(secret)
        self._asked.take(key.id)
        if self._under_way[key.id] >= self._most:
            raise TooMany(1)
        wanted = _needed(scope["method"])
        if not key.opens(wanted):
            scope["state"] |= {"key": key, "not_open": f"scope:{wanted}"}  # so that it can be told who tried
            raise HTTPException(403)
        return key

    async def _let_in(self, key: ApiKey, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["key"] = key
        self._under_way[key.id] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[key.id] -= 1
            if not self._under_way[key.id]:
                del self._under_way[key.id]


_WRONG_RATE, _WRONG_BURST = 1.0, 60
"""Wrong keys that an address may try: so many at once, then so many a second. Each costs a query."""
_MOST_KEYS = 10_000


def _no_key() -> HTTPException:
    return HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


def _secret(scope: Scope) -> str:
    kind, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _needed(method: str) -> Opens:
    """Which scope a request asks for: of ``/v1`` what reads is a GET, and what decides is none."""
    return Opens.READ if method in ("GET", "HEAD") else Opens.DECIDE


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
