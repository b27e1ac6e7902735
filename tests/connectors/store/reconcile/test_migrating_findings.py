"""Findings that were kept as sentences are read as before, in both languages."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from connectors.store.database import Database
from connectors.store.migrate import SCHEMA, migrate
from connectors.store.reconcile.findings import FindingRepository
from domain.message import Message
from tests.stages.spoken import en, nl

FOUND = """
    insert into finding (environment, kind, subject, what, cure, advice, payment, sides, cured_by, cure_told,
        resolved_at, resolution, dutch) values
    ('main', 'missing-here', 'claim:1', 'AFAS shows it', 'pull-again', 'Pull again', true, '{}', null, null,
        null, null, '{"what": "AFAS toont dit", "advice": "Opnieuw ophalen"}'),
    ('main', 'file-gone', 'update:2', 'it is gone', 'send-again', 'Send again', false,
        '{"afas": {"file": "not there"}, "store": {"state": "done"}}', 'cli:anna', 'owed again as update 3',
        now(), 'cured by cli:anna and not seen again', '{}'),
    ('main', 'missing-here', 'claim:3', 'AFAS shows it', 'pull-again', 'Pull again', true, '{}', null, null,
        now(), 'its week is not watched any more', '{}')
"""


def test_sentences_of_before_are_told_in_both_languages(empty_database_url: str, tmp_path: Path) -> None:
    for file in SCHEMA.glob("*.sql"):
        if file.name < "0032":
            shutil.copy(file, tmp_path)
    migrate(empty_database_url, tmp_path)
    with closing(Database(empty_database_url, size=2)) as database:
        with database.connection() as connection:
            connection.execute(FOUND)
        assert migrate(empty_database_url)[0] == "0032_finding_messages.sql"
        third, second, first = FindingRepository(database, "main").search(open=None)
    assert (en(first.finding.what), nl(first.finding.what)) == ("AFAS shows it", "AFAS toont dit")
    assert nl(first.finding.advice) == "Opnieuw ophalen"
    assert second.cure_told is not None
    assert nl(second.cure_told) == "owed again as update 3"
    assert second.finding.sides == {"afas": {"file": "not-there"}, "store": {"state": "done"}}
    assert second.resolution == Message("resolved.cured", {"by": "cli:anna"})
    assert third.resolution == Message("resolved.not-watched", {"by": None})
    assert first.resolution is None
