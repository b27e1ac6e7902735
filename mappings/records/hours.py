"""Hour lines (*nacalculatieregels*) and the list of deleted ones."""

from domain.pull.query import Row
from domain.records.hours import DeletedLine, HourLine
from mappings.pull.fields import (
    FOR_EVER,
    day,
    flag,
    identity,
    moment,
    number,
    optional_person_text,
    optional_text,
    text,
    whole,
)
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping
from mappings.records.claims import CLAIM_NUMBER

HOURS = RowMapping(
    HourLine,
    {
        "line": ("LineId", identity()),
        "date": ("EntryDate", day()),
        "year": ("Year", whole(1900, 9000)),
        "period": ("PeriodId", whole(0, 999)),
        "employee": ("EmployeeId", text(15)),
        "placement": ("PlacementId", optional_text(12)),
        "agreement": ("AgreementId", optional_text(15)),
        "client": ("DebtorId", optional_text(16)),
        "claim": ("ClaimNumber", optional_text(16, pattern=CLAIM_NUMBER + "|^$")),
        "item_type": ("ItemType", text(20)),
        "item": ("ItemCode", text(40)),
        "item_description": ("ItemDescription", optional_text(255)),
        "hour_type": ("HourType", optional_text(10)),
        "quantity": ("Quantity", number(4)),
        "unit": ("Unit", text(10)),
        "start_time": ("StartTime", optional_text(8)),
        "end_time": ("EndTime", optional_text(8)),
        "break_time": ("BreakTime", optional_text(8)),
        "description": ("Description", optional_person_text(255)),
        "cost_centre": ("CostCentreClient", optional_text(30)),
        "reference": ("CustomerReference", optional_text(100)),
        "finished": ("Finished", flag()),
        "agreed": ("Agreed", flag()),
        "rejected": ("Rejected", flag()),
        "approved_externally": ("ExternallyApproved", flag()),
        "created_at": ("CreatedOn", moment()),
        "changed_at": ("ChangedOn", moment()),
    },
)

DELETED_HOURS = RowMapping(
    DeletedLine,
    {
        "line": ("LineId", identity()),
        "deleted_at": ("DeletedOn", moment(never=FOR_EVER)),
    },
)

FLOWS = (
    flow_of("Loonbrug_Hours", HOURS, every=15.0),
    flow_of("Loonbrug_DeletedHours", DELETED_HOURS, may_shrink=True),
)


def to_hour_line(row: Row) -> HourLine:
    """One row of Loonbrug_Hours. Raises UnmappableRow."""
    return HOURS.to_record(row)
