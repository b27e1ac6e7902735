"""The marks of what must be derived anew: none is lost, whoever commits first."""

from __future__ import annotations

import pytest
from psycopg import Connection
from psycopg.rows import DictRow

from connectors.store.database import Database
from connectors.store.derivations import Derivations

pytestmark = pytest.mark.slow

CLAIM = "000000000005.01"


def note(connection: Connection[DictRow]) -> None:
    """As the triggers do in the transaction that changes a claim or its hours."""
    connection.execute("select note_stale(array[%s], array[]::text[], 'main')", (CLAIM,))


def take(database: Database) -> list[str]:
    with Derivations(database, "main")() as work:
        return work.take(500)[0]


def test_a_change_that_commits_after_another_was_derived_is_derived_too(database: Database) -> None:
    with database.transaction() as first:
        note(first)
    with database.transaction() as second:
        note(second)
        assert take(database) == [], "the ground of the second change cannot be seen yet"
    assert take(database) == [CLAIM]
    assert take(database) == []


def test_a_mark_that_was_put_off_comes_forward_when_its_ground_changes(database: Database) -> None:
    with database.transaction() as connection:
        note(connection)
    with Derivations(database, "main")() as work:
        work.put_off([CLAIM], [])
    assert take(database) == []
    with database.transaction() as connection:
        note(connection)
    assert take(database) == [CLAIM]
