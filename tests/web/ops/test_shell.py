"""Every page of the console: who may see it, in which language, with which headers."""

from __future__ import annotations

import re

import pytest

from web.ops.app import PAGES


def test_the_first_page_is_shown_to_whoever_is_signed_in(as_viewer):
    answer = as_viewer.get("/ops/")
    assert answer.status_code == 200
    assert "script-src" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_nobody_sees_a_page_without_signing_in(visitor):
    answer = visitor.get("/ops/flows?a=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/ops/sign-in?next=/ops/flows%3Fa%3D1"


def test_style_and_script_are_kept_by_browsers_and_asked_after(visitor):
    answer = visitor.get("/ops/static/console.css")
    assert answer.headers["cache-control"] == "no-cache"
    again = visitor.get("/ops/static/console.css", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_no_page_is_kept_by_browsers(as_viewer):
    assert as_viewer.get("/ops/").headers["cache-control"] == "no-store"


OPEN_TO_ALL = {"/sign-in", "/code", "/confirm", "/sign-out"}
OWN = {"/me/language", "/me/password"}
LOOKS = {"/audit/verify", "/cutoff/{report}/check"}
"""Forms that only look, though at much."""


def routes(method):
    """Every route of the console with this method, its parameters filled in."""
    found = [route for part in PAGES for route in part.router.routes if method in route.methods]
    return [(route.path, "/ops" + re.sub(r"\{[^}]*\}", "1", route.path)) for route in found]


@pytest.mark.parametrize("route", routes("POST"), ids=lambda route: route[0])
def test_a_viewer_changes_nothing_but_what_is_the_viewer_s_own(as_viewer, route):
    pattern, path = route
    if pattern not in OPEN_TO_ALL | OWN | LOOKS:
        assert as_viewer.submit(path).status_code == 403


@pytest.mark.parametrize("route", routes("GET"), ids=lambda route: route[0])
def test_no_page_is_open_to_strangers(visitor, route):
    pattern, path = route
    if pattern not in OPEN_TO_ALL:
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["location"][:12]) == (303, "/ops/sign-in")


@pytest.mark.parametrize("route", routes("POST"), ids=lambda route: route[0])
def test_no_form_without_its_token_is_taken(as_administrator, route):
    assert as_administrator.post(route[1]).status_code == 403
