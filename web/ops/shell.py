"""How a page of the console is made: a template, the words of the person's language, and our headers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from connectors.store.running.control import Control
from domain.access.person import Person, Role
from web.ops.console import console_of
from web.ops.cookies import FIELD, form_token, set_form_cookie
from web.ops.shown import filters
from words import LANGUAGES, Words, language_of

HERE = Path(__file__).parent
STATIC = HERE / "static"

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # where to go back to after signing in anew
    "Vary": "Accept-Language, Cookie",
}

NAVIGATION = (
    ("now", "/ops/"),
    ("failures", "/ops/failures"),
    ("week", "/ops/week"),
    ("cutoff", "/ops/cutoff"),
    ("findings", "/ops/findings"),
    ("flows", "/ops/flows"),
    ("audit", "/ops/audit"),
)
"""The pages on top, by the key of their words (``nav.now``); one that has no route yet is left out."""


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page (or a part of one, for htmx) out of ``templates/``.

    Beside ``context`` a template knows ``t`` (Words), ``person`` (or None), ``may(role)``, ``here`` (the
    path), ``console``, ``state`` (mode and pause), ``partial`` (htmx asks for a part; extend
    ``'bare.html' if partial else 'base.html'``), and the filters of ``web/ops/shown.py``. Every form that
    posts holds ``{{ csrf_field }}``; what htmx posts carries the token by itself.
    """
    console = console_of(request)
    token, cookie = form_token(request, console)
    person: Person | None = getattr(request.state, "person", None)
    field = Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)
    given = _around(request, person) | {"csrf": token, "csrf_field": field} | context
    words = given["t"]
    response = HTMLResponse(
        _environment(words.language).get_template(template).render(given), status, HEADERS
    )
    if cookie is not None:
        set_form_cookie(response, console, cookie)
    return response


def words_of(request: Request) -> Words:
    """The words for whoever asks."""
    person: Person | None = getattr(request.state, "person", None)
    chosen = person.language if person else None
    return Words(language_of(chosen, request.headers.get("accept-language", "")))


def _around(request: Request, person: Person | None) -> dict[str, Any]:
    """What every page shows around its own content."""
    console = console_of(request)
    state = console.of(Control).state() if person else None
    here = request.scope["path"]
    return {
        "t": words_of(request),
        "person": person,
        "may": lambda role: person is not None and person.role.may(Role(role)),
        "here": here,
        "console": console,
        "state": state,
        "navigation": request.app.state.navigation,
        "active": _active(here),
        "partial": "hx-request" in request.headers and "hx-boosted" not in request.headers,
    }


def _active(here: str) -> str:
    """The page on top that this one belongs to; empty for those that belong to none."""
    first, *others = NAVIGATION
    if here == first[1]:
        return first[0]
    return next((key for key, place in others if here.startswith(place)), "")


def prepare() -> None:
    """Compile every template, so that nobody waits for it."""
    for language in LANGUAGES:
        environment = _environment(language)
        for name in environment.list_templates():
            environment.get_template(name)


@cache
def _environment(language: str) -> Environment:
    """The templates with the filters of a language. Everything is escaped; a missing name is an error."""
    assert language in LANGUAGES  # noqa: S101 - language_of gave it
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(filters(Words(language)))
    return environment
