"""AFAS webhooks (Profit 8): hints that something happened to a dossier item, signed and delivered by a queue.

AFAS wants a public HTTPS address; the sandbox delivers to this machine only.
"""

import hashlib
import hmac
import json
import queue
import threading
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any, Protocol
from urllib.parse import urlsplit

PATIENCE = 2.0  # seconds for the receiver to answer; AFAS: webhooks.md
PAUSES = (1.0, 5.0, 25.0)
"""Seconds before each next try (assumption: AFAS only says that they grow). After the last one: failed."""


class WebhookEvent(Protocol):
    """What the world tells: the type of an event and its data."""

    @property
    def type(self) -> str:
        """Such as workflow.task.entered."""

    @property
    def data(self) -> dict[str, Any]:
        """Which dossier item, workflow, task or action."""


@dataclass(frozen=True)
class Subscription:
    """Where to deliver, and the password that signs."""

    host: str
    port: int
    path: str
    password: str


class Webhooks:
    """One app connector's webhook. Delivers from a thread of its own: a slow receiver delays nobody."""

    def __init__(self, closing: threading.Event, pauses: tuple[float, ...] = PAUSES) -> None:
        self._closing = closing
        self._pauses = pauses
        self._subscription: Subscription | None = None
        self._waiting: queue.Queue[bytes] = queue.Queue()
        self._fresh: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._thread: threading.Thread | None = None

    def subscribe(self, url: str, password: str) -> None:
        """Deliver to this http address on this machine. Raises ValueError for any other."""
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("the sandbox delivers webhooks to http://127.0.0.1 only")
        self._subscription = Subscription(parts.hostname, parts.port or 80, parts.path or "/", password)
        if self._thread is None:
            self._thread = threading.Thread(target=self._deliver_all, daemon=True)
            self._thread.start()

    def unsubscribe(self) -> None:
        """Deliver no more."""
        self._subscription = None

    def counts(self) -> dict[str, int]:
        """Delivered, tried again, failed and merged events."""
        return dict(self._counts)

    def tell(self, event: WebhookEvent) -> None:
        """Queue one event; one that is waiting already is merged with it."""
        if self._subscription is None:
            return
        same = json.dumps([event.type, event.data], sort_keys=True)
        if same in self._fresh:
            self._counts["merged"] += 1
            return
        self._fresh.add(same)
        self._waiting.put(_message(event.type, event.data))

    def _deliver_all(self) -> None:
        while not self._closing.is_set():
            try:
                message = self._waiting.get(timeout=0.2)
            except queue.Empty:
                continue
            self._fresh.discard(_same(message))
            self._deliver(message)

    def _deliver(self, message: bytes) -> None:
        for pause in (*self._pauses, None):
            if self._subscription is None or _posted(self._subscription, message):
                self._counts["delivered"] += 1
                return
            if pause is None or self._closing.wait(pause):
                break
            self._counts["tried again"] += 1
        self._counts["failed"] += 1


def signature(password: str, message: bytes) -> str:
    """The value of X-Profit-Signature-256: HMAC-SHA256 with the webhook's password (AFAS: webhooks.md)."""
    return "sha256=" + hmac.new(password.encode(), message, hashlib.sha256).hexdigest()


def _message(type_: str, data: dict[str, Any]) -> bytes:
    """The body; its Timestamp is UTC, unlike everything else of AFAS, and real time."""
    body = {
        "EventId": str(uuid.uuid4()),
        "EnvironmentId": "T12345AA",
        "EventType": type_,
        "Data": data,
        "Timestamp": datetime.now(UTC).isoformat().replace("+00:00", "0Z"),
    }
    return json.dumps(body, separators=(",", ":")).encode()


def _same(message: bytes) -> str:
    body = json.loads(message)
    return json.dumps([body["EventType"], body["Data"]], sort_keys=True)


def _posted(to: Subscription, message: bytes) -> bool:
    headers = {"Content-Type": "application/json", "X-Profit-Signature-256": signature(to.password, message)}
    line = HTTPConnection(to.host, to.port, timeout=PATIENCE)
    try:
        line.request("POST", to.path, body=message, headers=headers)
        return 200 <= line.getresponse().status < 300
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
