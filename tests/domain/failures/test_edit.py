"""Which values of an update a person may put right, and what they must look like."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.errors import Incomplete, Refused
from domain.failures.edit import Ground, corrected, edits_of
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.records.clients import CostCentreRule


def update_of(kind: UpdateKind, **payload: object) -> Update:
    return Update(
        1, "main", kind, "claim:1", UpdateState.PARKED, None, payload, "LB-0a1b2c3d4e", 1, 1, uuid4(), None,
        0, None, None,  # type: ignore[arg-type]
    )  # fmt: skip


NAME = "Getekend - Stuk (LB-0a1b2c3d4e).pdf"
LONGEST_NAME = NAME.rjust(200, "x")
LONGEST_REASON = "x" * 2000


@pytest.mark.parametrize(
    ("kind", "field", "text", "told"),
    [
        (UpdateKind.APPROVE, "cost_centre", "x" * 31, "too-long most=30"),
        (UpdateKind.APPROVE, "contact", "7", "incomplete.contact"),
        (UpdateKind.APPROVE, "contact", "zeven", "incomplete.number"),
        (UpdateKind.APPROVE, "claim", "1", "incomplete.not-this"),
        (UpdateKind.REJECT, "reason", " ", "incomplete.empty"),
        (UpdateKind.REJECT, "reason", LONGEST_REASON + "x", "too-long most=2000"),
        (UpdateKind.ATTACH_FILE, "name", "x" + LONGEST_NAME, "pdf-name most=200"),
        (UpdateKind.ATTACH_FILE, "name", "Getekend - Stuk.pdf", "mark mark=LB-0a1b2c3d4e"),
        (UpdateKind.ATTACH_FILE, "name", "a/b (LB-0a1b2c3d4e).pdf", "incomplete.pdf-name"),
        (UpdateKind.ATTACH_FILE, "name", "Stuk (LB-0a1b2c3d4e).exe", "incomplete.pdf-name"),
        (UpdateKind.CHANGE_MOBILE, "mobile", "112", "incomplete.mobile"),
        (UpdateKind.ASK_QUESTION, "item_type", "-3", "incomplete.item-type"),
        (UpdateKind.ASK_QUESTION, "title", "x" * 101, "too-long most=100"),
    ],
)
def test_a_value_that_is_not_good_is_refused(kind: UpdateKind, field: str, text: str, told: str) -> None:
    with pytest.raises(Incomplete, match=told):
        corrected(update_of(kind, name=NAME), {field: text}, Ground("10010", None, {7: "10020"}))


@pytest.mark.parametrize(
    ("kind", "field", "text", "after"),
    [
        (UpdateKind.APPROVE, "reference", "", None),
        (UpdateKind.APPROVE, "contact", "8", 8),
        (UpdateKind.REJECT, "reason", " Maandag was vrij ", "Maandag was vrij"),
        (UpdateKind.REJECT, "reason", LONGEST_REASON, LONGEST_REASON),
        (UpdateKind.ATTACH_FILE, "name", LONGEST_NAME, LONGEST_NAME),
        (UpdateKind.ATTACH_FILE, "name", "Order (LB-0a1b2c3d4e).pdf", "Order (LB-0a1b2c3d4e).pdf"),
        (UpdateKind.CHANGE_MOBILE, "mobile", "06-87654321", "+31687654321"),
        (UpdateKind.ASK_QUESTION, "item_type", "21", 21),
    ],
)
def test_a_good_value_is_taken_in_one_spelling(
    kind: UpdateKind, field: str, text: str, after: object
) -> None:
    update = update_of(kind, name=NAME, reference="PO 1")
    changes = corrected(update, {field: text}, Ground("10010", None, {8: "10010"}))
    assert changes[field][1] == after


@pytest.mark.parametrize(
    ("rule", "text", "good"),
    [
        (CostCentreRule.CLIENT, "TACA", True),
        (CostCentreRule.CLIENT, "", False),
        (CostCentreRule.WORKER_CLIENT_MAY_CHANGE, "", True),
        (CostCentreRule.WORKER, "TACA", False),
        (None, "TACA", True),
    ],
)
def test_the_placement_decides_about_the_cost_centre(
    rule: CostCentreRule | None, text: str, good: bool
) -> None:
    update = update_of(UpdateKind.APPROVE, cost_centre="OLD")
    if good:
        assert corrected(update, {"cost_centre": text}, Ground(rule=rule))
    else:
        with pytest.raises(Incomplete):
            corrected(update, {"cost_centre": text}, Ground(rule=rule))


def test_the_same_value_again_is_refused() -> None:
    with pytest.raises(Refused, match=r"refused.the-same"):
        corrected(update_of(UpdateKind.APPROVE, cost_centre="A"), {"cost_centre": "A"}, Ground())


@pytest.mark.parametrize(
    ("update", "told"),
    [
        (replace(update_of(UpdateKind.APPROVE), state=UpdateState.DONE), "refused.not-parked"),
        (replace(update_of(UpdateKind.APPROVE), state=UpdateState.READY), "refused.not-parked"),
        (replace(update_of(UpdateKind.APPROVE), doubt=True), "refused.replay-first"),
    ],
)
def test_what_has_ended_waits_or_may_be_in_afas_is_not_edited(update: Update, told: str) -> None:
    with pytest.raises(Refused, match=told):
        corrected(update, {"cost_centre": "B"}, Ground())


def test_only_values_that_differ_are_changed_and_each_keeps_what_it_was() -> None:
    update = update_of(UpdateKind.APPROVE, cost_centre="A", reference="PO 1")
    assert corrected(update, {"cost_centre": "A", "reference": "PO 2"}, Ground()) == {
        "reference": ("PO 1", "PO 2")
    }


def test_a_contact_of_a_client_that_is_not_known_only_has_to_exist() -> None:
    assert corrected(update_of(UpdateKind.REJECT), {"contact": "7"}, Ground(contacts={7: "10020"}))


def test_a_file_without_our_mark_needs_none() -> None:
    update = update_of(UpdateKind.ATTACH_FILE, name="Stuk.pdf")
    assert corrected(update, {"name": "Order.pdf"}, Ground())


def test_what_was_put_right_is_told_without_what_is_personal() -> None:
    changes = {"reason": ["Jan was ziek", "Jan was vrij"], "contact": [7, 8]}
    update = update_of(UpdateKind.REJECT, edits=[{"by": "user:anna", "reason": "typo", "changes": changes}])
    [told] = edits_of(update, personal=False)
    assert told["changes"] == {"reason": None, "contact": [7, 8]}
    assert (told["by"], told["reason"]) == ("user:anna", "typo")
    assert edits_of(update, personal=True)[0]["changes"] == changes
    assert edits_of(update_of(UpdateKind.REJECT), personal=True) == []
