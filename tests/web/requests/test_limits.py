"""What one API key may ask, and what is known of it before anything of a body is read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.access.api_key import Scope
from tests.stages.decisions.portal_world import CLAIM
from tests.stages.loops import run
from tests.web.asking import TestClient, bearer, problem
from tests.web.described import DescribedClient
from web.app import create_app
from web.requests.limits import KeyLimits

pytestmark = pytest.mark.slow


def limited(services, limits):
    return DescribedClient(create_app(replace(services, key_limits=limits)), raise_server_exceptions=False)


def test_a_key_that_asks_too_much_is_told_when_to_go_on_and_others_are_not(services, keys, world):
    _, one = keys.create(name="one", scopes=[Scope.PORTAL], environment="main")
    _, other = keys.create(name="other", scopes=[Scope.PORTAL], environment="main")
    with limited(services, KeyLimits(rate=0.01, burst=3)) as client:
        answers = [client.get("/v1/declarations", headers=bearer(one)) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        problem(answers[3], 429, "too-many")
        assert 50 <= int(answers[3].headers["retry-after"]) <= 101
        assert client.get("/v1/declarations", headers=bearer(other)).status_code == 200


def test_a_key_has_no_more_under_way_at_once_than_it_may(services, keys, world):
    """One request stands still; the second of that key is refused, the first goes on."""
    _, secret = keys.create(name="one", scopes=[Scope.PORTAL], environment="main")
    application = create_app(replace(services, key_limits=KeyLimits(at_once=1)))

    async def both() -> tuple[int, int]:
        reading, go_on = asyncio.Event(), asyncio.Event()

        async def slow_body():
            reading.set()
            await go_on.wait()
            return {"type": "http.request", "body": b"{}", "more_body": False}

        path = f"/v1/declarations/{CLAIM}/approve"
        first = asyncio.create_task(asked(application, secret, "POST", path, slow_body))
        await reading.wait()
        second = await asked(application, secret, "GET", "/v1/declarations", slow_body)
        go_on.set()
        return await first, second

    assert run(both) == (422, 429)


async def asked(application, secret, method, path, receive) -> int:
    """The status of one request, straight into the application."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "http",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1),
        "headers": [(b"authorization", f"Bearer {secret}".encode()), (b"content-type", b"application/json")],
    }  # fmt: skip
    told: list[int] = []

    async def send(message) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    await application(scope, receive, send)
    return told[0]


def test_a_key_that_may_only_look_is_refused_before_its_body_is_read(services, keys, world):
    _, secret = keys.create(name="looks", scopes=[Scope.READ], environment="main")
    application = create_app(services)

    async def never():
        raise AssertionError("the body was read")

    for path in ("/v1/documents/9912/sign", f"/v1/declarations/{CLAIM}/approve", "/v1/questions"):
        assert run(asked, application, secret, "POST", path, never) == 403
    _, secret = keys.create(name="decides", scopes=[Scope.DECIDE], environment="main")
    assert run(asked, application, secret, "GET", "/v1/declarations", never) == 403
    assert run(asked, application, "lb_" + "x" * 43, "POST", "/v1/documents/9912/sign", never) == 401


def test_what_the_door_asks_of_a_key_is_what_every_route_asks(anonymous, keys, world):
    """A GET asks for reading, the rest for deciding: a route of another kind would be shut, not open."""
    _, reads = keys.create(name="reads", scopes=[Scope.READ], environment="main")
    _, decides = keys.create(name="decides", scopes=[Scope.DECIDE], environment="main")
    described = anonymous.get("/v1/openapi.json").json()["paths"]
    for path, methods in described.items():
        for method in methods:
            if path.startswith("/v1/"):
                place = path.replace("{", "").replace("}", "")
                for secret, opens in ((reads, method == "get"), (decides, method != "get")):
                    answer = anonymous.request(method, place, headers=bearer(secret))
                    assert (answer.status_code != 403) == opens, (method, path)


def test_an_address_that_tries_wrong_keys_is_refused_without_a_look_but_not_a_key_that_opened(
    services, keys, world
):
    _, good = keys.create(name="good", scopes=[Scope.PORTAL], environment="main")
    looked: list[str] = []

    class Counting:
        def holder(self, secret: str, environment: str):
            looked.append(secret)
            return keys.holder(secret, environment)

    with TestClient(create_app(replace(services, keys=Counting()))) as client:
        assert client.get("/v1/declarations", headers=bearer(good)).status_code == 200
        answers = [
            client.get("/v1/declarations", headers=bearer(f"lb_{number:043}")).status_code
            for number in range(200)
        ]
        assert answers[:60] == [401] * 60
        assert 429 in answers
        assert len(looked) < 200
        assert client.get("/v1/declarations", headers=bearer(good)).status_code == 200


def test_a_key_that_expired_opens_nothing(anonymous, keys, world):
    now = datetime.now(UTC)
    soon, secret = keys.create(
        name="ends", scopes=[Scope.PORTAL], environment="main", expires_at=now + timedelta(days=3)
    )
    assert anonymous.get("/v1/declarations", headers=bearer(secret)).status_code == 200
    world.look("update api_key set expires_at = now() - interval '1 second' returning id")
    problem(anonymous.get("/v1/declarations", headers=bearer(secret)), 401, "no-key")
    assert soon.expires_at == now + timedelta(days=3)
