"""Anchors: the head of the audit trail, repeated where it cannot be taken back."""

from __future__ import annotations

from connectors.store.audit.check import Anchor
from connectors.store.database import Database
from connectors.store.sealed.keyring import keys_of
from connectors.store.watch.notices import owe_webhook

_ADD = """
    insert into audit_anchor (environment, number, hash, seal)
    values (%(environment)s, %(number)s, %(hash)s, %(seal)s) on conflict do nothing returning number
"""


def anchor(database: Database, environment: str, *, webhook: bool = False) -> Anchor | None:
    """Anchor the head as it is now; None when nothing was added to the trail since the last anchor.

    What it returns is to be told to the outside (the log): who rules the database can rewrite the anchors in
    it too. ``webhook``: owe an ``audit.anchor`` to the address that webhooks go to, as well.
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
        if connection.execute(_ADD, values).fetchone() is None:
            return None
        if webhook:
            data = {"environment": environment, "number": told.number, "hash": told.hash.hex()}
            owe_webhook(connection, environment, "audit.anchor", data)
        return told
