"""Signing in: the password, then a one-time code; and the code again for what is dangerous."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from connectors.store.access.sessions import ConsoleSessions, Session
from web.ops.access import codes
from web.ops.access.access import HOME, Fields, SignedIn, SignInNeeded, session_of, within
from web.ops.access.passwords import LONGEST
from web.ops.access.signing_in import Denied, begin_session, check_code, check_password
from web.ops.access.visitor import in_line, remember_device, visitor_of
from web.ops.console import Console, Ops
from web.ops.cookies import drop_session, session_token, set_session
from web.ops.shell import page

router = APIRouter()

LONGEST_NAME = 100


def _next(back: Annotated[str, Query(alias="next")] = HOME) -> str:
    return within(back)


Next = Annotated[str, Depends(_next)]
"""Where to go on afterwards; always within the console."""


@router.get("/sign-in")
def ask_password(request: Request, ops: Ops, back: Next) -> Response:
    """Name and password; whoever is signed in already goes on."""
    session = None if ops.door.trusted else session_of(request, ops)
    if session is not None and session.stage == "open":
        return RedirectResponse(back, 303)
    status = 403 if ops.door.trusted else 200
    return page(request, "access/sign_in.html", status=status, next=back, name="", denied=None)


@router.post("/sign-in")
async def take_password(request: Request, ops: Ops, fields: Fields) -> Response:
    """Compare, when it is this visitor's turn; then ask for the code."""
    return await in_line(request, ops, lambda: _compare_password(request, ops, fields))


def _compare_password(request: Request, ops: Console, fields: FormData) -> Response:
    back, name = within(text(fields, "next")), text(fields, "name")[:LONGEST_NAME].strip()
    if ops.door.trusted:
        raise SignInNeeded(back)
    known = check_password(ops, visitor_of(request, ops), name, text(fields, "password")[:LONGEST])
    if isinstance(known, Denied):
        return denied_page(request, "access/sign_in.html", known, next=back, name=name)
    response = RedirectResponse(f"/ops/code?next={quote(back, safe='/')}", 303)
    set_session(response, ops, begin_session(ops, known))
    return response


@router.get("/code")
def ask_code(request: Request, ops: Ops, back: Next) -> Response:
    """The one-time code; at the first sign-in with the secret for the app."""
    session = session_of(request, ops)
    if session is None:
        raise SignInNeeded(back)
    if session.stage == "open":
        return RedirectResponse(back, 303)
    return _code_page(request, ops, session, back)


@router.post("/code")
async def take_code(request: Request, ops: Ops, fields: Fields) -> Response:
    """Compare, use the code up, and open the session under a new token."""
    return await in_line(request, ops, lambda: _compare_code(request, ops, fields))


def _compare_code(request: Request, ops: Console, fields: FormData) -> Response:
    back, session, token = within(text(fields, "next")), session_of(request, ops), session_token(request, ops)
    if session is None or token is None:
        raise SignInNeeded(back)
    if denied := check_code(ops, visitor_of(request, ops), session, text(fields, "code")):
        return _code_page(request, ops, session, back, denied)
    response = RedirectResponse(back, 303)
    set_session(response, ops, ops.of(ConsoleSessions).open(token))
    remember_device(request, response, ops, session.person)
    return response


@router.get("/confirm")
def ask_again(request: Request, _: SignedIn, back: Next) -> Response:
    """The code once more, before something dangerous."""
    return page(request, "access/confirm.html", next=back, denied=None)


@router.post("/confirm")
async def take_again(request: Request, ops: Ops, _: SignedIn, fields: Fields) -> Response:
    """Compare; then back to the page, to do what was wanted."""
    return await in_line(request, ops, lambda: _compare_again(request, ops, fields))


def _compare_again(request: Request, ops: Console, fields: FormData) -> Response:
    back, session, token = within(text(fields, "next")), session_of(request, ops), session_token(request, ops)
    if session is None or token is None:
        raise SignInNeeded(back)
    if denied := check_code(ops, visitor_of(request, ops), session, text(fields, "code")):
        return denied_page(request, "access/confirm.html", denied, next=back)
    ops.of(ConsoleSessions).confirm(token)
    return RedirectResponse(back, 303)


@router.post("/sign-out")
def sign_out(request: Request, ops: Ops) -> Response:
    """End the session, if there is one."""
    session, token = session_of(request, ops), session_token(request, ops)
    if session is not None and token is not None:
        ops.of(ConsoleSessions).end(token, session.person)
    response = RedirectResponse("/ops/sign-in", 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # the cookie that knows the browser stays
    drop_session(response, ops)
    return response


def text(fields: FormData, name: str) -> str:
    """A field as text; empty when it is missing or a file."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _code_page(
    request: Request, ops: Console, session: Session, back: str, denied: Denied | None = None
) -> Response:
    secret = session.new_secret
    shown = (
        (codes.spelled(secret), codes.address(secret, session.person.name, ops.environment))
        if secret
        else None
    )
    if denied:
        return denied_page(request, "access/code.html", denied, next=back, enrolment=shown)
    return page(request, "access/code.html", next=back, denied=None, enrolment=shown)


def denied_page(request: Request, template: str, denied: Denied, **context: Any) -> Response:
    """The page again, with what was wrong; 429 when nothing is looked at for a while."""
    if denied.locked_until is None:
        return page(request, template, status=422, denied=denied, **context)
    answer = page(request, template, status=429, denied=denied, **context)
    seconds = (denied.locked_until - datetime.now(UTC)).total_seconds()
    answer.headers["Retry-After"] = str(max(1, round(seconds)))
    return answer
