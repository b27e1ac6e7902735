"""Who is at the console, and what that person may do here.

A handler says what it needs: ``def page(request: Request, person: Viewer, ops: Ops)``. A form is checked
against forgery for every handler of the console; ``Fields`` are its fields.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import quote, unquote, urlsplit

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData

from connectors.store.access.people import ConsolePeople
from connectors.store.access.sessions import ConsoleSessions, Session
from domain.access.person import Person, Role
from domain.errors import Refused
from web.ops.console import PROXY_HEADER, Console, Ops, TrustedHeader, console_of
from web.ops.cookies import FIELD, HEADER, is_ours, session_token

HOME = "/ops/"
FRESH = 5 * 60
"""Seconds for which a one-time code given again opens what is dangerous."""

POLL = "x-poll"
"""The header of requests that a page makes by itself: they keep no session alive."""

_SAFE = frozenset({"GET", "HEAD"})
_NUL = "\x00"
"""PostgreSQL keeps no text with it, and nobody types it."""
_FROM_HERE = frozenset({"same-origin", "none", ""})


class SignInNeeded(Exception):  # noqa: N818 - named after what to do next
    """Nobody is signed in; ``back`` is where to go on afterwards. Nothing was done."""

    def __init__(self, back: str) -> None:
        super().__init__("sign in")
        self.back = back


class ConfirmationNeeded(SignInNeeded):
    """The person must give a one-time code again; then once more what was wanted. Nothing was done."""


class OwnPasswordNeeded(SignInNeeded):
    """The password was chosen by somebody else: the person must choose one first. Nothing was done."""


class RoleNeeded(Exception):  # noqa: N818 - named after what to do next
    """The person's role does not open this. Nothing was done."""

    def __init__(self, person: Person, wanted: Role) -> None:
        super().__init__(wanted.value)
        self.person = person
        self.wanted = wanted


class ForgedForm(Exception):  # noqa: N818 - named after what it is
    """The form did not come out of a page of ours in this session. Nothing was done."""


async def checked_form(request: Request, console: Ops) -> None:
    """For the whole console: refuse what is too large or no text, and a request that changes something and
    did not begin on a page of ours.
    """
    if getattr(request.state, "too_large", False):
        raise HTTPException(413)
    if _NUL in unquote(f"{request.scope['path']}?{request.url.query}"):
        raise HTTPException(422)
    if request.method in _SAFE:
        return
    if request.headers.get("sec-fetch-site", "") not in _FROM_HERE:
        raise ForgedForm
    fields = await request.form()
    if any(_NUL in value for value in fields.values() if isinstance(value, str)):
        raise HTTPException(422)
    token = request.headers.get(HEADER) or fields.get(FIELD)
    if not isinstance(token, str) or not is_ours(request, console, token):
        if session_token(request, console) is None and _from_page(request) is not None:
            raise SignInNeeded(back_to(request))
        raise ForgedForm


async def _fields(request: Request) -> FormData:
    return await request.form()


Fields = Annotated[FormData, Depends(_fields)]
"""The fields of a form."""


def session_of(request: Request, console: Console, *, noted: bool = True) -> Session | None:
    """The session of this browser, whatever its stage; ``noted`` as seen unless the page asked by itself."""
    token = session_token(request, console)
    if token is None:
        return None
    door = console.door
    by_person = noted and POLL not in request.headers
    return console.of(ConsoleSessions).find(token, idle=door.idle, longest=door.longest, noted=by_person)


def _signed_in(request: Request, console: Ops) -> Person:
    """Whoever is signed in; remembered for the page. Raises SignInNeeded."""
    return _found(request, console, noted=True)


def _found(request: Request, console: Console, *, noted: bool) -> Person:
    """Whoever is signed in. Unless ``noted`` nothing is written, and nobody is let in who was not before."""
    trusted = console.door.trusted
    if trusted is not None:
        person = _vouched(request, console, trusted, noted=noted)
    else:
        session = session_of(request, console, noted=noted)
        if session is None or session.stage != "open":
            raise SignInNeeded(back_to(request))
        request.state.confirmed = session.confirmed
        person = session.person
    request.state.person = person
    return person


SignedIn = Annotated[Person, Depends(_signed_in)]
"""Anybody who is signed in, also one who must choose a password first: for the own pages only."""


def remember(request: Request) -> None:
    """Find out who looks, for a page around a fault that came before anybody asked; a stranger stays one.

    Nothing is written: an address that leads nowhere signs nobody on.
    """
    console = console_of(request)
    with suppress(SignInNeeded, RoleNeeded, Refused, *console.store_errors):
        _found(request, console, noted=False)


def at_least(wanted: Role) -> Callable[[Request, Person], Person]:
    """A dependency: the person, when the role is enough. Raises RoleNeeded."""

    def check(request: Request, person: SignedIn) -> Person:
        if person.password_due:
            raise OwnPasswordNeeded(back_to(request))
        if not person.role.may(wanted):
            raise RoleNeeded(person, wanted)
        return person

    return check


def confirmed(wanted: Role) -> Callable[[Request, Console, Person], Person]:
    """A dependency like ``at_least``, for dangerous actions: wants a one-time code of the last minutes."""
    enough = at_least(wanted)

    def check(request: Request, console: Ops, person: SignedIn) -> Person:
        enough(request, person)
        age = getattr(request.state, "confirmed", None)
        if console.door.trusted is None and (age is None or age > FRESH):
            raise ConfirmationNeeded(back_to(request))
        return person

    return check


Viewer = Annotated[Person, Depends(at_least(Role.VIEWER))]
Operator = Annotated[Person, Depends(at_least(Role.OPERATOR))]
Approver = Annotated[Person, Depends(at_least(Role.APPROVER))]
ConfirmedApprover = Annotated[Person, Depends(confirmed(Role.APPROVER))]
ConfirmedAdministrator = Annotated[Person, Depends(confirmed(Role.ADMINISTRATOR))]


def actor(person: Person) -> str:
    """How the audit trail calls this person."""
    return f"user:{person.name}"


def back_to(request: Request) -> str:
    """Where the person was: this page, or the page on which the form stood; always within the console."""
    if request.method in _SAFE and "hx-request" not in request.headers:
        query = f"?{request.url.query}" if request.url.query else ""
        return within(quote(request.scope["path"]) + query)
    return _from_page(request) or HOME


def within(place: str) -> str:
    """A place inside the console, or the first page: nobody is sent elsewhere."""
    parts = urlsplit(place)
    path = unquote(parts.path)
    strange = parts.scheme or parts.netloc or "\\" in path or not path.isprintable() or ".." in path
    return HOME if strange or not place.startswith(HOME) or not place.isprintable() else place


def _from_page(request: Request) -> str | None:
    """The page of ours that a form or an htmx request came from."""
    came = request.headers.get("hx-current-url") or request.headers.get("referer") or ""
    parts = urlsplit(came)
    if parts.netloc != request.headers.get("host"):
        return None
    return within(parts.path + (f"?{parts.query}" if parts.query else ""))


def _vouched(request: Request, console: Console, trusted: TrustedHeader, *, noted: bool) -> Person:
    """Whom the company's proxy names. Raises RoleNeeded and SignInNeeded; Refused for people disabled."""
    names = _said(request, trusted.person)
    name = names[0].strip() if len(names) == 1 else ""  # a second one did not come from the proxy
    if not name or len(name) > 100 or not _is_proxy(request, trusted):
        raise SignInNeeded(back_to(request))
    groups = [group.strip() for group in ",".join(_said(request, trusted.role)).split(",")]
    named = _MERE_NAMES | dict(trusted.roles)
    roles = [named[group] for group in groups if group in named]
    if not roles:
        raise RoleNeeded(Person(0, name, Role.VIEWER, external=True), Role.VIEWER)
    role = max(roles, key=list(Role).index)
    people = console.of(ConsolePeople)
    person = people.known_outside(name, role) if noted else people.seen_outside(name, role)
    if person is None:
        raise SignInNeeded(back_to(request))
    return person


_MERE_NAMES = {role.value: role for role in Role if role is not Role.ADMINISTRATOR}
"""Groups that count without an entry. Many a company has a group of administrators, of something else."""


def _said(request: Request, name: str) -> list[str]:
    """What a header says, each time it comes. Nothing when it also comes with underscores for dashes: on the
    way here somebody may have taken that for the same header, and only the other for the proxy's.
    """
    like = [(found, value) for found, value in request.headers.items() if _dashed(found) == _dashed(name)]
    exact = [value for found, value in like if found == name.lower()]
    return exact if len(exact) == len(like) else []


def _dashed(name: str) -> str:
    return name.lower().replace("_", "-")


def _is_proxy(request: Request, trusted: TrustedHeader) -> bool:
    """Whether the connection comes from the proxy itself: its address, and the secret that it has with us."""
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    said = _said(request, PROXY_HEADER)
    proven = len(said) == 1 and hmac.compare_digest(said[0].encode(), trusted.secret.encode())
    return proven and any(address in ip_network(network, strict=False) for network in trusted.proxies)
