"""What a person sees when something cannot be done: a page that says so, and what to do."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.exceptions import HTTPException

from domain.errors import NotFound, Refused
from domain.message import Message
from web.ops.access.access import ConfirmationNeeded, OwnPasswordNeeded, RoleNeeded, SignInNeeded, remember
from web.ops.shell import HEADERS, page
from web.requests.limits import TooMany

_AGAIN = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Loonbrug</title>'
    '<meta http-equiv="refresh" content="0"></head><body><a href="">Loonbrug</a></body></html>'
)
_DOORS = {ConfirmationNeeded: "confirm", OwnPasswordNeeded: "me"}


def on_sign_in(request: Request, error: Exception) -> Response:
    """Sign in (or give a code) and come back. A page opened from elsewhere first asks once more by itself,
    since browsers keep a strict cookie back on the way in from another site.
    """
    assert isinstance(error, SignInNeeded)  # noqa: S101 - registered for it
    if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        return HTMLResponse(_AGAIN, headers=HEADERS)
    where = _DOORS.get(type(error), "sign-in")
    place = f"/ops/{where}?next={quote(error.back, safe='/')}"
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": place})
    return RedirectResponse(place, 303)


def on_role(request: Request, error: Exception) -> Response:
    """The role does not open this."""
    assert isinstance(error, RoleNeeded)  # noqa: S101 - registered for it
    request.state.not_open = f"role:{error.wanted}"
    request.state.refused_person = error.person
    return fault(request, 403, "role", role=error.wanted)


def on_forged(request: Request, _: Exception) -> Response:
    """A form that is not ours, or one of before signing in anew."""
    return fault(request, 403, "form")


async def on_crowded(request: Request, error: Exception) -> Response:
    """Too many sign-ins at once, or from one address. Answered without a thread and without the store."""
    assert isinstance(error, TooMany)  # noqa: S101 - registered for it
    request.state.person = None
    answer = fault(request, 429, "crowded")
    answer.headers["Retry-After"] = str(error.after)
    return answer


def on_refused(request: Request, error: Exception) -> Response:
    """Something that cannot be done, in words for people."""
    assert isinstance(error, Refused)  # noqa: S101 - registered for it
    missing = isinstance(error, NotFound)
    return fault(request, 404 if missing else 409, "missing" if missing else "refused", detail=error.message)


def on_afas(request: Request, _: Exception) -> Response:
    """AFAS did not answer as it should. Its words may name people."""
    return fault(request, 502, "afas")


def on_invalid(request: Request, _: Exception) -> Response:
    """Fields or addresses of a form that no page of ours makes."""
    return fault(request, 422, "invalid")


def on_http(request: Request, error: Exception) -> Response:
    """No such page, a wrong method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    remember(request)
    kind = {404: "missing", 405: "missing", 413: "too-large"}.get(error.status_code, "invalid")
    answer = fault(request, error.status_code, kind)
    answer.headers.update(error.headers or {})
    return answer


def on_surprise(request: Request, _: Exception) -> Response:
    """What nobody foresaw. Its text may hold personal data and stays inside."""
    request.state.person = None
    return fault(request, 500, "surprise")


def on_store_away(request: Request, _: Exception) -> Response:
    """PostgreSQL is away; nothing that needs it can be shown."""
    request.state.person = None
    return fault(request, 503, "store")


def fault(
    request: Request, status: int, kind: str, *, detail: Message | None = None, **values: object
) -> Response:
    """A page with the words ``fault.<kind>`` and what to do, ``fault.<kind>.do``."""
    reference = getattr(request.state, "request_id", "")
    return page(
        request, "fault.html", status=status, kind=kind, detail=detail, values=values, reference=reference
    )
