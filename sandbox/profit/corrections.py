"""Correction claims: a new version of a claim that was processed (AFAS: Pay_Flx_Decl_Corr_Corrct.htm)."""

from collections.abc import Sequence

from sandbox.contract import Row
from sandbox.errors import NOT_EXISTING, Refusal
from sandbox.profit import claims, hours
from sandbox.profit.world import World


def correct(world: World, number: str, changes: Sequence[tuple[int, Row]], user: str) -> str:
    """A new version of a claim, with a copy of each changed line; gives its number.

    `changes`: the number of a line of the claim, and the columns that differ. The old version stays as it is.
    Raises Refusal when the claim is not version .01, is not processed yet, or a line is not one of its own.
    """
    row = claims.claim_of(world, number)
    if not number.endswith(".01") or not row["Processed"]:
        raise Refusal(
            f"Voor declaratie {number} kan geen correctiedeclaratie worden gemaakt.",
            f"A correction claim cannot be created for claim {number}.",
        )
    version = claims.make_claim(
        world,
        row["PlacementId"],
        row["Year"],
        row["PeriodId"],
        user,
        number=_next_version(world, row),
        kind="C",
    )
    for line_number, differing in changes:
        _copy(world, _line_of(world, number, line_number), version, differing)
    _recount(world, version)
    claims.start(world, version)
    return version


def change_version(world: World, number: str, line: int, differing: Row) -> None:
    """Change a line of a correction claim. Raises Refusal when it is not one, or the line is not its own."""
    _refuse_original(world, number)
    _line_of(world, number, line)
    hours.change_line(world, line, differing)
    _recount(world, number)


def add_to_version(world: World, number: str, day: str, quantity: float, differing: Row) -> int:
    """Add a line to a correction claim; gives its number. Raises Refusal when it is not one."""
    row = _refuse_original(world, number)
    placement = world.get("Loonbrug_Placements", row["PlacementId"])
    line = hours.line_row(
        world.next("line"), day, quantity, world.now(), placement, ClaimNumber=number, Finished=True
    )
    hours.add_line(world, line | differing)
    hours.amount_changed(world, number)
    return int(line["LineId"])


def _refuse_original(world: World, number: str) -> Row:
    row = claims.claim_of(world, number)
    hours.refuse_processed(world, number)
    if row["Kind"] != "C":
        raise Refusal(
            f"Declaratie {number} is geen correctiedeclaratie.", f"Claim {number} is not a correction claim."
        )
    return row


def _next_version(world: World, row: Row) -> str:
    base = str(row["ClaimNumber"])[:-3]
    where = {"PlacementId": row["PlacementId"], "Year": row["Year"], "PeriodId": row["PeriodId"]}
    taken = [str(each["ClaimNumber"]) for each in world.tables.select("Loonbrug_Claims", where)]
    last = max(int(number[-2:]) for number in taken if number.startswith(f"{base}."))
    return f"{base}.{last + 1:02}"


def _line_of(world: World, claim: str, number: int) -> Row:
    row = world.tables.get("Loonbrug_Hours", (number,))
    if row is None or row["ClaimNumber"] != claim:
        raise Refusal(
            "De ingevulde waarde bij 'Regelnummer' bestaat niet.",
            "The entered value for 'Line number' does not exist.",
            NOT_EXISTING,
        )
    return row


def _copy(world: World, line: Row, version: str, differing: Row) -> None:
    fresh = {"LineId": world.next("line"), "ClaimNumber": version, "CreatedOn": world.now()}
    clean = dict.fromkeys(("Agreed", "Rejected", "ExternallyApproved"), False)
    hours.add_line(world, line | fresh | clean | {"ChangedOn": world.now()} | differing)


def _recount(world: World, number: str) -> None:
    total = {"TotalHours": hours.hours_in(hours.lines_of(world, number)), "ChangedOn": world.now()}
    world.tables.update("Loonbrug_Claims", (number,), total)
