"""The own page: language and password."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from connectors.store.access.people import ConsolePeople
from connectors.store.access.sessions import ConsoleSessions
from domain.access.person import Person
from web.ops.access.access import Fields, SignedIn
from web.ops.access.passwords import LONGEST, SHORTEST, hash_password, weakness
from web.ops.access.sign_in_page import Next, denied_page, text
from web.ops.access.signing_in import check_current
from web.ops.access.visitor import in_line, visitor_of
from web.ops.console import Console, Ops
from web.ops.cookies import session_token
from web.ops.shell import page
from words import LANGUAGES

router = APIRouter()


@router.get("/me")
def me(request: Request, _: SignedIn, back: Next, done: str = "") -> Response:
    """Who I am here."""
    return page(request, "access/me.html", next=back, done=done, problem=None, denied=None, shortest=SHORTEST)


@router.post("/me/language")
def choose_language(ops: Ops, person: SignedIn, fields: Fields) -> Response:
    """English, Dutch, or as the browser says."""
    language = text(fields, "language")
    ops.of(ConsolePeople).set_language(person, language if language in LANGUAGES else None)
    return RedirectResponse("/ops/me?done=language", 303)


@router.post("/me/password")
async def choose_password(request: Request, ops: Ops, person: SignedIn, fields: Fields) -> Response:
    """Another password; all other sessions of this person end."""
    return await in_line(request, ops, lambda: _change_password(request, ops, person, fields))


def _change_password(request: Request, ops: Console, person: Person, fields: FormData) -> Response:
    current, new, token = text(fields, "current")[:LONGEST], text(fields, "new"), session_token(request, ops)
    context = {"next": "/ops/", "done": "", "shortest": SHORTEST}
    denied = check_current(ops, visitor_of(request, ops), person, current)
    if denied and denied.locked_until:
        return denied_page(request, "access/me.html", denied, problem="me.wrong-current", **context)
    problem = _problem(current, new, text(fields, "again"), right=denied is None) or weakness(
        new, (person.name, person.email)
    )
    if problem or token is None:
        return page(request, "access/me.html", status=422, problem=problem, denied=None, **context)
    ops.of(ConsolePeople).set_password(person, hash_password(new))
    ops.of(ConsoleSessions).end_others(person.id, token)
    return RedirectResponse("/ops/me?done=password", 303)


def _problem(current: str, new: str, again: str, *, right: bool) -> str | None:
    """The key of what is wrong, or None."""
    checks = (
        (not right, "me.wrong-current"),
        (new != again, "me.not-same"),
        (new == current, "me.same-as-before"),
    )
    return next((key for wrong, key in checks if wrong), None)
