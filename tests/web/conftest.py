"""The application and the console on a real store, and somebody who calls it."""

from __future__ import annotations

import psycopg
import pytest

from connectors.pdf.look import PdfInspector
from connectors.store.access.api_keys import ApiKeys
from connectors.store.decisions.decisions import Decisions
from connectors.store.decisions.portal_reads import Portal
from connectors.store.running.readiness import Readiness
from domain.access.api_key import Scope
from domain.errors import Rejected
from domain.outbox.afas_call import AfasFile
from domain.watch.facts import Limits
from mappings.flows import FLOWS
from tests.stages.decisions.portal_world import MINE, World
from tests.web.described import DescribedClient
from web.app import create_app
from web.ops.console import Console, SignInRules
from web.services import WebServices


class HeardWake:
    """Remembers what was to be delivered."""

    def __init__(self) -> None:
        self.delivered: list[int] = []
        self.replayed: list[int] = []
        self.derived: list[str] = []

    def deliver(self, update: int) -> None:
        self.delivered.append(update)

    def pull(self, run: int) -> None:
        raise AssertionError

    def derive(self, environment: str) -> None:
        self.derived.append(environment)

    def replay(self, replay: int) -> None:
        self.replayed.append(replay)


class ShelfOfFiles:
    """Files of AFAS, without AFAS."""

    def file(self, subject: int, file_id: str) -> AfasFile:
        if subject != 9912:
            raise Rejected("Bestand van Jan de Vries niet gevonden", status=500)
        return AfasFile("x.pdf", "text/html", b"%PDF-1.7 of AFAS")


@pytest.fixture
def world(database):
    world = World(database)
    world.fill()
    return world


@pytest.fixture
def wake():
    return HeardWake()


@pytest.fixture
def services(database, wake):
    return WebServices(
        environment="main",
        flows=("employees", "hours"),
        reads=Portal(database),
        open_work=Decisions(database),
        wake=wake,
        keys=ApiKeys(database),
        files=ShelfOfFiles(),
        look_through=PdfInspector(),
        readiness=Readiness(database),
        store_errors=(psycopg.OperationalError,),
    )


@pytest.fixture
def second_person_from():
    """From how many updates on that pay depends on a replay needs a second person; a test names its own."""
    return 0


@pytest.fixture
def ops(database, wake, second_person_from):
    return Console(
        environment="main",
        database=database,
        wake=wake,
        flows=tuple(FLOWS),
        wrong_from=Limits(dict.fromkeys(FLOWS, 60.0)),
        door=SignInRules(url="http://testserver"),
        store_errors=(psycopg.OperationalError,),
        second_person_from=second_person_from,
    )


@pytest.fixture
def keys(database):
    return ApiKeys(database)


@pytest.fixture
def anonymous(services):
    with DescribedClient(create_app(services), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def call(services, keys, world):
    """The portal of the whole environment."""
    _, secret = keys.create(name="portal", scopes=[Scope.PORTAL], environment="main")
    with DescribedClient(create_app(services), headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


@pytest.fixture
def call_of_client(services, keys, world):
    """A portal that may speak for one client only."""
    _, secret = keys.create(name="mine", scopes=[Scope.PORTAL], environment="main", client=MINE)
    with DescribedClient(create_app(services), headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client
