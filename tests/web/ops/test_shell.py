"""Every page of the console: who may see it, in which language, with which headers."""

from __future__ import annotations


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
