"""The settings in the audit trail: noted at a start, when they differ from those noted before."""

from __future__ import annotations

import json
from collections.abc import Mapping

from connectors.store.audit.append import append
from connectors.store.database import Database
from domain.audit.entry import Entry

ACTION = "settings.change"


def note_settings(database: Database, environment: str, hashes: Mapping[str, str]) -> bool:
    """Note them, by a hash each; ``changed`` names those that differ. False when none does."""
    with database.transaction() as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", (ACTION, environment))
        row = connection.execute(
            "select detail from audit where environment = %s and action = %s order by number desc limit 1",
            (environment, ACTION),
        ).fetchone()
        known = json.loads(row["detail"])["hashes"] if row else {}
        changed = sorted(name for name in {*known, *hashes} if known.get(name) != hashes.get(name))
        if changed:
            detail = {"changed": changed if row else [], "hashes": dict(hashes)}
            append(connection, environment, Entry("loonbrug", ACTION, "settings", detail))
    return bool(changed)
