"""A path that two might read differently is refused before anybody is asked about it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.web.ops.browsing import served
from tests.web.raw import ask, status
from web.requests.plain_path import is_plain

STRANGE = [
    "/ops/../v1/x",
    "/ops/..",
    "/v1/./declarations",
    "/v1/.",
    "//v1/declarations",
    "/v1//declarations",
    "/ops/%2e%2e/v1/x",
    "/ops/%2E./v1/x",
    "/ops/..%2fv1",
    "/ops%2Fflows",
    "/ops/..%5cv1",
    "/ops\\..\\v1",
    "/ops/..;/v1/x",
    "/ops/flows;x=1",
    "/ops/%3b/v1",
    "/ops/%252e%252e/v1",
    "/ops/%25252e/v1",
    "/ops/%c0%ae%c0%ae/v1",
    "/ops/#/../v1",
    "/ops/%23/v1",
    "http://x/ops/",
    "*",
]
PLAIN = [
    "/",
    "/ops",
    "/ops/",
    "/v1/declarations/000000000005.01",
    "/v1/declarations/P1%402026-W47",
    "/v1/declarations/.../x",
    "/ops/week/2026-W47",
    "/v1/documents/7/files/a..b",
    "/v1/workers/%C3%A9/mobile",
    "/v1/x%20y",
]


@pytest.mark.parametrize("path", STRANGE)
def test_what_two_might_read_differently_is_not_plain(path):
    assert not is_plain({"path": path, "raw_path": path.encode()})


@pytest.mark.parametrize("path", PLAIN)
def test_what_everybody_reads_alike_is_plain(path):
    assert is_plain({"path": path, "raw_path": path.encode()})


@pytest.mark.slow
def test_on_the_wire_no_strange_path_reaches_a_page_or_an_answer(application_of_both):
    with served(application_of_both) as address:
        port = urlsplit(address).port or 0
        for path in STRANGE:
            answer = ask(port, path)
            assert status(answer) in (400, 404), path
            assert "set-cookie" not in answer.lower(), path
        assert status(ask(port, "/ops/sign-in")) == 200
        assert status(ask(port, "/v1/declarations")) == 401


@pytest.fixture
def application_of_both(services, database, wake):
    """The API, and the console beside it."""
    from web.app import create_app  # noqa: PLC0415 - the plain tests above need no application
    from web.ops.console import Console, SignInRules  # noqa: PLC0415

    console = Console(
        environment="main", database=database, wake=wake, flows=(), door=SignInRules(url="http://127.0.0.1")
    )
    return create_app(services, console)
