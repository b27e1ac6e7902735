"""Webhooks as Standard Webhooks describes them: signed JSON to one configured address."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr
from standardwebhooks import Webhook

from domain.watch.notice import NeverTaken, Notice, NotTaken

_SECONDS = 15.0
PREFIX = "whsec_"


class WebhookSender:
    """Sends notices as webhooks: ``sync.watch.ports.SendNotice``. ``now`` in seconds since 1970.

    Raises ValueError for an address that is not https (or this machine) and for a secret that is no base64.
    """

    def __init__(
        self,
        url: str,
        secret: SecretStr,
        *,
        wire: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        refuse_address(url)
        self._url = url
        self._key = key_of(secret)
        self._now = now
        self._http = httpx.Client(
            transport=wire, follow_redirects=False, trust_env=False, timeout=httpx.Timeout(_SECONDS)
        )

    def __call__(self, notice: Notice) -> None:
        """Send one. Raises NotTaken and NeverTaken, without the address in the text."""
        body = body_of(notice)
        try:
            answer = self._http.post(self._url, content=body, headers=self._headers(notice.mark, body))
        except httpx.HTTPError as error:
            raise NotTaken(f"the receiver did not answer ({type(error).__name__})") from None
        if answer.status_code == 410:
            raise NeverTaken("the receiver wants no more of these (410)")
        if not 200 <= answer.status_code < 300:
            raise NotTaken(f"the receiver answered {answer.status_code}")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _headers(self, mark: str, body: bytes) -> dict[str, str]:
        at = int(self._now())
        return {
            "Content-Type": "application/json",
            "User-Agent": "loonbrug",
            "webhook-id": mark,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(self._key, mark, at, body),
        }


def body_of(notice: Notice) -> bytes:
    """``type``, ``timestamp`` (when it happened) and ``data``: the same bytes at every attempt."""
    at = notice.created_at.astimezone(UTC).isoformat(timespec="seconds")
    told = {"type": notice.topic, "timestamp": at, "data": notice.content.get("data", {})}
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def signature(key: bytes, mark: str, at: int, body: bytes) -> str:
    """``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body`` (Standard Webhooks 1.0).

    The library takes the moment in UTC only: it overwrites another zone.
    """
    return Webhook(key).sign(mark, datetime.fromtimestamp(at, UTC), body.decode())


def key_of(secret: SecretStr) -> bytes:
    """The bytes of ``whsec_<base64>``. Raises ValueError, without the secret in the text."""
    text = secret.get_secret_value()
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError("a webhook secret is whsec_ and the base64 of 24 to 64 bytes")
    return key


def refuse_address(url: str) -> None:
    """Raise ValueError unless what is sent there cannot be read on the way."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address must start with https:// and name a host")
    if parts.scheme == "http" and not is_this_machine(parts.hostname):
        raise ValueError("the address must start with https://: others could read along")


def is_this_machine(host: str) -> bool:
    """Whether a host name can mean this machine only.

    >>> is_this_machine("localhost"), is_this_machine("::1"), is_this_machine("example.nl")
    (True, True, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
