"""The outbox: what we owe AFAS."""

from __future__ import annotations

from typing import Any

from psycopg import Connection
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from domain.update import NewUpdate


def add(connection: Connection[DictRow], update: NewUpdate) -> int:
    """Write an update down in the caller's transaction, ready to be delivered. Returns its id."""
    row: dict[str, Any] | None = connection.execute(
        "insert into outbox (environment, decision, kind, subject, version, payload, mark)"
        " values (%s, %s, %s, %s, %s, %s, %s) returning id",
        (
            update.environment,
            update.decision,
            update.kind,
            update.subject,
            update.version,
            Jsonb(update.payload),
            update.mark,
        ),
    ).fetchone()
    assert row  # noqa: S101 - an insert returns its row
    return int(row["id"])
