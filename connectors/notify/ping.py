"""The dead man's switch: an address that somebody else watches, and that misses us when we are silent."""

from __future__ import annotations

import httpx
from pydantic import SecretStr

from domain.watch.notice import NotTaken

_SECONDS = 10.0


class Ping:
    """Calls the address with GET. ``wire`` replaces the network in tests."""

    def __init__(self, url: SecretStr, wire: httpx.BaseTransport | None = None) -> None:
        self._url = url
        self._http = httpx.Client(
            transport=wire, follow_redirects=False, trust_env=False, timeout=httpx.Timeout(_SECONDS)
        )

    def __call__(self) -> None:
        """Say that all goes on. Raises NotTaken, without the address in the text: who knows it could lie."""
        try:
            answer = self._http.get(self._url.get_secret_value(), headers={"User-Agent": "loonbrug"})
        except httpx.HTTPError as error:
            raise NotTaken(f"the ping address did not answer ({type(error).__name__})") from None
        if answer.status_code >= 400:
            raise NotTaken(f"the ping address answered {answer.status_code}")

    def close(self) -> None:
        """Close the connection."""
        self._http.close()
