"""Every page of the console: who may see it, in which language, with which headers."""

from __future__ import annotations

import re

import pytest

from connectors.store.running.control import Control
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


def test_a_body_that_is_too_large_gets_a_page_that_says_so(as_operator):
    answer = as_operator.post("/ops/switches/pause", content=b"reason=" + b"x" * 300_000)
    assert answer.status_code == 413
    assert "That was too much at once" in answer.text
    assert "Sign out" in answer.text


def test_a_body_of_unknown_length_that_is_too_large_gets_the_same_page(as_operator, ops):
    def endless():
        yield b"reason="
        for _ in range(10):
            yield b"x" * 65_536

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = as_operator.post("/ops/switches/pause", content=endless(), headers=form)
    assert answer.status_code == 413
    assert "That was too much at once" in answer.text
    assert ops.of(Control).state().paused_until is None


def test_a_page_that_does_not_exist_still_leads_on(as_viewer, visitor):
    assert 'href="/ops/flows"' in as_viewer.get("/ops/nothing").text
    answer = visitor.get("/ops/nothing")
    assert answer.status_code == 404
    assert 'href="/ops/flows"' not in answer.text


def test_a_wrong_method_is_told_on_a_page_with_the_right_one(as_viewer):
    answer = as_viewer.get("/ops/sign-out")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "There is no such page" in answer.text


@pytest.mark.parametrize("path", ["/ops/", "/ops/nothing", "/ops/me", "/ops/flows/none"])
def test_every_page_keeps_others_out(as_viewer, path):
    headers = as_viewer.get(path).headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert part in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


ODD = ("%00", "9" * 30, "x" * 3000, "%F0%9F%92%A3", "..x", "-1", "%FF")
QUERIES = (
    "before",
    "after",
    "kind",
    "week",
    "who",
    "since",
    "state",
    "prospect",
    "said",
    "next",
    "cause",
    "age",
)
FIELDS = ("reason", "kind", "mode", "week", "note", "anchor", "name", "password", "code", "current", "new")


@pytest.mark.parametrize("route", routes("GET"), ids=lambda route: route[0])
def test_an_address_that_no_page_makes_is_told_on_a_page(as_administrator, route):
    for odd in ODD:
        if "{" in route[0]:
            answer = as_administrator.get("/ops" + re.sub(r"\{[^}]*\}", odd, route[0]))
            assert answer.status_code in (404, 409, 422), odd
            assert answer.headers["content-type"].startswith("text/html")
        query = "&".join(f"{name}={odd}" for name in QUERIES)
        assert as_administrator.get(f"{route[1]}?{query}").status_code < 500, odd


@pytest.mark.parametrize("route", routes("POST"), ids=lambda route: route[0])
def test_a_form_that_no_page_makes_breaks_nothing(as_administrator, route):
    for value in ("\N{BOMB}", "x" * 9000, " "):
        assert as_administrator.submit(route[1], **dict.fromkeys(FIELDS, value)).status_code < 500, value


@pytest.mark.parametrize("route", routes("POST"), ids=lambda route: route[0])
def test_a_character_that_is_no_text_is_refused(as_administrator, route):
    assert as_administrator.submit(route[1], reason="a\x00b").status_code == 422


def test_a_reason_of_blanks_is_none(as_operator, ops):
    assert as_operator.submit("/ops/switches/pause", reason="   ").status_code == 422
    assert ops.of(Control).state().paused_until is None
