"""The audit trail is read page by page, and filtered."""

from __future__ import annotations

from connectors.store.audit.append import append
from connectors.store.audit.reads import AuditFilter, AuditReads
from connectors.store.database import Database
from domain.audit.entry import Entry

ENV = "main"


def test_the_trail_is_read_newest_first_page_by_page(trail: Database) -> None:
    reads = AuditReads(trail, ENV)
    first = reads.page(limit=5)
    rest = reads.page(before=first[-1].number, limit=50)
    assert [record.number for record in first + rest] == list(range(12, 0, -1))
    assert first[0].details == {"n": 12}
    assert [record.number for record in reads.all()] == list(range(1, 13))
    assert reads.actions() == ["update.replay"]


def test_the_trail_is_filtered(trail: Database) -> None:
    with trail.transaction() as connection:
        append(connection, ENV, Entry("user:7", "decision.approve", "claim:1"))
    reads = AuditReads(trail, ENV)
    last = reads.page(limit=1)[0]
    for wanted in (
        AuditFilter(actor="user:7"),
        AuditFilter(action="decision."),
        AuditFilter(subject="claim:1"),
        AuditFilter(since=last.at),
    ):
        assert reads.page(wanted) == [last]
    assert reads.page(AuditFilter(until=last.at, action="decision.")) == []
