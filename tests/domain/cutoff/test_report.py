"""A report is read as it was made."""

from __future__ import annotations

import json
from decimal import Decimal

from domain.cutoff.content import canonical
from domain.cutoff.reason import Reason, Solver
from domain.cutoff.reckoning import WeekStanding, reckon
from domain.cutoff.report import OpenFinding
from domain.message import verbatim
from tests.stages.cutoff.reckoned_week import READ_AT, WHY, all_sides, content, report

SIDES = all_sides()
KEPT = report(json.loads(canonical(content(SIDES))))
"""As it comes back from the store."""


def test_every_declaration_comes_back_with_its_class_reason_and_detail():
    lines = {line.number: line for standing in WeekStanding for line in KEPT.lines(standing)}
    assert len(lines) == len(SIDES)
    for row in map(reckon, SIDES):
        line = lines[row.number]
        assert (line.standing, line.hours, line.afas_hours) == (row.standing, row.hours, row.afas_hours)
        assert (line.reason, line.detail, line.solver) == (row.reason, row.detail, row.solver)


def test_the_exceptions_are_approved_and_not_verified():
    parked = KEPT.exceptions[0]
    assert (parked.reason, parked.detail, parked.solver) == (Reason.PARKED, WHY, Solver.OPS)
    assert len(KEPT.exceptions) == KEPT.content["counts"]["exception"]


def test_sums_hours_and_what_else_was_open_are_values():
    assert KEPT.hours["approved"] == KEPT.hours["verified"] + KEPT.hours["exception"]
    assert all(each.agrees for each in KEPT.sums)
    assert {each.name for each in KEPT.sums} == {"classed", "named", "in-afas", "in-store"}
    assert KEPT.findings == [OpenFinding("missing-here", "claim:000000000778.01")]
    [other] = KEPT.elsewhere
    assert (other.hours, other.reason) == (Decimal(8), verbatim("periode afgesloten"))
    assert KEPT.read_at == READ_AT
