"""People are erased and stay so; sums and the audit chain stay whole."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connectors.store.audit.check import AuditCheck
from connectors.store.audit.reads import AuditReads
from connectors.store.database import Database
from connectors.store.decisions.portal_reads import Portal
from connectors.store.keeping.erasure import Erasure, Who
from connectors.store.pull.parked import ParkedRepository, park
from connectors.store.records import mirror
from domain.errors import NotFound, Refused
from domain.message import verbatim
from domain.pull.run import BadRow
from domain.records.catalogue import ERASED
from domain.records.clients import Contact
from tests.connectors.store.keeping.kept import CALLER, CANARY, ENV, contact, one, run


def test_an_erased_contact_is_gone_everywhere_and_stays_gone(database: Database) -> None:
    run(database, "update outbox set state = 'done', ended_at = now()")
    erasure = Erasure(database, ENV)
    plan = erasure.plan(Who.CONTACT, "1")
    assert plan.rows == {"contact": 1, "outbox": 1, "decision": 1, "stored_file": 1, "parked_row": 1}
    row = Portal(database).contact(CALLER, 1)
    assert row is not None
    assert row["email"] == CANARY  # a plan changes nothing
    assert erasure.erase(Who.CONTACT, "1", "cli:anna") == plan
    row = Portal(database).contact(CALLER, 1)
    assert row is not None
    assert (row["name"], row["email"], row["mobile"], row["mobile_requested"]) == (ERASED, None, None, None)
    with database.transaction() as connection:
        news = [contact(email="nieuw@voorbeeld.test", changed_at=datetime(2026, 11, 21, tzinfo=UTC))]
        mirror.write(connection, ENV, Contact, news)
    row = Portal(database).contact(CALLER, 1)
    assert row is not None
    assert (row["name"], row["email"]) == (ERASED, None)
    other = Portal(database).contact(CALLER, 2)
    assert other is not None
    assert other["email"] == CANARY


def test_a_row_of_an_erased_person_that_cannot_be_read_is_kept_empty(database: Database) -> None:
    Erasure(database, ENV).erase(Who.CONTACT, "2", "cli:anna")
    rows = [BadRow(key, verbatim("email: too long"), {"Email": CANARY}) for key in ("2", "3")]
    with database.transaction() as connection:
        park(connection, ENV, "contacts", rows)
    kept = {key: row for _, key, row in _parked(database)}
    assert (kept["2"], kept["3"]) == ({}, {"Email": CANARY})


def _parked(database: Database) -> list[tuple[int, str, dict[str, object]]]:
    with database.connection() as connection:
        rows = connection.execute("select id, key from parked_row order by id").fetchall()
    book = ParkedRepository(database, ENV)
    return [(row["id"], row["key"], book.parked([row["id"]])[0][2]) for row in rows]


def test_an_erased_worker_leaves_the_sums_and_the_chain_whole(database: Database) -> None:
    before = one(database, "select sum(quantity) from hour_line where employee = 'E1'")
    Erasure(database, ENV).erase(Who.EMPLOYEE, "E1", "cli:anna")
    assert one(database, "select sum(quantity) from hour_line where employee = 'E1'") == before
    assert before["sum"] == Decimal(8)
    row = one(
        database,
        "select last_name, first_name, private_email, mobile_private from employee where employee = 'E1'",
    )
    assert list(row.values()) == [ERASED, None, None, None]
    found = AuditCheck(database, ENV).verify()
    assert found.fault is None
    last = AuditReads(database, ENV).page(limit=1)[0]
    assert (last.actor, last.action, last.subject) == ("cli:anna", "person.erase", "employee:E1")
    assert "Pieter" not in last.detail


def test_who_has_updates_under_way_is_not_erased_yet(database: Database) -> None:
    with pytest.raises(Refused, match=r"refused.under-way"):
        Erasure(database, ENV).erase(Who.CONTACT, "1", "cli:anna")
    assert one(database, "select name from contact where contact = 1")["name"] == "Jan Jansen"


def test_erasing_twice_is_once_and_nobody_is_nobody(database: Database) -> None:
    Erasure(database, ENV).erase(Who.CONTACT, "2", "cli:anna")
    Erasure(database, ENV).erase(Who.CONTACT, "2", "cli:anna")
    with pytest.raises(NotFound):
        Erasure(database, ENV).plan(Who.EMPLOYEE, "1")
