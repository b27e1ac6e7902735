"""A look is several reads: what arrives between two of them must not make it say what never was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.stages import faults
from tests.stages.desk import QUICK, Desk

FIRST, LAST = 1, 3
"""Of the reads of a look: claims, hours and tasks, in whatever order."""


def at_read(desk: Desk, read: int, happens: Callable[[], None]) -> None:
    """It happens in AFAS just before that read of the next look."""
    reads: list[str] = []

    def note(connector: str, number: int) -> None:
        reads.append(connector)
        if len(reads) == read:
            happens()

    desk.afas.looks_fail = note


def sent_and_lost(desk: Desk, owe: Callable[[str], int], claim: str) -> int:
    """In doubt, and AFAS's limit is over."""
    desk.patience = replace(QUICK, server_limit=0, margin=0, look_gap=0)
    desk.afas.looks_fail = lambda connector, number: None
    desk.afas.add_claim(claim)
    update = owe(claim)
    assert desk.deliverer().work_one_batch() == 1
    assert desk.state(update) == "unclear"
    desk.execute("update outbox set due_at = now()")
    return update


@pytest.mark.parametrize("read", [FIRST, LAST])
def test_an_approval_that_arrives_between_two_reads_is_not_void(desk: Desk, read: int) -> None:
    desk.afas.faults = lambda call, number: faults.late()
    for number in range(10):
        update = sent_and_lost(desk, desk.owe_approval, f"{number:012}.01")
        at_read(desk, read, desk.afas.settle)
        assert desk.deliverer().work_one_batch() == 1
        desk.work_off()
        assert desk.state(update) == "done"


@pytest.mark.parametrize("read", [FIRST, LAST])
def test_a_claim_that_somebody_approves_is_not_said_to_be_rejected(desk: Desk, read: int) -> None:
    """Its task is another since then, as after a rejection that was corrected and sent in again."""
    desk.afas.faults = lambda call, number: faults.never()
    for number in range(10):
        claim = f"{number:012}.01"
        update = sent_and_lost(desk, desk.owe_rejection, claim)
        at_read(desk, read, lambda claim=claim: desk.afas.approve(claim, 1))  # type: ignore[misc]
        assert desk.deliverer().work_one_batch() == 1
        desk.work_off()
        assert (desk.state(update), desk.row(update)["reason"]) == ("void", "the claim was approved in AFAS")
