"""The back office's invoices: one per client for all claims that were paid and not invoiced yet."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.contract import Row
from sandbox.profit import dossier
from sandbox.profit.executors import BACK_OFFICE
from sandbox.profit.pdf import small_pdf
from sandbox.profit.world import World

HOURLY_RATE = 38.50
VAT = 1.21
TERM = timedelta(days=30)


def invoice(world: World) -> list[str]:
    """Invoice what was paid, one invoice per client, each with its pdf; gives the invoice numbers."""
    due = world.tables.select("Loonbrug_Claims", {"Paid": True, "Invoiced": False})
    clients = sorted({str(row["DebtorId"]) for row in due})
    return [_invoice(world, client, [row for row in due if row["DebtorId"] == client]) for client in clients]


def settle(world: World, number: str) -> str:
    """The client pays an invoice; gives its number."""
    world.tables.update("Loonbrug_Invoices", (number,), {"Balance": 0, "ChangedOn": world.now()})
    return number


def invoice_row(number: int, client: str, day: str, hours: float, now: str, **columns: Any) -> Row:
    """A row of Loonbrug_Invoices: hours at the agency's rate with VAT, to be paid in thirty days."""
    amount = round(hours * HOURLY_RATE * VAT, 2)
    due = datetime.fromisoformat(day) + TERM
    row: Row = {"InvoiceNumber": str(number), "DebtorId": client, "InvoiceDate": day}
    row |= {"DueDate": due.isoformat(), "Amount": amount, "Balance": amount, "Currency": "EUR"}
    return row | {"SubjectId": None, "ChangedOn": now} | columns


def add_pdf(world: World, number: int, client: str, title: str) -> int:
    """The dossier item of an invoice with its pdf; gives the item."""
    item = dossier.add_item(world, dossier.INVOICE_TYPE, BACK_OFFICE)
    row: Row = {
        "SubjectId": item.subject,
        "SubjectTypeId": item.type_id,
        "Kind": "document",
        "Subject": title,
    }
    row |= {"DebtorId": client, "SubmittedOn": world.now(), "WorkflowClosed": True, "ChangedOn": world.now()}
    world.tables.insert("Loonbrug_Documents", row)
    dossier.attach(world, item.subject, f"Factuur-{number}.pdf", small_pdf(title))
    return item.subject


def _invoice(world: World, client: str, claims: list[Row]) -> str:
    number = world.next("invoice")
    hours = sum(row["TotalHours"] for row in claims)
    today = f"{world.now()[:10]}T00:00:00"
    subject = add_pdf(world, number, client, f"Factuur {number}")
    row = invoice_row(number, client, today, hours, world.now(), SubjectId=subject)
    world.tables.insert("Loonbrug_Invoices", row)
    for claim in claims:
        done = {"Invoiced": True, "ChangedOn": world.now()}
        world.tables.update("Loonbrug_Claims", (claim["ClaimNumber"],), done)
    return str(number)
