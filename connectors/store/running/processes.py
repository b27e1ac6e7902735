"""Which processes live: each says so every few seconds."""

from __future__ import annotations

import os
import socket
from uuid import UUID, uuid4

from connectors.store.database import Database


class Processes:
    """The register of running processes of one environment."""

    def __init__(self, database: Database, environment: str) -> None:
        self._database = database
        self._environment = environment

    def join(self, kind: str) -> UUID:
        """Enter this process as ``work``, ``clock`` or ``web``."""
        mine = uuid4()
        with self._database.connection() as connection:
            connection.execute(
                "insert into process (environment, id, kind, host, pid) values (%s, %s, %s, %s, %s)",
                (self._environment, mine, kind, socket.gethostname(), os.getpid()),
            )
        return mine

    def alive(self, mine: UUID) -> None:
        """Say that we live."""
        with self._database.connection() as connection:
            connection.execute("update process set seen_at = now() where id = %s", (mine,))

    def leave(self, mine: UUID) -> None:
        """Take this process off the register."""
        with self._database.connection() as connection:
            connection.execute("delete from process where id = %s", (mine,))
