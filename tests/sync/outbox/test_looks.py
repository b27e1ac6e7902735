"""Looking for many updates at once, in several reads: what arrives between them is not misread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from connectors.afas.filters import how_many_fit
from domain.errors import QueryTooLong
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.pull.query import Row, Where
from mappings.outbox.masking import masked
from mappings.outbox.outgoing import Material
from mappings.outbox.questions import BY_TITLE, Questions, marked_title
from mappings.outbox.shown import CLAIMS, HOURS
from sync.outbox.deliver import MOST
from sync.outbox.looks import TAKE, look
from tests.stages.outbox import faults
from tests.stages.outbox.desk import QUICK, Desk
from tests.stages.outbox.fake_afas_writes import FakeAfas


def question(number: int, title: str = "Een vraag") -> Update:
    return Update(
        id=number,
        environment="main",
        kind=UpdateKind.ASK_QUESTION,
        subject=f"question:{number}",
        state=UpdateState.READY,
        version=None,
        payload={"client": "10010", "contact": 1, "title": title, "text": "Hoe zit het?"},
        mark=f"LB-{number:010x}",
        attempts=1,
        sends=0,
        token=UUID(int=1),
        sent_at=None,
        empty_looks=0,
        last_look_at=None,
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def test_a_whole_batch_of_claim_numbers_fits_in_one_query() -> None:
    numbers = [f"{number:012}.01" for number in range(MOST)]
    for each in (CLAIMS, HOURS):
        assert how_many_fit(each.column, numbers, each.key, TAKE) == MOST


class Narrow(FakeAfas):
    """Accepts at most three values in a query."""

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Iterator[list[Row]]:
        if len(where) > 3:
            raise QueryTooLong("too long")
        return super().pages(connector, key, where, take)


def test_a_query_that_is_too_long_is_asked_in_halves() -> None:
    afas, updates = Narrow(), [question(number) for number in range(1, 11)]
    for update in updates[:7]:
        afas.add_question(marked_title(update))
    found = look(afas, Questions(), [BY_TITLE], updates)
    assert [len(found[update.id][BY_TITLE.connector]) for update in updates] == [1] * 7 + [0] * 3


def test_rows_are_found_whatever_their_case_and_spaces() -> None:
    afas, update = FakeAfas(), question(1, "Groeten uit ZÜRICH")
    afas.add_question(marked_title(update))
    afas.documents[50_000]["Subject"] = marked_title(update).upper()
    assert look(afas, Questions(), [BY_TITLE], [update])[1][BY_TITLE.connector]


def test_a_long_title_keeps_its_mark_within_afass_length() -> None:
    title = marked_title(question(1, "Waarom " * 60))
    assert len(title) <= 255
    assert title.endswith(" (LB-0000000001)")


def test_what_is_kept_of_a_question_tells_nothing_personal() -> None:
    call = Questions().call(question(1, "Over Jan de Vries"), Material({}))
    kept = str(masked(call))
    assert "Jan" not in kept
    assert "Hoe zit het" not in kept
    assert "'SfId': '10010'" in kept


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
