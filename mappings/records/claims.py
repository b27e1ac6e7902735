"""Claims (*declaraties*), their kinds and workflow statuses."""

from domain.pull.query import Row
from domain.records.hours import Claim, ClaimKind, ClaimStatus
from mappings.pull.fields import (
    code,
    day,
    flag,
    identity,
    moment,
    number,
    optional_identity,
    optional_moment,
    optional_text,
    text,
    whole,
)
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

CLAIM_NUMBER = r"^[^\s.]{1,12}\.\d{2}$"
"""A number and its version: ``000000000005.01``. Without the version it names no content (AFAS: OpenAPI)."""

KINDS = {"N": ClaimKind.NORMAL, "C": ClaimKind.CORRECTION, "T": ClaimKind.REVERSAL}
"""*Soort declaratie*: normaal, correctie, teruggedraaid."""

STATUSES = {
    "Ter beoordeling": ClaimStatus.TO_JUDGE,
    "Voldoet niet aan minimumlooncontrole": ClaimStatus.BELOW_MINIMUM_WAGE,
    "Goedgekeurd extern": ClaimStatus.APPROVED_EXTERNALLY,
    "Goedgekeurd": ClaimStatus.APPROVED,
    "Afgekeurd": ClaimStatus.REJECTED,
}
"""The delivered statuses of dossier type -104 (AFAS help: Pro_Flx_Config_HrsInv)."""

CLAIMS = RowMapping(
    Claim,
    {
        "claim": ("ClaimNumber", text(16, pattern=CLAIM_NUMBER)),
        "kind": ("Kind", code(KINDS)),
        "year": ("Year", whole(1900, 9000)),
        "period": ("PeriodId", whole(0, 999)),
        "period_start": ("PeriodStart", day()),
        "period_end": ("PeriodEnd", day()),
        "placement": ("PlacementId", text(12)),
        "employee": ("EmployeeId", text(15)),
        "agreement": ("AgreementId", text(15)),
        "client": ("DebtorId", text(16)),
        "cost_centre": ("CostCentre", optional_text(30)),
        "reference": ("CustomerReference", optional_text(100)),
        "subject": ("SubjectId", identity()),
        "workflow_status": ("WorkflowStatus", code(STATUSES)),
        "approved_externally": ("ApprovedExternally", flag()),
        "approved_by": ("ApprovedExternallyBy", optional_identity()),
        "approved_at": ("ApprovedExternallyOn", optional_moment()),
        "approved_internally": ("ApprovedInternally", flag()),
        "processed": ("Processed", flag()),
        "paid": ("Paid", flag()),
        "paid_at": ("PaidOn", optional_moment()),
        "invoiced": ("Invoiced", flag()),
        "total_hours": ("TotalHours", number(4)),
        "created_at": ("CreatedOn", moment()),
        "changed_at": ("ChangedOn", moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Claims", CLAIMS, every=15.0),)


def to_claim(row: Row) -> Claim:
    """One row of Loonbrug_Claims. Raises UnmappableRow."""
    return CLAIMS.to_record(row)
