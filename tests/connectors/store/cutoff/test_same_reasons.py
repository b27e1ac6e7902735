"""The week board (SQL) and the reckoning (Python) give the same reason for the same stored case."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import product

import pytest
from psycopg.types.json import Jsonb

from connectors.store.cutoff.weeks import Weeks
from connectors.store.database import Database
from connectors.store.reconcile.ledger import StoreLedger
from connectors.store.records import mirror
from domain.cutoff.reason import Reason
from domain.cutoff.reckoning import Sides, reckon
from domain.declarations.declaration import DeclarationStatus, content_version
from domain.outbox.update import UpdateKind, UpdateState
from domain.reconcile.sides import PortalSide
from domain.records.hours import Claim, ClaimStatus, HourLine
from domain.watch.waiting import Budgets
from tests.stages.reasons import kept
from tests.stages.records.records import a_claim, a_declaration, a_line

WEEK = "2026-W47"
LATENESS = Budgets().lateness(near=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A declaration, AFAS's own status, whether AFAS shows the portal's, and the newest decision."""

    status: DeclarationStatus
    workflow: ClaimStatus = ClaimStatus.TO_JUDGE
    in_afas: bool = True
    kind: UpdateKind | None = None
    state: UpdateState = UpdateState.READY
    late: bool = False
    missing: tuple[str, ...] = ()


OWED = [
    (kind, state, late)
    for kind, state, late in product((UpdateKind.APPROVE, UpdateKind.REJECT), UpdateState, (False, True))
]
SHOWN = ClaimStatus.APPROVED_EXTERNALLY
CASES = [
    *(Case(DeclarationStatus.TO_APPROVE, kind=k, state=s, late=late) for k, s, late in OWED),
    *(Case(DeclarationStatus.REJECTED, ClaimStatus.REJECTED, kind=k, state=s, late=x) for k, s, x in OWED),
    *(Case(DeclarationStatus.REJECTED, in_afas=False, kind=k, state=s, late=late) for k, s, late in OWED),
    *(
        Case(DeclarationStatus.APPROVED, in_afas=False, kind=kind, state=state, late=late)
        for kind, state, late in OWED
        if (kind, state) != (UpdateKind.APPROVE, UpdateState.DONE)  # seen once: only AFAS knows it is gone
    ),
    Case(DeclarationStatus.TO_APPROVE),
    Case(DeclarationStatus.REJECTED, ClaimStatus.REJECTED),
    Case(DeclarationStatus.APPROVED, in_afas=False),
    Case(DeclarationStatus.APPROVED, SHOWN),
    Case(DeclarationStatus.APPROVED, SHOWN, kind=UpdateKind.APPROVE, state=UpdateState.DONE),
    Case(DeclarationStatus.PROCESSED, SHOWN),
    Case(DeclarationStatus.PAID, SHOWN),
    Case(DeclarationStatus.OPEN, missing=("placement-unknown", "contact-unknown")),
    Case(DeclarationStatus.OPEN),
]


@pytest.fixture
def numbers(database: Database) -> dict[str, Case]:
    """Every case in a store of its own, by its number."""
    found = {f"{place:012}.01": case for place, case in enumerate(CASES, 1)}
    with database.transaction() as connection:
        for place, (number, case) in enumerate(found.items(), 1):
            claim, line = _records(place, number, case)
            mirror.write(connection, "main", Claim, [claim])
            mirror.write(connection, "main", HourLine, [line])
            _put(connection, number, case, content_version(claim, [line]))
    return found


def _records(place, number, case):
    approved = case.workflow is SHOWN
    claim = a_claim(claim=number, workflow_status=case.workflow, approved_externally=approved, subject=place)
    return claim, a_line(line=place, claim=number)


def _put(connection, number, case, version):
    declaration = a_declaration(
        number=number, status=case.status, version=version, in_afas=case.in_afas, missing=case.missing
    )
    row = asdict(declaration) | {"environment": "main", "hours": str(declaration.hours)}
    row |= {name: row[name].isoformat() for name in ("period_start", "period_end", "changed_at")}
    connection.execute(
        "insert into declaration select (jsonb_populate_record(null::declaration, %s)).*", (Jsonb(row),)
    )
    if case.kind:
        connection.execute(
            "insert into outbox (environment, kind, subject, state, version, payload, mark, created_at)"
            " values ('main', %s, %s, %s, %s, '{}', %s, now() - %s * interval '1 second')",
            (case.kind, f"claim:{number}", case.state, version, number, 3600 if case.late else 0),
        )


def _reckoned(database: Database) -> dict[str, Reason | None]:
    """As AFAS would show it now if it showed what we keep."""
    ledger = StoreLedger(database, "main")
    with database.connection() as connection:
        rows = connection.execute("select * from hour_line").fetchall()
    lines = {row["claim"]: mirror.read(HourLine, row) for row in rows}
    return {
        side.declaration.number: reckon(_sides(side, lines[side.declaration.number])).reason
        for side in ledger.week(WEEK)
    }


def _sides(side: PortalSide, line: HourLine) -> Sides:
    decided = side.decided
    return Sides(
        number=side.declaration.number,
        portal=side.declaration,
        kept=side.kept,
        decided=decided,
        update=side.update,
        stuck=side.stuck,
        fresh=side.kept,
        lines=[line],
        fell=side.fell,
        late=decided is not None and LATENESS.reached(decided.kind, decided.state, side.owed_for),
    )


def test_the_board_and_the_reckoning_class_the_same_case_alike(database, numbers):
    board = Weeks(database, "main").board(WEEK, lateness=LATENESS)
    listed = {each.number: each.reason for each in board.exceptions}
    reckoned = _reckoned(database)
    assert reckoned.keys() == numbers.keys()
    differing = {numbers[n]: (listed.get(n), why) for n, why in reckoned.items() if listed.get(n) is not why}
    assert differing == {}
    assert len(set(listed.values())) >= 12


def test_how_long_a_decision_may_wait_is_set_for_each_kind(database, numbers):
    patient = Budgets({"approve": 1e6, "reject": 1e6}).lateness(near=False)
    reasons = {each.reason for each in Weeks(database, "main").board(WEEK, lateness=patient).reasons}
    assert Reason.NOT_SENT not in reasons
    assert {Reason.ON_ITS_WAY, Reason.UNCLEAR_FOR_LONG} <= reasons


def test_a_kind_that_rests_says_why_its_updates_wait(database, numbers):
    with database.connection() as connection:
        connection.execute(
            "insert into paused_kind (environment, kind, reason) values ('main', 'approve', %s)",
            (kept("no"),),
        )
    waiting = Weeks(database, "main").board(WEEK, lateness=LATENESS, reason=Reason.NOT_SENT, most=1000)
    told = [each for each in waiting.exceptions if numbers[each.number].state is UpdateState.READY]
    assert told
    assert {each.detail.values["text"] for each in told if each.detail} == {"no"}
