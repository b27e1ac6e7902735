"""Stages that several files of tests play on."""

from __future__ import annotations

import pytest

from connectors.store.database import Database
from tests.stages.outbox import fake_afas_writes
from tests.stages.outbox.desk import Desk
from tests.stages.pull import fake_afas_reads
from tests.stages.pull.pulling import Stage


@pytest.fixture
def stage(database: Database) -> Stage:
    """To pull on: an AFAS that shows rows, and a real store."""
    return Stage(fake_afas_reads.FakeAfas(), database)


@pytest.fixture
def desk(database: Database, database_url: str) -> Desk:
    """To deliver from: an AFAS that takes writes, and a real store."""
    return Desk(fake_afas_writes.FakeAfas(), database, database_url)
