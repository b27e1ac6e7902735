"""A small agency with a frozen clock, for tests of what happens inside the sandbox's Profit."""

# ruff: noqa: DTZ001 - AFAS keeps naive Amsterdam time

from datetime import datetime, timedelta
from typing import Any

from sandbox.people import act
from sandbox.profit.clock import ProfitClock
from sandbox.profit.world import World
from sandbox.reading.tables import Tables
from sandbox.seed.seed import fill
from sandbox.updates import UpdateAnswer, dispatch

WEDNESDAY = datetime(2026, 11, 18, 9, 0)
LATER = timedelta(minutes=7)


def an_agency(workers: int = 8, weeks: int = 2, current: str = "empty", seed: int = 1) -> World:
    """Clients, workers and paid weeks; this week is empty and nothing waits to be signed."""
    world = World(Tables(), ProfitClock(WEDNESDAY, frozen=True), seed)
    fill(world, workers=workers, weeks=weeks, seed=seed, current=current, to_sign=0)
    return world


def placement(world: World, rule: str = "0") -> dict[str, Any]:
    """The first placement with that cost centre rule."""
    return world.tables.select("Loonbrug_Placements", {"CostCentreRule": rule})[0]


def a_claim(world: World, rule: str = "0") -> dict[str, Any]:
    """A week that was booked and handed in, and that waits for the client; time has passed since."""
    number = placement(world, rule)["PlacementId"]
    act(world, "book-week", placement=number)
    claim = act(world, "submit", placement=number)["result"]
    world.clock.advance(LATER)
    return world.get("Loonbrug_Claims", claim)


def again(world: World, claim: dict[str, Any]) -> dict[str, Any]:
    """The claim as it is now."""
    return world.get("Loonbrug_Claims", claim["ClaimNumber"])


def lines(world: World, claim: dict[str, Any]) -> list[dict[str, Any]]:
    """Its lines."""
    return world.tables.select("Loonbrug_Hours", {"ClaimNumber": claim["ClaimNumber"]})


def tasks(world: World, subject: int) -> list[dict[str, Any]]:
    """The tasks in which an item stands."""
    return world.tables.select("Loonbrug_Tasks", {"SubjectId": subject})


def put(world: World, connector: str, fields: dict[str, Any], language: str = "nl") -> UpdateAnswer:
    """PUT one record."""
    return dispatch(world, "PUT", [connector], {connector: {"Element": {"Fields": fields}}}, language)


def approve(world: World, claim: dict[str, Any], language: str = "nl", **fields: Any) -> UpdateAnswer:
    """Approve by PtDeclaration, as the placement's contact."""
    contact = world.get("Loonbrug_Placements", claim["PlacementId"])["ClaimContact"]
    body = {"DcCo": claim["ClaimNumber"], "ExUs": contact, "ApprovWorkflow": True} | fields
    return put(world, "PtDeclaration", body, language)


def step(
    world: World, subject: int, description: str, text: str | None = None, **fields: Any
) -> UpdateAnswer:
    """Execute an action, found as a client of AFAS finds it: by its description."""
    task = tasks(world, subject)[0]
    where = {"TaskName": task["TaskName"], "ActionDescription": description}
    found = world.tables.select("Loonbrug_Actions", where)
    action = found[0]["ActionName"] if found else "0" * 32
    body = {"SbId": subject, "WfNm": task["WorkflowName"], "TkNm": task["TaskName"], "AcNm": action}
    element = {"Fields": body | ({"Tx": text} if text else {}) | fields}
    return dispatch(world, "POST", ["KnSubjectWorkflowReaction"], {"KnWorkflow": {"Element": element}}, "nl")


def message(answer: UpdateAnswer) -> str:
    """The refusal's text."""
    assert answer.status == 500
    assert answer.body is not None
    return str(answer.body["externalMessage"])
