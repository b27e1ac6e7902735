"""The console as an application of its own, mounted at ``/ops`` by ``web/app.py``.

A page is a file in ``web/ops/pages/`` with a ``router`` whose paths have no ``/ops`` before them, a template
in ``web/ops/templates/`` that extends ``base.html``, and its words in ``web/ops/words_<part>.py``. Add the
module to ``PAGES`` below; what has a place in ``shell.NAVIGATION`` then appears on top.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from fastapi import Depends, FastAPI, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from domain.errors import AfasError, Refused
from web.limits import TooMany
from web.ops import access, faults
from web.ops.console import Console
from web.ops.pages import (
    audit,
    cutoff,
    failures,
    findings,
    flows,
    me,
    now,
    parked_rows,
    replays,
    runbooks,
    sign_in,
    updates,
    week,
)
from web.ops.shell import NAVIGATION, STATIC

PAGES: tuple[ModuleType, ...] = (
    now,
    failures,
    updates,
    replays,
    runbooks,
    parked_rows,
    week,
    cutoff,
    findings,
    flows,
    audit,
    me,
    sign_in,
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
