"""A row of the outbox as a worker holds it."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import DictRow

from connectors.store.sealed.keyring import KeyRing
from connectors.store.sealed.personal import open_document, update_place
from domain.outbox.update import Update, UpdateKind, UpdateState


def to_update(row: DictRow, keys: KeyRing | None = None) -> Update:
    """A row of the outbox as a worker holds it; ``keys`` open what is personal in it."""
    place = update_place(row["environment"], row["id"])
    return Update(
        id=row["id"],
        environment=row["environment"],
        kind=UpdateKind(row["kind"]),
        subject=row["subject"],
        state=UpdateState(row["state"]),
        version=row["version"],
        payload=open_document(keys, place, row["payload"]),
        mark=row["mark"],
        attempts=row["attempts"],
        sends=row["sends"],
        token=row["token"] or UUID(int=0),
        sent_at=row["sent_at"],
        empty_looks=row["empty_looks"],
        last_look_at=row["last_look_at"],
        created_at=row["created_at"],
        evidence=row["evidence"],
        doubt=row["doubt"],
        waited=row["waited"],
        rested=row["rested"],
        unfinished=row["unfinished"],
        correlation=row["correlation"],
        trace_parent=row["trace_parent"],
    )
