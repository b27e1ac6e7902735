"""Keys are rotated, what is old goes, and people are erased; sums and the audit chain stay."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.store.audit.check import AuditCheck
from connectors.store.audit.reads import AuditReads
from connectors.store.database import Database
from connectors.store.decisions.decisions import Decisions
from connectors.store.decisions.portal_reads import Portal
from connectors.store.keeping.erasure import Erasure, Who
from connectors.store.keeping.retention import Keep, Retention
from connectors.store.keeping.rotation import left_with, rotate
from connectors.store.outbox import outbox
from connectors.store.outbox.outbox import PostgresOutbox
from connectors.store.pull.parked import ParkedRepository, park
from connectors.store.records import mirror
from connectors.store.sealed.erased import ERASED
from connectors.store.sealed.keyring import KeyRing, new_ring
from connectors.store.watch.notices import Notices, owe_mail
from domain.decisions.decision import Caller, NewDecision, StoredFile
from domain.declarations.declaration import DeclarationStatus
from domain.errors import NotFound, Refused
from domain.outbox.update import NewUpdate, UpdateKind
from domain.pull.run import BadRow
from domain.records.clients import Client, Contact
from domain.records.people import Employee

ENV = "main"
CALLER = Caller("key-1", ENV)
CANARY = "canary@voorbeeld.test"
MOBILE = "+31612345678"
THEN = datetime(2026, 11, 20, 12, tzinfo=UTC)
FILE = uuid.UUID(int=7)
CLIENT = Client("10010", "100", "Bakker Jansen", None, CANARY, MOBILE, False, THEN)


@pytest.fixture
def keys() -> KeyRing:
    return new_ring()


@pytest.fixture
def database(database_url: str, keys: KeyRing) -> Iterator[Database]:
    """A store with a contact, an employee with hours, a number on its way, a parked row, a file."""
    opened = Database(database_url, keys=keys)
    fill(opened)
    yield opened
    opened.close()


def contact(number: int = 1, **more: Any) -> Contact:
    values: dict[str, Any] = {
        "contact": number,
        "client": "10010",
        "organisation": "100",
        "person": "p1",
        "name": "Jan Jansen",
    }
    values |= {
        "job_title": "Chef",
        "email": CANARY,
        "mobile": MOBILE,
        "mobile_private": None,
        "blocked": False,
    }
    return Contact(**(values | {"changed_at": THEN} | more))


def employee(**more: Any) -> Employee:
    values: dict[str, Any] = dict.fromkeys(Employee.__dataclass_fields__)
    values |= {"employee": "E1", "person": "w1", "first_name": "Piet", "last_name": "Pietersen"}
    values |= {"private_email": CANARY, "mobile_private": MOBILE, "changed_at": THEN}
    return Employee(**(values | {"flex": True, "blocked": False, "pocket_user": False} | more))


def fill(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("insert into environment (environment) values ('main')")
        mirror.write(connection, ENV, Contact, [contact(), contact(2)])
        mirror.write(connection, ENV, Employee, [employee(), employee(employee="E2", person="w2")])
        mirror.write(connection, ENV, Client, [CLIENT])
        park(connection, ENV, "contacts", [BadRow("1", "email: too long", {"Email": CANARY})])
        owe_mail(connection, ENV, [CANARY], "Uren", CANARY)
        connection.execute(
            "insert into hour_line (environment, line, date, year, period, employee, item_type, item,"
            " quantity, unit, finished, agreed, rejected, approved_externally, created_at, changed_at,"
            " content_hash)"
            " values ('main', 1, '2026-11-16', 2026, 47, 'E1', 'W', 'U', 8, 'h', true, true, false, false,"
            " now(), now(), '')"
        )
    payload: dict[str, object] = {"who": "contact", "contact": 1, "mobile": MOBILE}
    owe(database, UpdateKind.CHANGE_MOBILE, "contact:1", payload)
    with Decisions(database)(ENV) as work:
        work.record(NewDecision("sign", "item:5", None, 1, {"file": str(FILE)}, "key-1"))
        work.keep(StoredFile(FILE, "a.pdf", "application/pdf", b"%PDF canary", b"", {"address": "10.1.2.3"}))
        work.declare("C1", DeclarationStatus.REJECTED, f"by contact 1: {CANARY}")
    owe(database, UpdateKind.ATTACH_FILE, "item:5", {"file": str(FILE)})
    owe(database, UpdateKind.REJECT, "claim:C1", {"claim": "C1", "reason": CANARY})


def owe(database: Database, kind: UpdateKind, subject: str, payload: dict[str, object]) -> int:
    with Decisions(database)(ENV) as work:
        past = work.record(NewDecision(kind, subject, None, 1, payload, "key-1"))
        new = NewUpdate(ENV, past.id, kind, subject, None, payload, f"LB-{uuid.uuid4().hex[:10]}")
        return outbox.add(work.connection, new)


def run(database: Database, statement: str) -> None:
    with database.connection() as connection:
        connection.execute(statement)


def one(database: Database, query: str) -> dict[str, Any]:
    with database.connection() as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row


def everything(database: Database) -> str:
    """All that a thief of the database would see."""
    with database.connection() as connection:
        tables = connection.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        ).fetchall()
        return "".join(
            str(connection.execute(f'select t::text from "{table["relname"]}" t').fetchall())
            for table in tables
        )


# ------------------------------------------------------------------------------------------ rotation


def test_rotation_seals_everything_with_the_new_key(
    database: Database, database_url: str, keys: KeyRing
) -> None:
    old, newer = keys.newest.id, keys.with_new_key()
    held = left_with(database, old)
    rotated = Database(database_url, keys=newer)
    assert held >= 6
    assert sum(rotate(rotated, "cli:anna")) == held
    assert left_with(rotated, old) == 0
    rotated.close()
    only_new = Database(database_url, keys=newer.without([old]))
    row = Portal(only_new).contact(CALLER, 1)
    assert row is not None
    assert (row["email"], row["mobile_requested"]) == (CANARY, MOBILE)
    assert ParkedRepository(only_new, ENV).parked([1])[0][2] == {"Email": CANARY}
    assert PostgresOutbox(only_new, "", ENV).file(FILE) == b"%PDF canary"
    with Decisions(only_new)(ENV) as work:
        past = work.last_decision("contact:1")
        assert past is not None
        assert past.content["mobile"] == MOBILE
        rejected = work.last_decision("claim:C1")
        assert rejected is not None
        assert rejected.content["reason"] == CANARY
    notice = Notices(only_new, ENV).take(["mail"], 60)
    assert notice is not None
    assert notice.content == {"to": [CANARY], "subject": "Uren", "text": CANARY}
    only_new.close()


def test_a_thief_of_the_database_sees_no_address_no_number_and_no_reason(database: Database) -> None:
    text = everything(database)
    assert CANARY not in text
    assert MOBILE not in text


def test_rotation_may_stop_anywhere_and_goes_on(database: Database, database_url: str, keys: KeyRing) -> None:
    rotated = Database(database_url, keys=keys.with_new_key())
    first = next(rotate(rotated, "cli:anna"))
    assert first > 0
    assert sum(rotate(rotated, "cli:anna")) + first == left_with(rotated, rotated.keys.newest.id)  # type: ignore[union-attr]
    assert sum(rotate(rotated, "cli:anna")) == 0
    rotated.close()


def test_what_was_never_sealed_is_sealed_by_a_rotation(database_url: str, keys: KeyRing) -> None:
    plain = Database(database_url)
    fill(plain)
    assert MOBILE in everything(plain)
    plain.close()
    sealed = Database(database_url, keys=keys)
    list(rotate(sealed, "cli:anna"))
    text = everything(sealed)
    assert CANARY not in text
    assert MOBILE not in text
    sealed.close()


def test_unchanged_rows_stay_unchanged_after_a_rotation(
    database: Database, database_url: str, keys: KeyRing
) -> None:
    rotated = Database(database_url, keys=keys.with_new_key())
    list(rotate(rotated, "cli:anna"))
    with rotated.transaction() as connection:
        assert mirror.write(connection, ENV, Contact, [contact()]) == mirror.Written(0, 0)
    rotated.close()


# ------------------------------------------------------------------------------------------ retention


def test_what_is_young_or_still_owed_stays(database: Database) -> None:
    assert Retention(database, ENV).sweep() == {}
    run(database, "update stored_file set created_at = now() - interval '90 days'")
    run(database, "update parked_row set last_seen = now() - interval '900 days'")
    assert Retention(database, ENV).sweep() == {}


def test_what_is_old_goes_in_small_steps_and_is_audited(database: Database) -> None:
    run(database, "update outbox set state = 'done', ended_at = now() - interval '91 days'")
    run(database, "update decision set decided_at = now() - interval '91 days'")
    run(database, "update stored_file set created_at = now() - interval '91 days'")
    run(database, "update parked_row set resolved_at = now() - interval '91 days'")
    run(
        database,
        "insert into attempt (outbox, step, outcome, at)"
        " select id, 'look', 'x', now() - interval '91 days' from outbox",
    )
    run(
        database,
        "insert into idempotency select 'main', 'k', i::text, '', 200, '{}', now() - interval '8 days'"
        " from generate_series(1, 1500) i",
    )
    run(database, "update hour_line set withdrawn_at = now() - interval '401 days'")
    gone = Retention(database, ENV).sweep()
    assert gone == {
        "parked_row": 1, "attempt": 3, "outbox": 1, "decision": 1, "stored_file": 1, "hour_line": 1,
        "idempotency": 1000,
    }  # fmt: skip
    assert Retention(database, ENV).sweep() == {"idempotency": 500}
    assert one(database, "select payload, kind from outbox where kind = 'change-mobile'")["payload"] == {}
    told = {
        record.subject: record.details["rows"]
        for record in AuditReads(database, ENV).page()
        if record.action == "retention.remove"
    }
    assert told["table:stored_file"] == 1
    assert "table:idempotency" not in told


def test_old_replays_go_with_their_items_and_those_at_work_stay(database: Database) -> None:
    update = owe(database, UpdateKind.APPROVE, "claim:1", {})
    run(
        database,
        "insert into replay (environment, state, asked_by, asked_at, ended_at)"
        " select 'main', state, 'user:anna', now() - age, case when state = 'done' then now() - age end"
        " from (values ('done', interval '91 days'), ('planned', interval '91 days'),"
        " ('running', interval '91 days'), ('done', interval '89 days')) v(state, age)",
    )
    run(database, f"insert into replay_item (replay, update) select id, {update} from replay")
    gone = Retention(database, "main").sweep()
    assert (gone["replay_item"], gone["replay"]) == (2, 2)
    left = one(database, "select array_agg(state order by id) as states from replay")
    assert left["states"] == ["running", "done"]
    assert one(database, "select count(*) from replay_item")["count"] == 2


def test_a_signed_document_stays_until_afas_has_shown_it_for_long_enough(database: Database) -> None:
    run(database, "update stored_file set created_at = now() - interval '900 days'")
    for state, ended, stays in (
        ("parked", "900 days", True),
        ("done", "29 days", True),
        ("done", "31 days", False),
    ):
        run(
            database,
            f"update outbox set state = '{state}', ended_at = now() - interval '{ended}'"
            " where kind = 'attach-file'",
        )
        Retention(database, ENV, Keep(personal=9999, attempts=9999)).sweep()
        assert one(database, "select count(*) from stored_file")["count"] == int(stays)


# ------------------------------------------------------------------------------------------ erasure


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
    rows = [BadRow(key, "email: too long", {"Email": CANARY}) for key in ("2", "3")]
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
    with pytest.raises(Refused, match="under way"):
        Erasure(database, ENV).erase(Who.CONTACT, "1", "cli:anna")
    assert one(database, "select name from contact where contact = 1")["name"] == "Jan Jansen"


def test_erasing_twice_is_once_and_nobody_is_nobody(database: Database) -> None:
    Erasure(database, ENV).erase(Who.CONTACT, "2", "cli:anna")
    Erasure(database, ENV).erase(Who.CONTACT, "2", "cli:anna")
    with pytest.raises(NotFound):
        Erasure(database, ENV).plan(Who.EMPLOYEE, "1")
