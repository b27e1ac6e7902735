"""A pooler in transaction mode breaks locks of sessions, and is refused in one line."""

from __future__ import annotations

import psycopg
import pytest

from connectors.store.pooler import SharedSessions, refuse_shared_sessions
from tests.stages.pooling import pooled


def test_the_server_itself_is_no_pooler(database_url: str) -> None:
    for _ in range(3):
        refuse_shared_sessions(database_url)


@pytest.mark.parametrize("in_turn", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_pooler_in_transaction_mode_is_refused(database_url: str, size: int, *, in_turn: bool) -> None:
    with (
        pooled(database_url, in_turn=in_turn, size=size) as url,
        pytest.raises(SharedSessions, match="poolers"),
    ):
        refuse_shared_sessions(url)


def test_it_lends_the_lock_of_one_session_to_the_next(database_url: str) -> None:
    """Why: a second sender gets the lock that the first one holds."""
    with (
        pooled(database_url, size=1) as url,
        psycopg.connect(url, autocommit=True) as one,
        psycopg.connect(url, autocommit=True) as other,
    ):
        taken = [each.execute("select pg_try_advisory_lock(7)").fetchone() for each in (one, other)]
    assert taken == [(True,), (True,)]
