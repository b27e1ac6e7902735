"""What AFAS does not let us see, or says in new words, is no fault of the record: nothing is parked for it.

A right that is taken away for a minute rests the kind, says which column and who mends it, and heals itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from connectors.store.watch.now import ConsoleNow
from domain.pull.query import Row, Where
from mappings.pull.fields import NO_RIGHTS
from tests.stages.outbox import faults
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.fake_afas_writes import FakeAfas
from tests.stages.spoken import en

CLAIM = "000000000005.01"
OTHER = "000000000006.01"
PATIENT = replace(QUICK, configuration_retries=(600,), retries=(600,))


@dataclass
class ShieldingAfas(FakeAfas):
    """Does not show some columns: of all rows of a connector, or of those that ``shields`` names."""

    closed: dict[str, str] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)
    shields: Callable[[Row], bool] = lambda row: True

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Iterator[list[Row]]:
        for page in super().pages(connector, key, where, take):
            yield [self._shown(connector, row) for row in page[:take]]

    def _shown(self, connector: str, row: Row) -> Row:
        if column := self.lacking.get(connector):
            return {name: value for name, value in row.items() if name != column}
        column = self.closed.get(connector)
        return row | {column: NO_RIGHTS} if column and self.shields(row) else row


@pytest.fixture
def shielded(desk: Desk) -> Desk:
    """A desk before an AFAS that hides."""
    desk.afas, desk.patience = ShieldingAfas(), PATIENT
    for claim in (CLAIM, OTHER):
        desk.afas.add_claim(claim)
    desk.afas.add_document(9912)
    desk.afas.add_contact(22834, "+31612345678")
    desk.afas.add_employee("E1", "P1", "+31612345678")
    return desk


def owe(desk: Desk, kind: str) -> int:
    mobile: dict[str, Any] = {"mobile": "+31699999999", "person": "22834", "organisation": "100"}
    mobile |= {"who": "contact", "contact": 22834}
    return {
        "approve": lambda: desk.owe_approval(CLAIM),
        "reject": lambda: desk.owe_rejection(CLAIM),
        "sign-off": lambda: desk.owe_sign_off(9912),
        "change-mobile": lambda: desk.owe("change-mobile", "contact:22834", mobile),  # type: ignore[arg-type]
    }[kind]()


def resting(desk: Desk) -> list[str]:
    return [en(each.reason) for each in ConsoleNow(desk.database, "main").resting_kinds()]


def heal(desk: Desk) -> None:
    """The right is back, and the pause over."""
    assert isinstance(desk.afas, ShieldingAfas)
    desk.afas.closed, desk.afas.lacking = {}, {}
    desk.execute("update paused_kind set until = now()")
    desk.execute("update outbox set due_at = now()")
    desk.patience = QUICK
    desk.work_off()


@pytest.mark.parametrize("how", ["closed", "lacking"])
@pytest.mark.parametrize(
    ("kind", "connector", "column"),
    [
        ("approve", "Loonbrug_Hours", "Quantity"),
        ("approve", "Loonbrug_Hours", "Finished"),
        ("approve", "Loonbrug_Hours", "ChangedOn"),
        ("approve", "Loonbrug_Claims", "WorkflowStatus"),
        ("approve", "Loonbrug_Claims", "ApprovedExternally"),
        ("reject", "Loonbrug_Tasks", "EnteredOn"),
        ("reject", "Loonbrug_Tasks", "TaskName"),
        ("reject", "Loonbrug_Actions", "ActionDescription"),
        ("sign-off", "Loonbrug_Documents", "WorkflowStatus"),
        ("change-mobile", "Loonbrug_Contacts", "MobWork"),
        ("change-mobile", "Loonbrug_Contacts", "ChangedOn"),
    ],
)
def test_a_column_that_is_closed_rests_the_kind_names_it_and_heals_by_itself(
    shielded: Desk, kind: str, connector: str, column: str, how: str
) -> None:
    setattr(shielded.afas, how, {connector: column})
    update = owe(shielded, kind)
    shielded.deliverer().work_one_batch()
    assert shielded.state(update) == "ready"
    assert not shielded.afas.sent
    [reason] = resting(shielded)
    assert connector in reason
    assert column in reason
    assert "AFAS administrator" in reason
    heal(shielded)
    assert shielded.state(update) == "done"
    assert set(shielded.afas.effects.values()) == {1}


def test_a_row_that_is_shielded_waits_alone_and_the_others_go_on(shielded: Desk) -> None:
    assert isinstance(shielded.afas, ShieldingAfas)
    shielded.afas.closed = {"Loonbrug_Hours": "Quantity"}
    shielded.afas.shields = lambda row: row["ClaimNumber"] == OTHER
    fine, hidden = shielded.owe_approval(CLAIM), shielded.owe_approval(OTHER)
    for _ in range(4):
        shielded.deliverer().work_one_batch()
    assert (shielded.state(fine), shielded.state(hidden)) == ("done", "ready")
    assert resting(shielded) == []
    assert "Quantity" in shielded.row(hidden)["reason"]
    heal(shielded)
    assert shielded.state(hidden) == "done"


def test_a_shielded_row_that_is_the_first_of_its_connector_too_holds_nobody_else_up(shielded: Desk) -> None:
    """The control row may be a shielded one as well: the director's line comes first in the order of keys."""
    assert isinstance(shielded.afas, ShieldingAfas)
    shielded.afas.closed = {"Loonbrug_Hours": "Quantity"}
    shielded.afas.shields = lambda row: row["ClaimNumber"] == CLAIM
    hidden, fine = shielded.owe_approval(CLAIM), shielded.owe_approval(OTHER)
    for _ in range(4):
        shielded.deliverer().work_one_batch()
    assert (shielded.state(hidden), shielded.state(fine)) == ("ready", "done")
    assert resting(shielded) == []


def test_a_status_in_words_that_we_do_not_know_waits_and_is_sent_when_it_is_known_again(
    shielded: Desk,
) -> None:
    update = shielded.owe_approval(CLAIM)
    shielded.afas.claims[CLAIM]["WorkflowStatus"] = "In nieuwe behandeling"
    shielded.deliverer().work_one_batch()
    assert shielded.state(update) == "ready"
    assert "WorkflowStatus" in shielded.row(update)["reason"]
    shielded.afas.claims[CLAIM]["WorkflowStatus"] = "Ter beoordeling"
    heal(shielded)
    assert shielded.state(update) == "done"


def test_a_row_that_nobody_can_read_parks_that_one(shielded: Desk) -> None:
    update = shielded.owe_approval(CLAIM)
    shielded.afas.claims[CLAIM]["PeriodStart"] = "2026-02-31T00:00:00Z"
    shielded.deliverer().work_one_batch()
    assert shielded.state(update) == "parked"


@pytest.mark.parametrize(
    ("owed", "connector", "column"),
    [("file", "Loonbrug_DocumentFiles", "FileName"), ("question", "Loonbrug_Documents", "SubjectId")],
)
def test_what_is_in_doubt_is_not_sent_again_while_its_proof_is_hidden_g2(
    shielded: Desk, owed: str, connector: str, column: str
) -> None:
    shielded.patience = QUICK
    update = shielded.owe_file(9912) if owed == "file" else shielded.owe_question()
    shielded.afas.faults = faults.first(faults.lost())
    assert isinstance(shielded.afas, ShieldingAfas)
    shielded.deliverer().work_one_batch()
    shielded.afas.closed = {connector: column}
    shielded.execute("update outbox set state = 'unclear', doubt = true, sent_at = now() - interval '1 hour'")
    for _ in range(5):
        shielded.execute("update outbox set due_at = now()")
        shielded.execute("update paused_kind set until = now()")
        shielded.deliverer().work_one_batch()
    assert shielded.state(update) == "unclear"
    assert set(shielded.afas.effects.values()) == {1}
    heal(shielded)
    assert shielded.state(update) == "done"
    assert set(shielded.afas.effects.values()) == {1}


def test_a_refusal_whose_proof_is_hidden_is_not_called_certain(shielded: Desk) -> None:
    update = shielded.owe_approval(CLAIM)
    assert isinstance(shielded.afas, ShieldingAfas)

    def hide() -> None:
        assert isinstance(shielded.afas, ShieldingAfas)
        shielded.afas.closed = {"Loonbrug_Hours": "Quantity"}

    fault = faults.refused_after()
    fault.before = hide
    shielded.afas.faults = faults.first(fault)
    shielded.deliverer().work_one_batch()
    assert (shielded.state(update), shielded.row(update)["doubt"]) == ("unclear", True)
    heal(shielded)
    assert shielded.state(update) == "done"
    assert set(shielded.afas.effects.values()) == {1}
