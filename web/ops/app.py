"""The console as an application of its own, mounted at ``/ops`` by ``web/app.py``.

A page is a file in the room of its subject (``web/ops/<room>/page.py``) with a ``router`` whose paths have no
``/ops`` before them, a template in ``web/ops/templates/`` that extends ``base.html``, and its words in
``words/``. Add the module to ``PAGES`` below; what has a place in ``shell.NAVIGATION`` appears on
top.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from fastapi import Depends, FastAPI, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from domain.errors import AfasError, Refused
from web.ops import faults
from web.ops.access import access, me_page, sign_in_page
from web.ops.audit import page as audit_page
from web.ops.console import Console
from web.ops.cutoff import page as cutoff_page
from web.ops.cutoff import week_page
from web.ops.failures import page as failures_page
from web.ops.failures import replays_page
from web.ops.outbox import page as updates_page
from web.ops.pull import page as flows_page
from web.ops.pull import parked_page
from web.ops.reconcile import page as findings_page
from web.ops.shell import NAVIGATION, STATIC
from web.ops.watch import page as now_page
from web.ops.watch import runbooks_page
from web.requests.limits import TooMany

PAGES: tuple[ModuleType, ...] = (
    now_page,
    failures_page,
    updates_page,
    replays_page,
    runbooks_page,
    parked_page,
    week_page,
    cutoff_page,
    findings_page,
    flows_page,
    audit_page,
    me_page,
    sign_in_page,
)


class _Files(StaticFiles):
    """Style, script and mark: a browser keeps them, and asks each time whether they changed."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        response = super().file_response(*args, **named)
        response.headers["Cache-Control"] = "no-cache"
        return response


def create_console(console: Console) -> FastAPI:
    """The console, on what it is given. Every form of every page is checked against forgery here."""
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Depends(access.checked_form)],
    )
    app.state.console = console
    for part in PAGES:
        app.include_router(part.router)
    app.state.navigation = _there()
    app.mount("/static", _Files(directory=STATIC), name="static")
    _handle_errors(app, console)
    return app


def _there() -> list[tuple[str, str]]:
    """The pages on top that exist."""
    known = {"/ops" + getattr(route, "path", "") for part in PAGES for route in part.router.routes}
    return [(key, place) for key, place in NAVIGATION if place in known]


def _handle_errors(app: FastAPI, console: Console) -> None:
    app.add_exception_handler(access.SignInNeeded, faults.on_sign_in)
    app.add_exception_handler(access.RoleNeeded, faults.on_role)
    app.add_exception_handler(access.ForgedForm, faults.on_forged)
    app.add_exception_handler(TooMany, faults.on_crowded)
    app.add_exception_handler(Refused, faults.on_refused)
    app.add_exception_handler(AfasError, faults.on_afas)
    app.add_exception_handler(RequestValidationError, faults.on_invalid)
    app.add_exception_handler(HTTPException, faults.on_http)
    app.add_exception_handler(Exception, faults.on_surprise)
    for kind in console.store_errors:
        app.add_exception_handler(kind, faults.on_store_away)
