"""What waits to be sent to AFAS, by kind: how many, and the oldest with the reason why it waits."""

from __future__ import annotations

from connectors.store.database import Database, rows_as
from connectors.store.outbox.statements import OPERATIONS
from domain.watch.waiting import WaitingKind


class WaitingUpdates:
    """Reads about one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def read(self) -> list[WaitingKind]:
        """One per kind of which anything waits."""
        with self._database.connection() as connection:
            return rows_as(WaitingKind, connection, OPERATIONS["waiting"], {"environment": self._environment})
