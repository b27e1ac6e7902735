"""Who looked at what is kept, without names, and without anybody waiting for it."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from connectors.store.audit.reads import AuditReads
from connectors.store.audit.viewings import Viewings
from connectors.store.keeping.retention import Keep, Retention
from domain.access.api_key import Scope
from domain.access.person import Role
from domain.audit.entry import Entry
from domain.audit.viewing import Viewing
from tests.stages.decisions.portal_world import CLAIM, DOCUMENT
from tests.web.asking import TestClient
from tests.web.ops.conftest import session_for
from tests.web.visitor import Visitor
from web.app import create_app
from web.requests import looks
from web.requests.looks import ViewingBuffer

AWAY = (psycopg.OperationalError,)


@pytest.fixture
def book(database):
    return ViewingBuffer(Viewings(database, "main"), AWAY, every=3600)


@pytest.fixture
def application(services, ops, book):
    return create_app(replace(services, looks=book), ops)


def seen(database, book):
    assert book.write()
    return {
        (each.viewing.actor, each.viewing.what, each.viewing.subject): each.times
        for each in Viewings(database, "main").newest()
    }


@pytest.fixture
def portal(application, keys, world):
    key, secret = keys.create(name="portal", scopes=[Scope.READ], environment="main")
    with TestClient(application, headers={"Authorization": f"Bearer {secret}"}) as client:
        client.actor = f"key:{key.id}"
        yield client


def test_each_read_of_the_api_that_shows_people_is_kept_with_ids_and_filters(portal, database, book):
    portal.get("/v1/declarations", params={"status": "to-approve", "client": "D10001"})
    portal.get(f"/v1/declarations/{CLAIM}")
    portal.get(f"/v1/declarations/{CLAIM}")
    portal.get("/v1/onboarding/p500")
    portal.get(f"/v1/documents/{DOCUMENT}/files/f1")
    kept = seen(database, book)
    assert kept[portal.actor, "GET /v1/declarations", "client=D10001 status=to-approve"] == 1
    assert kept[portal.actor, "GET /v1/declarations/{number}", f"number={CLAIM}"] == 2
    assert kept[portal.actor, "GET /v1/onboarding/{person}", "person=p500"] == 1


def test_a_file_that_was_downloaded_is_kept(portal, database, book, world):
    files = portal.get(f"/v1/documents/{DOCUMENT}").json()["files"]
    for file in files:
        assert portal.get(f"/v1/documents/{DOCUMENT}/files/{file['id']}").status_code == 200
        subject = f"document={DOCUMENT} file={file['id']}"
        assert seen(database, book)[portal.actor, "GET /v1/documents/{document}/files/{file}", subject] == 1
    assert files


def test_what_was_not_shown_was_not_looked_at(portal, database, book):
    portal.get("/v1/declarations/000000009999.01")
    portal.get("/v1/nothing")
    portal.get("/v1/declarations", headers={"Authorization": "Bearer lb_x"})
    portal.get("/healthz")
    assert seen(database, book) == {}


def test_each_page_of_the_console_is_kept_and_what_was_searched_for_is_not(as_viewer, database, book):
    as_viewer.headers["X-Poll"] = "1"  # a page says so itself: nobody hides behind it
    as_viewer.get("/ops/week/2026-W47")
    as_viewer.get("/ops/failures", params={"text": "Jan de Vries", "kind": "approve"})
    as_viewer.get("/ops/static/console.css")
    as_viewer.get("/ops/me")
    kept = seen(database, book)
    who = "user:viewer person"
    assert kept[who, "GET /ops/week/{week}", "week=2026-W47"] == 1
    assert kept[who, "GET /ops/failures", "kind=approve text=*"] == 1
    assert not any("static" in what or "/me" in what for _, what, _ in kept)
    assert "Vries" not in str(kept)


def test_a_role_or_a_key_that_does_not_open_something_is_told_to_the_trail_once_a_minute(
    as_viewer, portal, database, book
):
    for _ in range(3):
        assert as_viewer.submit("/ops/switches/pause", reason="x").status_code == 403
        assert portal.post(f"/v1/declarations/{CLAIM}/approve", json={}).status_code == 403
    assert book.write()
    told = [
        (each.actor, each.subject, each.details["times"])
        for each in AuditReads(database, "main").all()
        if each.action == "access.refuse"
    ]
    assert told == [("user:viewer person", "role:operator", 1), (portal.actor, "scope:decide", 1)]


def test_a_stranger_is_nobody_who_looked(visitor, database, book):
    visitor.get("/ops/week/2026-W47")
    visitor.get("/ops/sign-in")
    assert seen(database, book) == {}


def test_a_page_does_not_wait_for_what_is_kept_nor_is_it_lost_while_the_store_is_away(database):
    class Away:
        def __init__(self):
            self.away, self.seen, self.refused = True, {}, []

        def add(self, seen, refused=()):
            if self.away:
                raise psycopg.OperationalError
            self.seen, self.refused = dict(seen), list(refused)

    kept = Away()
    book = ViewingBuffer(kept, AWAY, every=3600)
    viewing = Viewing("user:anna", "198.51.100.7", "GET /ops/", "")
    book.note(viewing)
    book.refuse(Entry("user:anna", "access.refuse", "role:approver"))
    assert not book.write()
    book.note(viewing)
    kept.away = False
    assert book.write()
    assert (kept.seen, len(kept.refused)) == ({viewing: 2}, 1)


def test_of_more_than_fits_the_number_is_kept(database, monkeypatch):
    monkeypatch.setattr(looks, "MOST", 2)
    book = ViewingBuffer(Viewings(database, "main"), AWAY, every=3600)
    for number in range(5):
        book.note(Viewing("user:anna", "", "GET /ops/", f"n={number}"))
    kept = seen(database, book)
    assert kept["loonbrug", "viewings that could not be kept", ""] == 3


def test_what_was_seen_in_the_last_second_is_written_at_a_stop(services, ops, database, keys, world):
    book = ViewingBuffer(Viewings(database, "main"), AWAY, every=3600)
    with Visitor(create_app(replace(services, looks=book), ops)) as client:
        client.cookies.set("loonbrug-session", session_for(ops, Role.VIEWER))
        assert client.get("/ops/").status_code == 200
        book._ended.set()  # its thread need not sleep on
    assert [each.viewing.what for each in Viewings(database, "main").newest()] == ["GET /ops/"]


def test_who_looked_is_found_by_whom_and_what_and_goes_when_it_is_old(database):
    viewings = Viewings(database, "main")
    for number in range(3):
        viewings.add({Viewing("user:anna", "a", "GET /v1/contacts/{contact}", f"contact={number}"): 1})
    assert len(viewings.newest(actor="user:anna")) == 3
    assert viewings.newest(actor="user:bert") == []
    [found] = viewings.newest(subject="contact=1")
    assert found.viewing.subject == "contact=1"
    with database.connection() as connection:
        connection.execute(
            "update viewing set minute = now() - interval '31 days' where subject = 'contact=1'"
        )
    assert Retention(database, "main", Keep(views=30)).sweep() == {"viewing": 1}
