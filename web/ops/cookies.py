"""The cookies of the console, and the tokens against forged forms that follow from them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from fastapi import Request, Response

from connectors.store.access.devices import DAYS
from web.ops.console import Console

FIELD: Final = "csrf"
"""The hidden field of every form."""
HEADER: Final = "x-csrf-token"
"""The header of every htmx request."""


def session_token(request: Request, console: Console) -> str | None:
    """What the session cookie holds."""
    return request.cookies.get(_name(console, "session"))


def set_session(response: Response, console: Console, token: str) -> None:
    """Hand out a session."""
    _set(response, console, "session", token)


def drop_session(response: Response, console: Console) -> None:
    """Take the session back."""
    response.delete_cookie(
        _name(console, "session"), path="/", secure=console.door.secure, httponly=True, samesite="strict"
    )


def device_cookie(request: Request, console: Console) -> str | None:
    """What tells a browser in which somebody signed in before; it outlives signing out."""
    return request.cookies.get(_name(console, "device"))


def set_device(response: Response, console: Console, cookie: str) -> None:
    """From now on this browser is no stranger."""
    _set(response, console, "device", cookie, days=DAYS)


def form_token(request: Request, console: Console) -> tuple[str, str | None]:
    """The token for the forms of this browser, and the cookie to set when it had none yet."""
    known = session_token(request, console) or request.cookies.get(_name(console, "form"))
    cookie = known or secrets.token_urlsafe(32)
    return _token(cookie), None if known else cookie


def set_form_cookie(response: Response, console: Console, cookie: str) -> None:
    """For a browser without a session: what its forms are bound to."""
    _set(response, console, "form", cookie)


def is_ours(request: Request, console: Console, token: str) -> bool:
    """Whether a form with this token came out of one of our pages, in this browser."""
    known = session_token(request, console) or request.cookies.get(_name(console, "form"))
    return known is not None and hmac.compare_digest(_token(known).encode(), token.encode())


def _token(cookie: str) -> str:
    return hashlib.sha256(f"form:{cookie}".encode()).hexdigest()


def _name(console: Console, kind: str) -> str:
    """``__Host-``: browsers take it over https only, for this host and no other."""
    return f"{'__Host-' if console.door.secure else ''}loonbrug-{kind}"


def _set(response: Response, console: Console, kind: str, value: str, *, days: int | None = None) -> None:
    response.set_cookie(
        _name(console, kind),
        value,
        max_age=days * 24 * 3600 if days else None,
        path="/",
        secure=console.door.secure,
        httponly=True,
        samesite="strict",
    )
