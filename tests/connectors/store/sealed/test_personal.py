"""What is personal lies encrypted in PostgreSQL, bound to its row, and everything goes on working."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from connectors.store.database import Database
from connectors.store.decisions.decisions import Decisions
from connectors.store.decisions.portal_reads import Portal
from connectors.store.outbox import outbox
from connectors.store.outbox.operations import OutboxOperations
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.pull.parked import ParkedRepository, park
from connectors.store.records import mirror
from connectors.store.running.overview import Overview
from connectors.store.sealed.cipher import SealedValueRefused
from connectors.store.sealed.keyring import KeysWrong, load, load_or_make, new_ring, save
from domain.decisions.decision import Caller, NewDecision, StoredFile
from domain.declarations.declaration import DeclarationStatus
from domain.errors import Refused
from domain.message import Message, verbatim
from domain.outbox.update import NewUpdate, UpdateKind
from domain.pull.run import BadRow
from domain.records.clients import Contact
from domain.records.people import Employee
from domain.records.record import Record

ENV = "main"
CANARY = "canary@voorbeeld.test"
MOBILE = "+31612345678"
CALLER = Caller("key-1", ENV)
THEN = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A store with keys."""
    opened = Database(database_url, keys=load_or_make(tmp_path / "keys.json"))
    yield opened
    opened.close()


def contact(number: int, email: str | None = CANARY) -> Contact:
    return Contact(number, "10010", "100", f"p{number}", "Jan Jansen", None, email, MOBILE, None, False, THEN)


def employee(number: str) -> Employee:
    values: dict[str, Any] = {
        "employee": number,
        "person": "p1",
        "last_name": "Jansen",
        "private_email": CANARY,
    }
    values |= {"mobile_private": MOBILE, "changed_at": THEN, "flex": True, "blocked": False}
    names: dict[str, Any] = dict.fromkeys(Employee.__dataclass_fields__)
    return Employee(**(names | {"pocket_user": False} | values))


def write(database: Database, *records: Record) -> mirror.Written:
    with database.transaction() as connection:
        return mirror.write(connection, ENV, type(records[0]), records)


def dump(database: Database, table: str) -> str:
    """Everything a thief of the database would see in a table."""
    with database.connection() as connection:
        rows = connection.execute(f"select t::text as row, t.* from {table} t").fetchall()
    return "".join(str(row) for row in rows)


def owe(database: Database, payload: dict[str, object], subject: str = "contact:1") -> int:
    new = NewUpdate(
        ENV, None, UpdateKind.CHANGE_MOBILE, subject, None, payload, f"LB-{uuid.uuid4().hex[:10]}"
    )
    with database.transaction() as connection:
        return outbox.add(connection, new)


def test_contacts_and_employees_lie_encrypted_and_are_read_plain(database: Database) -> None:
    write(database, contact(1), contact(2))
    write(database, employee("E1"))
    assert CANARY not in dump(database, "contact") + dump(database, "employee")
    assert MOBILE not in dump(database, "contact") + dump(database, "employee")
    [one, _] = Portal(database).contacts(CALLER, {}, None, 10)
    assert (one["email"], one["mobile"], one["mobile_private"]) == (CANARY, MOBILE, None)
    with Decisions(database)(ENV) as work:
        assert work.contact(1) == contact(1)


def test_what_is_unchanged_costs_no_write_although_it_is_encrypted(database: Database) -> None:
    assert write(database, contact(1), contact(2)) == mirror.Written(2, 0)
    assert write(database, contact(1), contact(2)) == mirror.Written(0, 0)
    assert write(database, contact(1, "nieuw@voorbeeld.test"), contact(2)) == mirror.Written(0, 1)


def test_the_hash_of_a_row_does_not_let_a_number_be_guessed(database: Database) -> None:
    write(database, contact(1))
    with database.connection() as connection:
        row = connection.execute("select content_hash from contact").fetchone()
    assert row
    guess = hashlib.blake2b(orjson.dumps(contact(1), default=str), digest_size=16).digest()
    assert bytes(row["content_hash"]) != guess


def test_a_value_swapped_from_another_row_is_refused_and_named(database: Database) -> None:
    write(database, contact(1), contact(2, "ander@voorbeeld.test"))
    with database.connection() as connection:
        connection.execute(
            "update contact set email = (select email from contact where contact = 2) where contact = 1"
        )
    with pytest.raises(SealedValueRefused, match="contact 1, column email") as refused:
        Portal(database).contact(CALLER, 1)
    assert "ander@" not in str(refused.value)


def test_a_value_swapped_from_another_column_or_environment_is_refused(database: Database) -> None:
    write(database, contact(1))
    with database.connection() as connection:
        connection.execute("update contact set mobile_private = mobile")
    with pytest.raises(SealedValueRefused, match="mobile_private"):
        Portal(database).contact(CALLER, 1)
    with database.connection() as connection:
        connection.execute("update contact set mobile_private = null, environment = 'other'")
    with pytest.raises(SealedValueRefused, match="environment other"):
        Portal(database).contact(Caller("key-1", "other"), 1)


def test_the_payload_of_a_mobile_number_lies_encrypted_and_arrives_plain(database: Database) -> None:
    payload: dict[str, object] = {"who": "contact", "contact": 1, "mobile": MOBILE}
    write(database, contact(1))
    owe(database, payload)
    with Decisions(database)(ENV) as work:
        taken = work.record(NewDecision("change-mobile", "contact:1", None, 1, payload, "key-1"))
        assert taken.content == payload
        past = work.last_decision("contact:1")
    assert past is not None
    assert past.content == payload
    assert MOBILE not in dump(database, "outbox") + dump(database, "decision")
    row = Portal(database).contact(CALLER, 1)
    assert row is not None
    assert row["mobile_requested"] == MOBILE
    batch = PostgresOutbox(database, "", ENV).take(10, 60)
    assert batch is not None
    assert batch.updates[0].payload == payload


def test_why_a_declaration_was_rejected_lies_encrypted_and_the_portal_shows_it(database: Database) -> None:
    with Decisions(database)(ENV) as work:
        work.connection.execute(
            "insert into declaration (environment, number, status, version, week, period_start, period_end,"
            " hours, lines, cost_centre_required, kind, missing, changed_at)"
            " values ('main', 'C1', 'rejected', 'v', '2026-W47', '2026-11-16', '2026-11-22', 8, 1, false,"
            " 'hours', '{}', now())"
        )
        why = Message("history.rejected", {"contact": 1, "reason": CANARY})
        work.declare("C1", DeclarationStatus.REJECTED, why)
    assert CANARY not in dump(database, "declaration_history")
    shown = Portal(database).declaration(CALLER, "C1")
    assert shown is not None
    assert [each["detail"] for each in shown["history"]] == [why]


def test_a_payload_swapped_from_another_update_is_not_sent(database: Database) -> None:
    first = owe(database, {"mobile": MOBILE})
    second = owe(database, {"mobile": "+31687654321"}, "contact:2")
    with database.connection() as connection:
        connection.execute(
            "update outbox set payload = (select payload from outbox where id = %s) where id = %s",
            (second, first),
        )
    owed = PostgresOutbox(database, "", ENV)
    assert owed.take(1, 60) is None
    batch = owed.take(1, 60)
    assert batch is not None
    assert [each.id for each in batch.updates] == [second]
    desk = OutboxOperations(database, ENV)
    with pytest.raises(Refused, match=f"outbox {first}, column payload"):
        desk.show(first)
    with database.connection() as connection:
        row = connection.execute("select state, reason from outbox where id = %s", (first,)).fetchone()
    assert row is not None
    assert row["state"] == "parked"
    assert row["reason"]["id"] == "why.content-unreadable"
    desk.give_up(first, "cli:anna", "tampered with")


def test_parked_rows_lie_encrypted_and_the_same_row_again_writes_nothing(database: Database) -> None:
    bad = BadRow("K1", verbatim("email: too long"), {"Email": CANARY})
    for _ in range(2):
        with database.transaction() as connection:
            park(connection, ENV, "employees", [bad])
    assert CANARY not in dump(database, "parked_row")
    [(number, _, row)] = ParkedRepository(database, ENV).parked([1])
    assert row == {"Email": CANARY}
    found = Overview(database, ENV).parked_row(number)
    assert found is not None
    assert found.row == {"Email": CANARY}
    with database.connection() as connection:
        seen = connection.execute("select first_seen = last_seen as once from parked_row").fetchone()
    assert seen == {"once": True}


def test_a_stored_file_lies_encrypted_and_is_sent_plain(database: Database) -> None:
    file, content = uuid.uuid4(), b"%PDF-1.7 " + CANARY.encode()
    with Decisions(database)(ENV) as work:
        work.keep(StoredFile(file, "a.pdf", "application/pdf", content, b"", {}))
    with database.connection() as connection:
        row = connection.execute("select content from stored_file").fetchone()
    assert row
    assert CANARY.encode() not in bytes(row["content"])
    assert PostgresOutbox(database, "", ENV).file(file) == content


def test_another_key_ring_opens_nothing(database: Database, database_url: str) -> None:
    write(database, contact(1))
    for keys in (new_ring(), None):
        stranger = Database(database_url, keys=keys)
        with pytest.raises((KeysWrong, SealedValueRefused)):
            Portal(stranger).contact(CALLER, 1)
        stranger.close()


def test_a_process_that_runs_finds_a_key_that_was_added(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    save(file, load(file).with_new_key())
    newer = Database(database_url, keys=load(file))
    write(newer, contact(1))
    newer.close()
    row = Portal(database).contact(CALLER, 1)
    assert row is not None
    assert row["email"] == CANARY
