"""The web part as a server: who really connects is who is seen."""

from __future__ import annotations

import threading

import httpx
import pytest

from workers.run.serve import listen, serve

pytestmark = pytest.mark.slow


async def who(scope, receive, send):
    """An application that answers with the address of its caller."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["client"][0].encode()})


@pytest.fixture
def address():
    listener, stop = listen("127.0.0.1", 0), threading.Event()
    arguments = (who, listener, stop, lambda: None)
    thread = threading.Thread(target=serve, args=arguments, kwargs={"stop_seconds": 2}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    stop.set()
    thread.join(60)


def test_nobody_passes_for_the_company_s_proxy_by_a_header(address):
    """Sign-on by header trusts an address: it must be that of the connection."""
    headers = {"X-Forwarded-For": "10.0.0.5", "Forwarded": "for=10.0.0.5"}
    assert httpx.get(address, headers=headers, trust_env=False).text == "127.0.0.1"
