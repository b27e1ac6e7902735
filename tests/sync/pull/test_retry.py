"""Parked rows tried again after a fix."""

from __future__ import annotations

from connectors.store.pull.parked import ParkedRepository
from domain.message import Message
from mappings.flows import FLOWS
from sync.pull.retry import retry_parked
from tests.stages.pull.pulling import Stage
from tests.stages.records.rows import row
from tests.stages.spoken import en


def park(stage: Stage, flow: str, **changes: object) -> int:
    stage.shows(flow, row(flow, **changes))
    stage.pull(flow)
    return int(stage.column("select id from parked_row")[0])


def test_a_row_that_can_be_read_after_a_fix_is_written_and_resolved(stage):
    parked = park(stage, "claims", WorkflowStatus="Ter controle")
    stage.execute("""update parked_row set row = row || '{"WorkflowStatus": "Ter beoordeling"}'""")
    book = ParkedRepository(stage.database, "main")
    assert [each.reason for each in retry_parked(book, FLOWS, [parked])] == [None]
    assert stage.column("select claim from claim") == ["000000000005.01"]
    assert stage.column("select resolution from parked_row") == [{"id": "why.read-after-a-fix", "values": {}}]
    assert retry_parked(book, FLOWS, [parked]) == []


def test_a_row_that_still_cannot_be_read_stays_parked_with_its_reason(stage):
    parked = park(stage, "hours", Quantity="-.5")
    retried = retry_parked(ParkedRepository(stage.database, "main"), FLOWS, [parked, 999])
    assert [(each.parked, each.reason and en(each.reason)) for each in retried] == [
        (parked, "column Quantity: not a number")
    ]
    assert stage.column("select resolved_at from parked_row") == [None]


def test_a_bsn_in_a_row_that_parks_for_another_reason_is_kept_nowhere(stage):
    parked = park(stage, "employees", LastName="Vries 111222333", MobilePrivate="111222333", Blocked="soms")
    kept = str(stage.column("select row::text from parked_row"))
    assert "Vries 111222333" not in kept
    retried = retry_parked(ParkedRepository(stage.database, "main"), FLOWS, [parked])
    assert retried[0].reason == Message(
        "why.column", {"column": "Blocked", "fault": Message("row-fault.no-flag")}
    )


def test_a_row_that_shows_a_bsn_is_kept_and_the_number_is_not(stage):
    stage.shows("hours", row("hours", Description="BSN 111222333"))
    assert stage.pull("hours").new == 1
    assert stage.column("select description from hour_line") == ["BSN ▇▇▇▇▇▇▇▇▇"]
