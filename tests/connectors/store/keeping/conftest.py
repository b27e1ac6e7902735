"""That store, opened with its keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.store.database import Database
from connectors.store.sealed.keyring import KeyRing, new_ring
from tests.connectors.store.keeping.kept import fill


@pytest.fixture
def keys() -> KeyRing:
    return new_ring()


@pytest.fixture
def database(database_url: str, keys: KeyRing) -> Iterator[Database]:
    """A store with a contact, an employee with hours, a number on its way, a parked row, a file."""
    opened = Database(database_url, keys=keys)
    fill(opened)
    yield opened
    opened.close()
