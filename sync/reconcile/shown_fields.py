"""Which fields of rows that differ may be shown, and which of them weigh."""

from __future__ import annotations

from domain.records.hours import Claim

TELLING = {
    Claim: (
        "total_hours", "workflow_status", "approved_externally", "approved_by", "approved_internally",
        "processed", "paid", "invoiced", "kind", "period_start", "period_end", "placement",
        "employee", "changed_at",
    ),
}  # fmt: skip
LINE_TELLING = (
    "claim", "date", "quantity", "unit", "item", "hour_type", "finished", "agreed", "rejected",
    "approved_externally", "placement", "employee", "changed_at",
)  # fmt: skip
TABLE_TELLING = (
    "client", "employee", "agreement", "placement", "claim_contact", "signature_contact", "cost_centre_rule",
    "start_date", "end_date", "employment_start", "employment_end", "contract_start", "contract_end",
    "blocked", "closed", "pocket_user", "invoice_date", "due_date", "amount", "balance", "currency",
    "changed_at",
)  # fmt: skip
"""Fields whose values may be shown; of others only the name is."""
WEIGHTY = frozenset(
    {
        "total_hours",
        "quantity",
        "workflow_status",
        "approved_externally",
        "processed",
        "paid",
        "claim",
        "date",
    }
    | {"unit", "item", "hour_type", "placement", "employee", "client", "agreed", "rejected", "kind"}
)
"""What wages follow from."""
SAME = {"total_hours": "hours", "workflow_status": "status"}
"""Names that the portal has for the same."""
