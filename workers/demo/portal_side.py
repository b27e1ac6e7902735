"""The portal's side of the demo: its backend, written as its developers would, on the public API alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

from workers.demo.trouble import DemoFailed

Item = dict[str, Any]

_PATIENCE = 90.0


class PortalClient:
    """Calls ``/v1`` with an API key, as the portal's backend does."""

    def __init__(self, address: str, key: str) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self._api = httpx.Client(base_url=f"{address}/v1/", headers=headers, timeout=30, trust_env=False)

    def everything(self, path: str, **filters: object) -> list[Item]:
        """All items of a list, following its cursor."""
        items: list[Item] = []
        cursor: str | None = None
        while True:
            wanted = {"limit": 200, **filters} | ({"cursor": cursor} if cursor else {})
            page = self._asked("GET", path, params=wanted)
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    def declarations(self, week: str, status: str | None = None) -> list[Item]:
        """The declarations of a week, of one status or of all."""
        return self.everything("declarations", week=week, **({"status": status} if status else {}))

    def one(self, path: str) -> Item:
        """One thing, whole."""
        found: Item = self._asked("GET", path)
        return found

    def do(self, path: str, body: dict[str, object]) -> Item:
        """Decide something; the Idempotency-Key makes a second click harmless."""
        done: Item = self._asked("POST", path, json=body, headers={"Idempotency-Key": str(uuid4())})
        return done

    def sign(self, document: int, pdf: bytes, evidence: str, contact: int) -> Item:
        """Hand in a signed PDF with the evidence of both codes."""
        done: Item = self._asked(
            "POST",
            f"documents/{document}/sign",
            files={"file": ("getekend.pdf", pdf, "application/pdf")},
            data={"contact": str(contact), "evidence": evidence},
            headers={"Idempotency-Key": str(uuid4())},
        )
        return done

    def file(self, document: int, file_id: str) -> bytes:
        """The bytes of a document's file."""
        return self._sent("GET", f"documents/{document}/files/{file_id}").content

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _asked(self, verb: str, path: str, **more: Any) -> Any:
        return self._sent(verb, path, **more).json()

    def _sent(self, verb: str, path: str, **more: Any) -> httpx.Response:
        """Send, and again for a while when the API is away: with its Idempotency-Key that is safe."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                reply = self._api.request(verb, path, **more)
            except httpx.TransportError as error:
                if time.monotonic() > until:
                    raise DemoFailed(f"the portal API stayed away: {type(error).__name__}") from error
            else:
                if reply.is_success:
                    return reply
                if reply.status_code not in (500, 502, 503) or time.monotonic() > until:
                    raise DemoFailed(f"the portal API answered {reply.status_code} to {path}: {reply.text}")
            time.sleep(0.2)


def wait_for(what: str, ready: Callable[[], bool], *, patience: float = _PATIENCE) -> None:
    """Look until it is so. Raises DemoFailed, naming what did not come."""
    until = time.monotonic() + patience
    while not ready():
        if time.monotonic() > until:
            raise DemoFailed(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.1)
