"""What the measures run on: a sandbox and a PostgreSQL in processes of their own, fresh for each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import psycopg
from pydantic import SecretStr

from connectors.afas import AfasClient, AfasOptions
from connectors.afas.options import ClientCredentials
from connectors.embedded.postgres import EmbeddedPostgres
from connectors.store.database import Database
from connectors.store.migrate import migrate
from connectors.store.pull.pulls import Pulls
from connectors.store.pull.runs import RunRepository
from connectors.store.slots.slots import PostgresSlots
from mappings.flows import FLOWS
from sync.pull.pull import Puller
from workers.demo.afas_side import AfasSide, start_afas

ENVIRONMENT = "bench"


class Latency(NamedTuple):
    """How long AFAS takes: milliseconds for a call, and microseconds for each row on top of it."""

    call_ms: float = 0.0
    row_us: float = 0.0


AT_ONCE = Latency()
USUAL = Latency(120.0, 25.0)

_databases = count(1)


class Access(NamedTuple):
    """What a client of a sandbox needs."""

    address: str
    client_id: str
    client_secret: str


@contextmanager
def sandbox(
    *, workers: int = 0, weeks: int = 0, bulk: int = 0, latency: Latency = AT_ONCE
) -> Iterator[AfasSide]:
    """A sandbox of our own, its clock on the Friday afternoon of last week.

    ``workers`` have ``weeks`` of history and booked this week; ``bulk`` lines of whole weeks come on top.
    """
    afas = start_afas(
        workers=workers,
        weeks=weeks,
        seed=1,
        start=last_friday(),
        time_limit=900,
        bulk=bulk,
        latency_ms=latency.call_ms,
        row_us=latency.row_us,
    )
    with closing(afas):
        yield afas


def access_of(afas: AfasSide) -> Access:
    """How to reach this sandbox."""
    return Access(afas.address, afas.client_id, afas.client_secret)


def last_friday() -> datetime:
    """16:00 on the Friday of last week; naive Amsterdam time."""
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    friday = today - timedelta(days=today.weekday() + 3)
    return datetime(friday.year, friday.month, friday.day, 16)  # noqa: DTZ001  # AFAS's clock has no zone


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="loonbrug-bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def postgres() -> Iterator[EmbeddedPostgres]:
    """The PostgreSQL that Loonbrug brings along, with its usual settings."""
    with folder() as data:
        server = EmbeddedPostgres(data)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def fresh_database(server: EmbeddedPostgres) -> str:
    """The URL of a database with our tables and no rows."""
    name = f"bench_{next(_databases)}"
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = server.url_of(name)
    migrate(url)
    return url


@contextmanager
def client(access: Access, database_url: str) -> Iterator[AfasClient]:
    """The client as the product has it: with the limit on calls in flight that all processes share."""
    login = ClientCredentials(access.client_id, SecretStr(access.client_secret))
    options = AfasOptions(access.address, login)
    with (
        closing(PostgresSlots(database_url, ENVIRONMENT)) as slots,
        AfasClient(options, slots=slots) as found,
    ):
        found.version()  # the login is no part of any measure
        yield found


@contextmanager
def puller(afas: AfasClient, database_url: str, *, size: int = 4) -> Iterator[tuple[RunRepository, Puller]]:
    """The flows in, as the product has them."""
    with closing(Database(database_url, size=size)) as database:
        runs = RunRepository(database, ENVIRONMENT)
        yield runs, Puller(afas, Pulls(database, ENVIRONMENT), runs, FLOWS)
