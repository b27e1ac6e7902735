"""Two environments in one database: what belongs to the one opens nothing of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.routing import BaseRoute, Mount, Route

from connectors.store.access.people import ConsolePeople
from connectors.store.access.sessions import ConsoleSessions
from domain.access.api_key import Scope
from domain.access.person import Role
from tests.stages.decisions.portal_world import APPROVER, CLAIM, DOCUMENT
from tests.web.asking import TestClient
from tests.web.visitor import Visitor
from web.app import create_app
from web.ops.console import Console

pytestmark = pytest.mark.slow

FILLED = {"number": CLAIM, "contact": str(APPROVER), "document": str(DOCUMENT), "file": "F" * 32}
WITHOUT_A_KEY = {"/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/ops"}
"""What tells nothing of anybody's data. A new route stands here, or wants a key of its environment."""
WITHOUT_A_SESSION = {"/ops/sign-in", "/ops/code", "/ops/sign-out"}


def ways(routes: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str, str]]:
    """Method, pattern and a path that fits, of every route, those of mounted applications too."""
    for route in routes:
        if isinstance(route, Mount):
            yield from ways(route.routes, before + route.path)
        elif (included := getattr(route, "original_router", None)) is not None:  # FastAPI's own kind of route
            yield from ways(included.routes, before)
        elif isinstance(route, Route):
            pattern = before + route.path
            path = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: FILLED.get(found[1], "1"), pattern)
            for method in route.methods or ():
                yield method, pattern, path
        else:
            raise AssertionError(f"what is {route}?")


@pytest.fixture
def everything(services, ops):
    return create_app(services, ops)


@pytest.fixture
def other(ops, database, wake):
    """The console of the other environment."""
    return Console(environment="test", database=database, wake=wake, flows=ops.flows, door=ops.door)


@pytest.mark.parametrize("client", [None, "10010"])
def test_no_route_of_the_api_opens_to_a_key_of_another_environment(everything, keys, world, client):
    _, secret = keys.create(name="portal", scopes=list(Scope), environment="test", client=client)
    asked = 0
    with TestClient(everything, headers={"Authorization": f"Bearer {secret}"}) as call:
        for method, pattern, path in ways(everything.routes):
            if pattern in WITHOUT_A_KEY or pattern.startswith("/ops/"):
                continue
            answer = call.request(method, path)
            assert answer.status_code == 401, f"{method} {pattern} answered {answer.status_code}"
            asked += 1
    assert asked >= 15, "the routes of the API were found"
    assert world.look("select last_used_at from api_key where environment = 'test'") == [
        {"last_used_at": None}
    ]


def test_a_file_of_afas_goes_to_a_key_of_its_own_environment_only(everything, keys, world):
    path = f"/v1/documents/{DOCUMENT}/files/{'F' * 32}"
    answers = {}
    for environment in ("main", "test"):
        _, secret = keys.create(name="portal", scopes=[Scope.READ], environment=environment)
        for table in ("document", "document_file"):  # the same document, known in both
            world.look(f"update {table} set environment = %s returning 1", environment)
        with TestClient(everything, headers={"Authorization": f"Bearer {secret}"}) as call:
            answers[environment] = call.get(path)
    assert answers["main"].content.startswith(b"%PDF")
    assert answers["test"].status_code == 401
    assert b"%PDF" not in answers["test"].content


def test_no_page_of_the_console_opens_to_a_session_of_another_environment(everything, ops, other, world):
    strangers = {}
    for console in (ops, other):
        person = console.of(ConsolePeople).add(
            name="anna", email="", role=Role.ADMINISTRATOR, password="-", actor="test"
        )
        sessions = console.of(ConsoleSessions)
        strangers[console.environment] = sessions.open(sessions.begin(person.id, idle=900, longest=9000))
    asked = 0
    with Visitor(everything, raise_server_exceptions=False, follow_redirects=False) as visitor:
        for method, pattern, path in ways(everything.routes):
            if not pattern.startswith("/ops/") or pattern in WITHOUT_A_SESSION:
                continue
            visitor.cookies.set("loonbrug-session", strangers["test"])
            answer = visitor.submit(path) if method == "POST" else visitor.request(method, path)
            told = f"{method} {pattern} answered {answer.status_code}"
            assert answer.status_code == 303, told
            assert answer.headers["location"].startswith("/ops/sign-in"), told
            asked += 1
        visitor.cookies.set("loonbrug-session", strangers["main"])
        assert visitor.get("/ops/flows").status_code == 200
    assert asked >= 30, "the routes of the console were found"


def test_signing_out_ends_no_session_of_another_environment(ops, other, world):
    mine = ops.of(ConsolePeople).add(name="anna", email="", role=Role.VIEWER, password="-", actor="test")
    sessions = ops.of(ConsoleSessions)
    token = sessions.open(sessions.begin(mine.id, idle=900, longest=9000))
    other.of(ConsoleSessions).end(token, mine)
    other.of(ConsoleSessions).end_others(mine.id, "x")
    assert sessions.find(token, idle=900, longest=9000) is not None
