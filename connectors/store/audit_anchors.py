"""Anchors: the head of the audit trail, repeated where it cannot be taken back."""

from __future__ import annotations

from connectors.store.audit_check import Anchor
from connectors.store.database import Database
from connectors.store.keyring import keys_of

_ADD = """
    insert into audit_anchor (environment, number, hash, seal)
    values (%(environment)s, %(number)s, %(hash)s, %(seal)s) on conflict do nothing returning number
"""


def anchor(database: Database, environment: str) -> Anchor | None:
    """Anchor the head as it is now; None when nothing was added to the trail since the last anchor.

    What it returns is to be told to the outside (the log, a webhook): who rules the database can rewrite the
    anchors in it too.
    """
    with database.transaction() as connection:
        head = connection.execute(
            "select number, hash from audit_head where environment = %s and number > 0 for share",
            (environment,),
        ).fetchone()
        if head is None:
            return None
        keys, told = keys_of(connection), Anchor(head["number"], bytes(head["hash"]))
        seal = keys.seal(environment, told.number, told.hash, what="anchor") if keys else None
        values = {"environment": environment, "number": told.number, "hash": told.hash, "seal": seal}
        return told if connection.execute(_ADD, values).fetchone() else None
