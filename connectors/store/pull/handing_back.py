"""A worker that must stop gives its run back, so that another goes on at once instead of after the lease."""

from __future__ import annotations

from connectors.store.database import Database
from domain.pull.run import Run

_HAND_BACK = """
    update run set state = 'due', token = null, leased_until = null, attempts = attempts - 1
    where id = %s and token = %s and state = 'running'
"""


def hand_back(database: Database, run: Run) -> None:
    """Make our run due again, as if nobody had taken it. Nothing happens when it is not ours any more."""
    with database.connection() as connection:
        connection.execute(_HAND_BACK, (run.id, run.token))
