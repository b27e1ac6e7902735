"""What was answered to requests with an Idempotency-Key; given out once, and one request at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.decisions.decision import GivenAnswer
from domain.errors import SameKeyOtherRequest, StillAnswering
from domain.message import Message


@dataclass(frozen=True, slots=True)
class GivenAnswers:
    """The answers of an environment, within one open transaction."""

    connection: Connection[DictRow]
    environment: str

    def of(self, api_key: str, key: str, request: bytes, *, patient: bool) -> GivenAnswer | None:
        """What was answered to this request. ``request``: its hash.

        The lock on the key is the database's own and falls with the transaction, whatever ends it. Raises
        StillAnswering where another holds it and this one is not ``patient``, SameKeyOtherRequest.
        """
        self._hold(lock_number(self.environment, "idempotency", api_key, key), patient=patient)
        row = self.connection.execute(
            "select request_hash, status, body from idempotency"
            " where environment = %s and api_key = %s and key = %s",
            (self.environment, api_key, key),
        ).fetchone()
        if row is None:
            return None
        if row["request_hash"] != request:
            raise SameKeyOtherRequest(Message("refused.key-of-another"))
        return GivenAnswer(row["status"], row["body"])

    def keep(self, api_key: str, key: str, request: bytes, answer: GivenAnswer) -> None:
        """Remember an answer."""
        self.connection.execute(
            "insert into idempotency (environment, api_key, key, request_hash, status, body)"
            " values (%s, %s, %s, %s, %s, %s)",
            (self.environment, api_key, key, request, answer.status, Jsonb(answer.body)),
        )

    def _hold(self, number: int, *, patient: bool) -> None:
        if patient:
            self.connection.execute("select pg_advisory_xact_lock(%s)", (number,))
            return
        row = self.connection.execute("select pg_try_advisory_xact_lock(%s) as held", (number,)).fetchone()
        if not (row and row["held"]):
            raise StillAnswering(Message("refused.still-answering"))


def lock_number(*parts: str) -> int:
    """A 64-bit name for an advisory lock on what these texts name."""
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:8], "big", signed=True)
