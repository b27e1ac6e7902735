"""A small world in the store, put there by hand: two clients and what waits for their contacts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from connectors.store.database import Database

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINE, OTHER = "10010", "10020"
APPROVER, COLLEAGUE, BLOCKED, STRANGER = 22834, 22835, 22836, 33900
CLAIM, CLAIM_WITH_COST_CENTRE, CLAIM_OF_OTHER = "000000000005.01", "000000000006.01", "000000000007.01"
VERSION = "a" * 32
DOCUMENT, DOCUMENT_OF_OTHER = 9912, 9913
EVIDENCE = {
    "signer": "Anna Client",
    "signed_at": "2026-11-23T09:12:00+01:00",
    "method": "email-and-sms-code",
    "email_code_at": "2026-11-23T09:10:00+01:00",
    "sms_code_at": "2026-11-23T09:11:00+01:00",
    "ip": "192.0.2.7",
}


class World:
    """Puts rows into the store and looks at them."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def put(self, table: str, **row: object) -> None:
        values = {"environment": "main"} | row
        names, places = ", ".join(values), ", ".join(f"%({name})s" for name in values)
        with self.database.connection() as connection:
            connection.execute(f"insert into {table} ({names}) values ({places})", values)

    def mirror(self, table: str, **row: object) -> None:
        self.put(table, **({"changed_at": NOON, "content_hash": b""} | row))

    def look(self, query: str, *values: object) -> list[dict[str, Any]]:
        with self.database.connection() as connection:
            return connection.execute(query, values).fetchall()

    def count(self, table: str) -> int:
        return int(self.look(f"select count(*) as n from {table}")[0]["n"])

    def client(self, client: str) -> None:
        self.mirror(
            "client", client=client, organisation=f"o{client}", name=f"Client {client}", blocked=False
        )

    def contact(self, contact: int, client: str, *, blocked: bool = False) -> None:
        self.mirror(
            "contact",
            contact=contact,
            client=client,
            organisation=f"o{client}",
            person=f"p{contact}",
            name=f"Contact {contact}",
            mobile="+31611111111",
            blocked=blocked,
        )

    def worker(self, employee: str) -> None:
        self.mirror(
            "employee",
            employee=employee,
            person=f"p{employee}",
            flex=True,
            blocked=False,
            first_name="Zoë",
            prefix="van der",
            last_name="Berg",
            pocket_user=True,
        )

    def placement(self, placement: str, client: str, contact: int, *, rule: int = 0) -> None:
        self.mirror(
            "placement",
            placement=placement,
            employee="500",
            agreement="A1",
            client=client,
            job="KOK",
            job_description="Kok",
            start_date=date(2026, 1, 1),
            claim_contact=contact,
            signature_contact=contact,
            cost_centre_rule=rule,
        )

    def declaration(self, number: str, placement: str, client: str, **other: object) -> None:
        row: dict[str, object] = {
            "number": number,
            "status": "to-approve",
            "version": VERSION,
            "client": client,
            "placement": placement,
            "employee": "500",
            "agreement": "A1",
            "contact": APPROVER,
            "week": "2026-W47",
            "period_start": date(2026, 11, 16),
            "period_end": date(2026, 11, 22),
            "hours": "40.0000",
            "lines": 1,
            "cost_centre_required": False,
            "kind": "normal",
            "subject": 7001,
            "missing": [],
            "changed_at": NOON,
        }
        self.put("declaration", **(row | other))

    def line(self, line: int, claim: str | None, placement: str, quantity: str = "7.5000") -> None:
        self.mirror(
            "hour_line",
            line=line,
            date=date(2026, 11, 17),
            year=2026,
            period=47,
            employee="500",
            placement=placement,
            client=MINE,
            claim=claim,
            item_type="1",
            item="UUR",
            quantity=quantity,
            unit="uur",
            finished=True,
            agreed=False,
            rejected=False,
            approved_externally=False,
            created_at=NOON,
        )

    def withdrawn_line(self, line: int, claim: str) -> None:
        """A line that AFAS no longer shows."""
        self.line(line, claim, "P1")
        self.look("update hour_line set withdrawn_at = now() where line = %s returning line", line)

    def document(
        self, subject: int, client: str, contact: int | None, status: str = "Ter ondertekening"
    ) -> None:
        self.mirror(
            "document",
            subject=subject,
            subject_type=50,
            kind="order-confirmation",
            title="Opdracht: kok/bediening",
            client=client,
            placement="P1",
            employee="500",
            contact=contact,
            submitted_at=NOON,
            workflow_status=status,
            workflow_closed=False,
        )
        values = {
            "attachment": subject * 10,
            "subject": subject,
            "file_id": "F" * 32,
            "name": "opdracht é.pdf",
        }
        self.put("document_file", content_hash=b"", **values)

    def invoice(self, invoice: str, client: str, balance: str) -> None:
        self.mirror(
            "invoice",
            invoice=invoice,
            client=client,
            invoice_date=date(2026, 11, 1),
            due_date=date(2026, 12, 1),
            amount="1210.00",
            balance=balance,
            currency="EUR",
        )

    def fill(self) -> None:
        """The world that most tests begin with."""
        for client in (MINE, OTHER):
            self.client(client)
        self.contact(APPROVER, MINE)
        self.contact(COLLEAGUE, MINE)
        self.contact(BLOCKED, MINE, blocked=True)
        self.contact(STRANGER, OTHER)
        self.worker("500")
        self.placement("P1", MINE, APPROVER)
        self.placement("P2", MINE, APPROVER, rule=3)
        self.placement("P3", OTHER, STRANGER)
        self.declaration(CLAIM, "P1", MINE)
        self.declaration(CLAIM_WITH_COST_CENTRE, "P2", MINE, cost_centre_required=True)
        self.declaration(CLAIM_OF_OTHER, "P3", OTHER, contact=STRANGER)
        self.line(1, CLAIM, "P1")
        self.document(DOCUMENT, MINE, APPROVER)
        self.document(DOCUMENT_OF_OTHER, OTHER, STRANGER)
        self.onboarding("p500", "booking-hours")

    def onboarding(self, person: str, state: str) -> None:
        evidence = Jsonb({"placements": "1"})
        self.put("onboarding", person=person, employee="500", state=state, since=NOON, evidence=evidence)
