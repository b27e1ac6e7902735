"""A worker with the Pocket app: books hours, hands in the week, corrects it, signs the own contract."""

from typing import Any

from sandbox.contract import Row
from sandbox.errors import Refusal
from sandbox.profit import claims, dossier, hours
from sandbox.profit.executors import pocket_user
from sandbox.profit.pdf import small_pdf
from sandbox.profit.steps import take_step
from sandbox.profit.world import World

DAY = {"StartTime": "08:30:00", "EndTime": "17:00:00", "BreakTime": "00:30:00"}


def this_week(world: World) -> tuple[int, int]:
    """Year and week of the sandbox's clock."""
    return hours.week_of(world.now())


def book(world: World, placement: str, day: str, quantity: float = 8.0, **columns: Any) -> int:
    """Book hours on a placement, on a day 'YYYY-MM-DD'; gives the line number. `columns` go on top."""
    owner = world.get("Loonbrug_Placements", placement)
    number = world.next("line")
    centre = owner["CostCentreClient"] or "KP-100"
    if owner["CostCentreRule"] in {"1", "2", "4"}:
        columns = {"CostCentreClient": centre} | columns
    times = DAY if quantity == 8.0 else {}
    row = hours.line_row(number, day, quantity, world.now(), owner, **(times | columns))
    return hours.add_line(world, row)


def book_kilometres(world: World, placement: str, day: str, kilometres: float = 32.0) -> int:
    """Book travel, which counts towards no hours; gives the line number."""
    travel = {
        "ItemType": "6",
        "ItemCode": "F900-01",
        "ItemDescription": "Reiskosten",
        "Unit": "km",
        "HourType": None,
    }
    return book(world, placement, day, kilometres, Description="Woon-werk", **travel)


def book_week(
    world: World, placement: str, year: int | None = None, period: int | None = None, days: int = 5
) -> list[int]:
    """Book a full week, this one by default; gives the line numbers.

    The last day is cut off at the target hours; days that have hours already are left alone.
    """
    year, period = (year, period) if year and period else this_week(world)
    rest = world.get("Loonbrug_Placements", placement)["TargetHours"] or 40.0
    where = {"PlacementId": placement, "Year": year, "PeriodId": period}
    taken = {line["EntryDate"][:10] for line in world.tables.select("Loonbrug_Hours", where)}
    booked: list[int] = []
    for day in hours.days_of(year, period)[:days]:
        quantity, rest = min(8.0, rest), rest - 8.0
        if quantity > 0 and day not in taken:
            booked.append(book(world, placement, day, quantity))
    return booked


def change(world: World, line: int, **columns: Any) -> int:
    """Change a line, e.g. `Quantity=7.5`; gives its number."""
    hours.change_line(world, line, columns)
    return line


def delete(world: World, line: int) -> int:
    """Delete a line; gives its number."""
    hours.delete_line(world, line)
    return line


def submit(world: World, placement: str, year: int | None = None, period: int | None = None) -> str:
    """Hand in a week, this one by default; gives the claim number. Raises Refusal without lines."""
    year, period = (year, period) if year and period else this_week(world)
    worker = world.get("Loonbrug_Placements", placement)["EmployeeId"]
    return claims.submit(world, placement, year, period, pocket_user(worker))


def resubmit(world: World, claim: str, quantities: dict[str, float] | None = None) -> str:
    """Correct a rejected claim and send it in again; gives its number.

    `quantities`: line number (text) -> hours; by default the last line gets an hour less. Raises Refusal when
    the claim was not rejected.
    """
    row = claims.claim_of(world, claim)
    lines = hours.lines_of(world, claim)
    last = lines[-1]
    for line, quantity in (quantities or {str(last["LineId"]): last["Quantity"] - 1}).items():
        hours.change_line(world, int(line), {"Quantity": quantity})
    take_step(world, row["SubjectId"], "resubmit", pocket_user(row["EmployeeId"]))
    return claim


def send_data(world: World, employee: str) -> int:
    """A new worker hands in the own data; gives the onboarding item."""
    subject = int(onboarding_of(world, employee)["SubjectId"])
    take_step(world, subject, "send_data", pocket_user(employee))
    return subject


def sign_contract(world: World, employee: str) -> int:
    """A new worker signs the contract in Pocket; the signing log joins the files, and booking is open.

    Gives the onboarding item.
    """
    subject = int(onboarding_of(world, employee)["SubjectId"])
    log = small_pdf("SignServiceLog", [f"Ondertekend op {world.now()}"])
    dossier.attach(world, subject, "SignServiceLog.pdf", log)
    take_step(world, subject, "sign", pocket_user(employee))
    activated = {"PocketUser": True, "ChangedOn": world.now()}
    world.tables.update("Loonbrug_Employees", (employee,), activated)
    return subject


def onboarding_of(world: World, employee: str) -> Row:
    """The worker's newest onboarding item. Raises Refusal when there is none."""
    items = world.tables.select("Loonbrug_Onboarding", {"EmployeeId": employee})
    if not items:
        raise Refusal(
            f"Medewerker {employee} heeft geen onboarding.", f"Employee {employee} has no onboarding."
        )
    return items[-1]
