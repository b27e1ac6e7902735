"""Stages that several files of tests play on."""

from __future__ import annotations

import pytest

from connectors.store.database import Database
from tests.stages import fake_afas_reads, fake_afas_writes
from tests.stages.desk import Desk
from tests.stages.pulling import Stage


@pytest.fixture
def stage(database: Database) -> Stage:
    """To pull on: an AFAS that shows rows, and a real store."""
    return Stage(fake_afas_reads.FakeAfas(), database)


@pytest.fixture
def desk(database: Database, database_url: str) -> Desk:
    """To deliver from: an AFAS that takes writes, and a real store."""
    return Desk(fake_afas_writes.FakeAfas(), database, database_url)
