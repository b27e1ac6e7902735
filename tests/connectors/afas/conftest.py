"""An AFAS on respx, and clients for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions, CallRecord, ClassicToken, ClientCredentials
from connectors.afas.belonging import Admit

ADDRESS = "https://12345.resttest.afas.online/ProfitRestServices"
SECRET = "hush-hush-9F3A"
CLASSIC = ClassicToken(SecretStr(f"<token><version>1</version><data>{SECRET}</data></token>"))
OAUTH = ClientCredentials("client-7", SecretStr(SECRET))


class Watched:
    """A client, what it told, and how long it would have slept."""

    def __init__(
        self, login: ClassicToken | ClientCredentials, admit: Admit | None = None, **options: Any
    ) -> None:
        self.records: list[CallRecord] = []
        self.slept: list[float] = []
        self.now = 1000.0
        settings: dict[str, Any] = {"retry_for": 5.0, **options}
        self.client = AfasClient(
            AfasOptions(ADDRESS, login, **settings),
            observe=self.records.append,
            admit=admit,
            sleep=self.slept.append,
            clock=lambda: self.now,
        )


@pytest.fixture
def afas() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=ADDRESS, assert_all_called=False) as router:
        router.get("/ProfitVersion", name="version").respond(json={"version": "8.1.2"})
        yield router


@pytest.fixture
def watch(afas: respx.MockRouter) -> Iterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def make(login: ClassicToken | ClientCredentials = CLASSIC, **options: Any) -> Watched:
        made.append(Watched(login, **options))
        return made[-1]

    yield make
    for watched in made:
        watched.client.close()


@pytest.fixture
def watched(watch: Callable[..., Watched]) -> Watched:
    return watch()


@pytest.fixture
def client(watched: Watched) -> AfasClient:
    return watched.client


def rows(*found: dict[str, object]) -> httpx.Response:
    return httpx.Response(200, json={"skip": 0, "take": 100, "rows": list(found)})
