"""The web application: the portal API, and the ops console at ``/ops`` when it is given one.

``create_app(services)`` makes it out of what it is given; it keeps no globals and opens nothing itself. The
composition root joins the parts so::

    database = Database(url, size=...)          # connectors.store.database
    services = WebServices(
        environment="main",                # a key of another environment opens nothing here
        flows=("employees", "hours", ...), # as in the table "flow"; each must have run once
        reads=Portal(database),            # connectors.store.decisions.portal_reads
        open_work=Decisions(database),     # connectors.store.decisions.decisions
        wake=wake,                         # sync.ports.Wake
        keys=ApiKeys(database),            # connectors.store.access.api_keys
        files=afas,                        # anything with file(subject, file_id): the AFAS client
        look_through=Look(),               # connectors.pdf.look
        readiness=Readiness(database),     # connectors.store.running.readiness
        store_errors=(psycopg.OperationalError,),
    )
    uvicorn.run(create_app(services), access_log=False, server_header=False, log_config=None, host=..., ...)

Handlers are plain functions on uvicorn's thread pool (40 threads), so a pool of 8 to 16 connections suits one
process. Any number of processes may serve. The access log of uvicorn stays off, since paths and queries hold
keys of people; the logger ``loonbrug.web`` tells each request with the pattern of its path instead. Answers
under Idempotency-Keys pile up in the table ``idempotency``; remove those of some days ago.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from domain.errors import AfasError, Refused
from sync.ports_trace import NO_SPANS
from web import problems
from web.api import contacts, declarations, documents, health, lookups, metrics, onboarding
from web.openapi import ABOUT, describe
from web.ops.app import create_console
from web.ops.console import Console
from web.requests.auth import ApiKeyGate
from web.requests.guard import Guard
from web.requests.looks import Looks
from web.requests.traced import Traced
from web.requests.uploads import MOST_AT_ONCE
from web.services import WebServices


def create_app(services: WebServices, console: Console | None = None) -> FastAPI:
    """The application. Serve it with uvicorn; see the top of this file."""
    app = FastAPI(
        title="Loonbrug portal API",
        version="1",
        description=ABOUT,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_writing_the_rest,
    )
    app.state.services = services
    app.state.uploads = CapacityLimiter(MOST_AT_ONCE)
    for part in (declarations, onboarding, documents, lookups, contacts, health, metrics):
        app.include_router(part.router)
    if console is not None:
        app.add_api_route("/ops", _to_console, include_in_schema=False)
        app.mount("/ops", create_console(console))
    _handle_errors(app, services)
    app.add_middleware(
        ApiKeyGate,
        keys=services.keys,
        environment=services.environment,
        store_errors=services.store_errors,
        limits=services.key_limits,
    )
    if services.looks is not None:
        app.add_middleware(Looks, book=services.looks)
    if services.spans is not NO_SPANS:
        app.add_middleware(Traced, spans=services.spans)
    https = console is not None and console.door.secure
    app.add_middleware(Guard, https=https, proxies=services.proxies)
    _describe(app)
    return app


@asynccontextmanager
async def _writing_the_rest(app: FastAPI) -> AsyncIterator[None]:
    """At the end, what was looked at in the last second is written."""
    yield
    if app.state.services.looks is not None:
        await to_thread.run_sync(app.state.services.looks.close)


def _to_console() -> RedirectResponse:
    return RedirectResponse("/ops/")


def _handle_errors(app: FastAPI, services: WebServices) -> None:
    app.add_exception_handler(Refused, problems.on_refusal)
    app.add_exception_handler(RequestValidationError, problems.on_invalid)
    app.add_exception_handler(HTTPException, problems.on_http)
    app.add_exception_handler(AfasError, problems.on_afas)
    for kind in services.store_errors:
        app.add_exception_handler(kind, problems.on_store_away)


def _describe(app: FastAPI) -> None:
    plain, one_at_a_time = app.openapi, threading.Lock()

    def openapi() -> dict[str, Any]:
        with one_at_a_time:  # FastAPI keeps its description before ours is added to it
            if not app.openapi_schema:
                describe(plain())
            return plain()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way
