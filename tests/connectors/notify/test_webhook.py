"""Webhooks: signed as Standard Webhooks says, sent to the one address only."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook, WebhookVerificationError

from connectors.notify.ping import Ping
from connectors.notify.webhook import WebhookSender, key_of, refuse_address, signature
from domain.watch.notice import Channel, NeverTaken, Notice, NotTaken

SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
URL = "https://portal.example.nl/hooks/secret-path"


def notice() -> Notice:
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    return Notice(1, Channel.WEBHOOK, "msg_1", "alert.raised", at, 1, None, {"data": {"name": "é"}})


def sender(
    answer: httpx.Response | Exception,
    asked: list[httpx.Request] | None = None,
    now: Callable[[], float] = lambda: 1614265330.7,
) -> WebhookSender:
    def respond(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return WebhookSender(URL, SECRET, wire=httpx.MockTransport(respond), now=now)


def test_the_signature_is_that_of_the_specification():
    mark, at, body = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    assert signature(key_of(SECRET), mark, at, body) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_holds_type_time_and_data_and_is_signed_over_its_bytes():
    asked: list[httpx.Request] = []
    sender(httpx.Response(204), asked)(notice())
    request = asked[0]
    assert json.loads(request.content) == {
        "type": "alert.raised",
        "timestamp": "2026-11-20T09:00:00+00:00",
        "data": {"name": "é"},
    }
    assert request.headers["webhook-id"] == "msg_1"
    at = int(request.headers["webhook-timestamp"])
    assert at == 1614265330
    assert request.headers["webhook-signature"] == signature(key_of(SECRET), "msg_1", at, request.content)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Amsterdam", "America/New_York"])
def test_a_receiver_that_uses_the_library_of_the_specification_takes_it(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    asked: list[httpx.Request] = []
    try:
        sender(httpx.Response(204), asked, now=time.time)(notice())
    finally:
        monkeypatch.undo()
        time.tzset()
    receiver = Webhook(SECRET.get_secret_value())
    assert receiver.verify(asked[0].content, dict(asked[0].headers))["data"] == {"name": "é"}
    with pytest.raises(WebhookVerificationError):
        receiver.verify(asked[0].content + b" ", dict(asked[0].headers))


@pytest.mark.parametrize("status", [301, 307, 400, 401, 429, 500, 503])
def test_anything_but_a_2xx_is_tried_again(status):
    with pytest.raises(NotTaken, match=str(status)):
        sender(httpx.Response(status, headers={"location": "https://thief.example.nl"}))(notice())


def test_a_receiver_that_is_gone_is_not_asked_again():
    with pytest.raises(NeverTaken):
        sender(httpx.Response(410))(notice())


def test_no_answer_means_later_and_the_address_stays_out_of_the_text():
    with pytest.raises(NotTaken) as caught:
        sender(httpx.ConnectError(f"cannot reach {URL}"))(notice())
    assert "secret-path" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://portal.example.nl", "ftp://x", "portal.example.nl", "http://127.0.0.1.nl"]
)
def test_an_address_that_others_could_read_along_with_is_refused(url):
    with pytest.raises(ValueError, match="address"):
        refuse_address(url)


@pytest.mark.parametrize("url", ["https://portal.example.nl/x", "http://127.0.0.1:8000", "http://[::1]/"])
def test_https_and_this_machine_are_fine(url):
    refuse_address(url)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%"]
)
def test_a_weak_or_odd_secret_is_refused_without_being_repeated(secret):
    with pytest.raises(ValueError, match="whsec_ and the base64"):
        key_of(SecretStr(secret))


def test_the_ping_calls_its_address_and_never_tells_it():
    asked: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200 if len(asked) == 1 else 500)

    ping = Ping(SecretStr("https://ping.example.nl/secret"), httpx.MockTransport(respond))
    ping()
    with pytest.raises(NotTaken) as caught:
        ping()
    assert asked == ["https://ping.example.nl/secret"] * 2
    assert "secret" not in str(caught.value)
    ping.close()
