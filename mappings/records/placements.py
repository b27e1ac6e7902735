"""Placements (*plaatsingen*) with the line valid today, which has a changed-on of its own."""

from domain.records.clients import CostCentreRule, Placement
from mappings.pull.fields import (
    code,
    day,
    moment,
    optional_day,
    optional_identity,
    optional_number,
    optional_text,
    text,
)
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

CHANGED = ("ChangedOn", "LineChangedOn")

RULES = {str(rule.value): rule for rule in CostCentreRule}
"""*Kostenplaats declaratie* (AFAS: VaCc)."""

PLACEMENTS = RowMapping(
    Placement,
    {
        "placement": ("PlacementId", text(12)),
        "employee": ("EmployeeId", text(15)),
        "agreement": ("AgreementId", text(15)),
        "client": ("DebtorId", text(16)),
        "job": ("JobId", text(10)),
        "job_description": ("JobDescription", optional_text(255)),
        "start_date": ("StartDate", day()),
        "end_date": ("EndDate", optional_day()),
        "claim_contact": ("ClaimContact", optional_identity()),
        "signature_contact": ("SignatureContact", optional_identity()),
        "account_manager": ("AccountManager", optional_text(15)),
        "cost_centre": ("CostCentreClient", optional_text(30)),
        "cost_centre_rule": ("CostCentreRule", code(RULES)),
        "target_hours": ("TargetHours", optional_number(2)),
        "changed_at": (CHANGED, moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Placements", PLACEMENTS),)
