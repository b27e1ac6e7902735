"""Leave (verlof): a worker asks for it, the back office agrees; Profit keeps an entry."""

from datetime import date, timedelta

from sandbox.profit.hours import midnight
from sandbox.profit.world import World

HOURS_A_DAY = 8.0


def take_leave(
    world: World, employee: str, start: str, days: int = 1, kind: str = "Vakantie", *, approved: bool = True
) -> int:
    """Days of leave from `start` ('YYYY-MM-DD'), eight hours each; gives the entry's number."""
    first = date.fromisoformat(start)
    number = world.next("leave")
    world.tables.insert(
        "Loonbrug_Leave",
        {
            "LeaveId": number,
            "EmployeeId": employee,
            "LeaveType": kind,
            "StartDate": midnight(start),
            "EndDate": midnight((first + timedelta(days=days - 1)).isoformat()),
            "Hours": HOURS_A_DAY * days,
            "Approved": approved,
            "ChangedOn": world.now(),
        },
    )
    return number
