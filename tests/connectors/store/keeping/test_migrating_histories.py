"""Histories of before they were messages are shown as they were, what lies encrypted too, and sealed anew."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from connectors.store.database import Database
from connectors.store.decisions.portal_reads import Portal
from connectors.store.keeping.rotation import left_with, rotate
from connectors.store.migrate import SCHEMA, migrate
from connectors.store.sealed.cipher import seal_text
from connectors.store.sealed.keyring import KeyRing
from connectors.store.sealed.personal import history_place
from domain.decisions.decision import Caller
from domain.message import LEGACY, Message
from tests.stages.spoken import nl

DECLARED = """
    insert into declaration (environment, number, status, version, week, period_start, period_end,
        hours, lines, cost_centre_required, kind, missing, changed_at)
    values ('main', 'C1', 'rejected', 'v', '2026-W47', '2026-11-16', '2026-11-22', 8, 1, false,
        'hours', '{}', now())
"""
WHY = "by contact 1: Dinsdag was vrij"


def test_a_sealed_sentence_of_before_is_read_and_sealed_anew(
    empty_database_url: str, tmp_path: Path, keys: KeyRing
) -> None:
    for file in SCHEMA.glob("*.sql"):
        if file.name != "0034_histories_are_messages.sql":
            shutil.copy(file, tmp_path)
    migrate(empty_database_url, tmp_path)
    sealed = seal_text(keys, history_place("main", "C1"), WHY)
    with closing(Database(empty_database_url, size=2, keys=keys.with_new_key())) as database:
        with database.connection() as connection:
            connection.execute("insert into environment (environment) values ('main')")
            connection.execute(DECLARED)
            connection.execute(
                "insert into declaration_history (environment, number, event, detail) values"
                " ('main', 'C1', 'to-approve', 'offered: 8 hours'), ('main', 'C1', 'rejected', %s)",
                (sealed,),
            )
        migrate(empty_database_url)
        told = [Message(LEGACY, {"text": text}) for text in ("offered: 8 hours", WHY)]
        assert history(database) == told
        assert nl(told[1]) == WHY
        assert sum(rotate(database, "cli:anna")) == 1
        assert left_with(database, keys.newest.id) == 0
        assert history(database) == told


def history(database: Database) -> list[Message]:
    shown = Portal(database).declaration(Caller("key-1", "main"), "C1")
    assert shown
    return [each["detail"] for each in shown["history"]]
