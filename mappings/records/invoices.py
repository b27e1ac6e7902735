"""Sales invoices (*verkoopfacturen*), paid ones included."""

from domain.records.clients import Invoice
from mappings.pull.fields import day, moment, number, optional_identity, text
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

INVOICES = RowMapping(
    Invoice,
    {
        "invoice": ("InvoiceNumber", text(12)),
        "client": ("DebtorId", text(16)),
        "invoice_date": ("InvoiceDate", day()),
        "due_date": ("DueDate", day()),
        "amount": ("Amount", number(2)),
        "balance": ("Balance", number(2)),
        "currency": ("Currency", text(3)),
        "subject": ("SubjectId", optional_identity()),
        "changed_at": ("ChangedOn", moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Invoices", INVOICES, every=300.0),)
