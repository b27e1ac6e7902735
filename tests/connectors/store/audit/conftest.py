"""A trail of a few records on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.store.audit.append import append
from connectors.store.database import Database
from connectors.store.sealed.keyring import new_ring
from domain.audit.entry import Entry

ENV = "main"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A store with keys."""
    opened = Database(database_url, keys=new_ring())
    yield opened
    opened.close()


@pytest.fixture
def trail(database: Database) -> Database:
    """Twelve entries, and those of another environment between them."""
    for number in range(1, 13):
        with database.transaction() as connection:
            append(connection, ENV, Entry("cli:anna", "update.replay", f"update:{number}", {"n": number}))
            append(connection, "other", Entry("cli:bert", "key.create", "key:1"))
    return database
