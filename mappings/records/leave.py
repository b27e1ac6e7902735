"""Leave (*verlof*): why a week has fewer hours."""

from domain.records.leave import Leave
from mappings.pull.fields import day, flag, moment, number, optional_day, text, text_without, whole
from mappings.pull.flow import flow_of
from mappings.pull.rows import RowMapping

SICKNESS = r"ziek|verzuim|arbeidsongeschikt|zwanger|\bw(ao|ia|azo|gu)\b|sick|ill(ness)?\b|disab"

LEAVE = RowMapping(
    Leave,
    {
        "leave": ("LeaveId", whole(1)),
        "employee": ("EmployeeId", text(15)),
        "leave_type": ("LeaveType", text_without(20, SICKNESS)),
        "start_date": ("StartDate", day()),
        "end_date": ("EndDate", optional_day()),
        "hours": ("Hours", number(4)),
        "approved": ("Approved", flag()),
        "changed_at": ("ChangedOn", moment()),
    },
)

FLOWS = (flow_of("Loonbrug_Leave", LEAVE, every=300.0, optional=True),)
