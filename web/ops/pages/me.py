"""The own page: language and password."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from connectors.store.console_people import ConsolePeople
from connectors.store.console_sessions import ConsoleSessions
from web.ops.access import Fields, SignedIn
from web.ops.console import Ops
from web.ops.cookies import session_token
from web.ops.pages.sign_in import Next, text
from web.ops.passwords import LONGEST, SHORTEST, hash_password, is_right
from web.ops.shell import page
from web.ops.words import LANGUAGES

router = APIRouter()


@router.get("/me")
def me(request: Request, _: SignedIn, back: Next, done: str = "") -> Response:
    """Who I am here."""
    return page(request, "me.html", next=back, done=done, problem=None, shortest=SHORTEST)


@router.post("/me/language")
def choose_language(ops: Ops, person: SignedIn, fields: Fields) -> Response:
    """English, Dutch, or as the browser says."""
    language = text(fields, "language")
    ops.of(ConsolePeople).set_language(person, language if language in LANGUAGES else None)
    return RedirectResponse("/ops/me?done=language", 303)


@router.post("/me/password")
def choose_password(request: Request, ops: Ops, person: SignedIn, fields: Fields) -> Response:
    """Another password; all other sessions of this person end."""
    people, token = ops.of(ConsolePeople), session_token(request, ops)
    new = text(fields, "new")
    known = people.credentials(person.name)
    right = is_right(text(fields, "current")[:LONGEST], known.password if known else None)
    problem = _problem(text(fields, "current"), new, text(fields, "again"), right=right)
    if problem or token is None:
        return page(request, "me.html", status=422, next="/ops/", done="", problem=problem, shortest=SHORTEST)
    people.set_password(person, hash_password(new))
    ops.of(ConsoleSessions).end_others(person.id, token)
    return RedirectResponse("/ops/me?done=password", 303)


def _problem(current: str, new: str, again: str, *, right: bool) -> str | None:
    """The key of what is wrong, or None."""
    checks = (
        (not right, "me.wrong-current"),
        (not SHORTEST <= len(new) <= LONGEST, "me.too-short"),
        (new != again, "me.not-same"),
        (new == current, "me.same-as-before"),
    )
    return next((key for wrong, key in checks if wrong), None)
