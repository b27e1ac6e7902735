"""What a process may do while it is not known where it belongs, and once it was refused."""

from __future__ import annotations

import time

import pytest

from connectors.store.database import Database
from connectors.store.running.control import Control
from domain.errors import OtherEnvironment, TryLater
from workers.compose.belonging import Belonging


def test_the_first_process_that_meets_afas_writes_down_where_the_database_belongs(database):
    named = [Control(database, "main").identity(each) for each in ("T12345AA", "T12345AB", "T12345AA")]
    assert named == ["T12345AA"] * 3
    assert Control(database, "test").known_identity() is None
    with database.connection() as connection:
        rows = connection.execute("select actor, action, detail from audit").fetchall()
    assert rows == [{"actor": "loonbrug", "action": "environment.identity", "detail": '{"to":"T12345AA"}'}]


def test_a_store_that_is_away_lets_nothing_out(database_url):
    database = Database(database_url, size=1, patience=0.2)
    belonging = Belonging(Control(database, "main"), "main")
    database.close()
    with pytest.raises(TryLater):
        belonging("T12345AA")
    belonging.stand()


def test_whoever_was_refused_once_is_refused_for_good(database):
    Control(database, "main").identity("T12345AA")
    belonging, ended = Belonging(Control(database, "main"), "main"), []
    belonging.when_refused(lambda: ended.append(time.monotonic()))
    for identity in ("T12345AB", "T12345AA"):
        with pytest.raises(OtherEnvironment):
            belonging(identity)
    with pytest.raises(OtherEnvironment):
        belonging.stand()
    assert ended
