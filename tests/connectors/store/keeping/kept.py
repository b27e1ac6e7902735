"""A store with a contact, an employee with hours, a number on its way, a parked row and a file."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from connectors.store.database import Database
from connectors.store.decisions.decisions import Decisions
from connectors.store.outbox import outbox
from connectors.store.pull.parked import park
from connectors.store.records import mirror
from connectors.store.watch.notices import owe_mail
from domain.decisions.decision import Caller, NewDecision, StoredFile
from domain.declarations.declaration import DeclarationStatus
from domain.message import Message, verbatim
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
        park(connection, ENV, "contacts", [BadRow("1", verbatim("email: too long"), {"Email": CANARY})])
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
        why = Message("history.rejected", {"contact": 1, "reason": CANARY})
        work.declare("C1", DeclarationStatus.REJECTED, why)
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
