"""One process of many leads: a session advisory lock, which dies with its holder's connection."""

from __future__ import annotations

import zlib
from contextlib import suppress

import psycopg

_CLOCK = 710_611


class Leadership:
    """The wish to lead in one environment. Not thread-safe: one thread holds it.

    Leading saves work and never guards anything: a process that lost its connection without knowing may
    believe for a moment that it still leads. The rows themselves are locked.
    """

    def __init__(self, url: str, environment: str) -> None:
        self._url = url
        self._key = zlib.crc32(environment.encode()) - 2**31
        self._connection: psycopg.Connection | None = None
        self._leads = False

    def lead(self) -> bool:
        """Whether we lead now; takes the lead when it is free. False as well when no database answers."""
        try:
            return self._ask()
        except psycopg.OperationalError:
            self.resign()
            return False

    def resign(self) -> None:
        """Let another lead."""
        self._leads = False
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _ask(self) -> bool:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        if self._leads:
            self._connection.execute("select 1")
            return True
        row = self._connection.execute("select pg_try_advisory_lock(%s, %s)", (_CLOCK, self._key)).fetchone()
        self._leads = bool(row and row[0])
        return self._leads
