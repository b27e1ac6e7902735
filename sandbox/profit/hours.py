"""Hour lines and what follows from them: weeks, totals, and an approval that falls away."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sandbox.contract import Row
from sandbox.errors import Refusal
from sandbox.profit import dossier
from sandbox.profit.world import World

HOUR_UNIT = "uur"
NORMAL_HOURS = {"ItemType": "1", "ItemCode": "F001-01", "ItemDescription": "Normale uren", "Unit": HOUR_UNIT}
_NEVER_NULL: Row = {
    "HourType": "F1",
    "StartTime": None,
    "EndTime": None,
    "BreakTime": None,
    "Description": None,
    "CostCentreClient": None,
    "CustomerReference": None,
    "Finished": False,
    "Agreed": False,
    "Rejected": False,
    "ExternallyApproved": False,
    "ClaimNumber": None,
}


def week_of(day: str) -> tuple[int, int]:
    """Year and week of an ISO date (or date-time) text: the sandbox's period table is the ISO calendar."""
    year, week, _ = date.fromisoformat(day[:10]).isocalendar()
    return year, week


def days_of(year: int, period: int) -> list[str]:
    """The seven days of a week, Monday first, as 'YYYY-MM-DD'."""
    monday = date.fromisocalendar(year, period, 1)
    return [(monday + timedelta(days=day)).isoformat() for day in range(7)]


def midnight(day: str) -> str:
    """A date as the tables store it."""
    return f"{day[:10]}T00:00:00"


def line_row(number: int, day: str, quantity: float, now: str, placement: Row, **fields: Any) -> Row:
    """A row of Loonbrug_Hours for a placement; `fields` are columns that differ from an ordinary hour."""
    year, period = week_of(day)
    row: Row = {"LineId": number, "EntryDate": midnight(day), "Year": year, "PeriodId": period}
    row |= {name: placement[name] for name in ("EmployeeId", "PlacementId", "AgreementId", "DebtorId")}
    return (
        row | NORMAL_HOURS | _NEVER_NULL | {"Quantity": quantity, "CreatedOn": now, "ChangedOn": now} | fields
    )


def add_line(world: World, row: Row) -> int:
    """Insert a line; gives its number."""
    world.tables.insert("Loonbrug_Hours", row)
    return int(row["LineId"])


def lines_of(world: World, claim: str) -> list[Row]:
    """The lines of a claim."""
    return world.tables.select("Loonbrug_Hours", {"ClaimNumber": claim})


def open_lines(world: World, placement: str, year: int, period: int) -> list[Row]:
    """The lines of a placement and week that are in no claim yet."""
    where = {"PlacementId": placement, "Year": year, "PeriodId": period, "ClaimNumber": None}
    return world.tables.select("Loonbrug_Hours", where)


def hours_in(lines: Sequence[Row]) -> float:
    """The hours among lines; kilometres and pieces do not count."""
    return round(float(sum(line["Quantity"] for line in lines if line["Unit"] == HOUR_UNIT)), 4)


def change_line(world: World, number: int, changes: Row) -> None:
    """Change a line of an open week.

    Raises Refusal when it is locked or its claim is processed, KeyError when there is no such line.
    A changed quantity changes the sales amount: the external approval of the claim falls away
    (AFAS: Pro_Flx_DecL_Apprv.htm).
    """
    world.refuse_locked(f"line:{number}")
    before = world.get("Loonbrug_Hours", number)
    refuse_processed(world, before["ClaimNumber"])
    world.tables.update("Loonbrug_Hours", (number,), changes | {"ChangedOn": world.now()})
    if before["ClaimNumber"] and changes.get("Quantity", before["Quantity"]) != before["Quantity"]:
        amount_changed(world, before["ClaimNumber"])


def delete_line(world: World, number: int) -> None:
    """Delete a line for good; only Loonbrug_DeletedHours tells. Raises as `change_line`."""
    world.refuse_locked(f"line:{number}")
    claim = world.get("Loonbrug_Hours", number)["ClaimNumber"]
    refuse_processed(world, claim)
    world.tables.delete("Loonbrug_Hours", (number,))
    world.tables.insert("Loonbrug_DeletedHours", {"LineId": number, "DeletedOn": world.now()})
    if claim:
        amount_changed(world, claim)


def refuse_processed(world: World, claim: str | None) -> None:
    """Raises Refusal for a claim that is locked, or processed: that takes a correction claim."""
    if claim is None:
        return
    world.refuse_locked(f"claim:{claim}")
    if world.get("Loonbrug_Claims", claim)["Processed"]:
        raise Refusal(
            f"Declaratie {claim} is al verwerkt. Maak een correctiedeclaratie.",
            f"Claim {claim} has already been processed. Create a correction claim.",
        )


def amount_changed(world: World, claim: str) -> None:
    """Recount a claim; an external approval falls away and the claim goes back to the client."""
    row = world.get("Loonbrug_Claims", claim)
    changes: Row = {"TotalHours": hours_in(lines_of(world, claim)), "ChangedOn": world.now()}
    if row["ApprovedExternally"]:
        changes |= {"ApprovedExternally": False, "ApprovedExternallyBy": None, "ApprovedExternallyOn": None}
        changes |= {"ApprovedInternally": False}
    world.tables.update("Loonbrug_Claims", (claim,), changes)
    if row["ApprovedExternally"]:
        mark_lines(world, claim, {"ExternallyApproved": False, "Agreed": False})
        dossier.note(world, row["SubjectId"], "PROFIT", "Externe goedkeuring vervallen")
        dossier.move(world, dossier.find(world, row["SubjectId"]), "external")


def mark_lines(world: World, claim: str, changes: Row, *, follow: bool = True) -> None:
    """Change columns of all lines of a claim; `follow` moves their changed-on."""
    stamp = {"ChangedOn": world.now()} if follow else {}
    for line in lines_of(world, claim):
        world.tables.update("Loonbrug_Hours", (line["LineId"],), changes | stamp)
