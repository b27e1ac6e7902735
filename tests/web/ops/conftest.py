"""The console on a real store, and people of each role who look at it.

``ops``, of the folder above, is the Console; ``as_viewer``, ``as_operator``, ``as_approver`` and
``as_administrator`` are clients that are signed in: ``as_operator.get("/ops/flows")``,
``as_operator.submit("/ops/flows/hours/pause", reason="x")``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from connectors.store.access.people import ConsolePeople
from connectors.store.access.sessions import ConsoleSessions
from domain.access.person import Role
from tests.stages.outbox.desk import Desk
from tests.stages.outbox.fake_afas_writes import FakeAfas
from tests.web.ops.browsing import CHROMIUM, FLAGS, Watched, served
from tests.web.ops.stuck import Stuck
from tests.web.visitor import Visitor
from web.app import create_app
from web.ops.access import codes
from web.ops.access.passwords import hash_password

PASSWORD = "correct horse battery staple"


@pytest.fixture
def application(services, ops):
    return create_app(services, ops)


@pytest.fixture
def visitor(application):
    """Somebody who is not signed in."""
    with Visitor(application, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def session_for(ops, role: Role) -> str:
    """An open session of somebody with this role, made without the sign-in page: what the cookie holds."""
    people, sessions = ops.of(ConsolePeople), ops.of(ConsoleSessions)
    name = f"{role} person"
    known = [person for person in people.list() if person.name == name]
    person = known[0] if known else people.add(name=name, email="", role=role, password="-", actor="test")
    token: str = sessions.open(sessions.begin(person.id, idle=900, longest=9000))
    return token


def _signed_in(application, ops, role):
    with Visitor(application, follow_redirects=False) as client:
        client.cookies.set("loonbrug-session", session_for(ops, role))
        yield client


@pytest.fixture
def as_viewer(application, ops):
    yield from _signed_in(application, ops, Role.VIEWER)


@pytest.fixture
def as_operator(application, ops):
    yield from _signed_in(application, ops, Role.OPERATOR)


@pytest.fixture
def as_approver(application, ops):
    yield from _signed_in(application, ops, Role.APPROVER)


@pytest.fixture
def as_administrator(application, ops):
    yield from _signed_in(application, ops, Role.ADMINISTRATOR)


@pytest.fixture(scope="session")
def chromium():
    """A browser; the test is skipped where there is none."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def address(application):
    """Where the console is served for a browser."""
    with served(application) as address:
        yield address


@pytest.fixture
def open_browser(chromium, address, ops):
    """Opens a page: ``open_browser(Role.OPERATOR, locale="nl", width=390)``; without a role for a stranger.

    When the test ends, nothing may have broken the content policy or asked for another address.
    """
    opened = []

    def opening(role=None, *, locale="en-GB", width=1280, dark=False):
        context = chromium.new_context(
            locale=locale,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            has_touch=width < 600,
        )
        if role is not None:
            cookie = {"name": "loonbrug-session", "value": session_for(ops, role), "url": address}
            context.add_cookies([cookie])
        watched = Watched(context.new_page(), address)
        opened.append((context, watched))
        return watched

    yield opening
    complaints = [complaint for _, watched in opened for complaint in watched.complaints]
    for context, _ in opened:
        context.close()
    assert not complaints


@pytest.fixture(scope="session")
def kept():
    return hash_password(PASSWORD)


@pytest.fixture
def anna(ops, kept):
    """Somebody who never signed in yet."""
    return ops.of(ConsolePeople).add(
        name="anna", email="anna@example.test", role=Role.OPERATOR, password=kept, actor="test"
    )


@pytest.fixture
def enrolled(ops, anna):
    """The secret of somebody who did."""
    secret = codes.new_secret()
    ops.of(ConsolePeople).enrol(anna, secret, 0)
    return secret


@pytest.fixture
def stuck(database, database_url, world, wake) -> Stuck:
    """Updates that failed, to be looked at."""
    return Stuck(Desk(FakeAfas(), database, database_url), wake)
