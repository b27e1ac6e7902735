"""Which connector a failure is about."""

from __future__ import annotations

import pytest

from domain.outbox.update import UpdateKind
from mappings.connectors import WRITES, connectors, flows_reading, kinds_writing
from mappings.flows import FLOWS


def test_every_kind_of_update_writes_somewhere():
    assert set(WRITES) == set(UpdateKind)


@pytest.mark.parametrize("connector", connectors())
def test_every_connector_is_written_by_a_kind_or_read_by_a_flow(connector):
    assert kinds_writing(connector) or flows_reading(connector)


def test_each_flow_reads_its_connector_and_each_kind_writes_its_own():
    assert all(name in flows_reading(flow.connector) for name, flow in FLOWS.items())
    assert kinds_writing("KnSubjectWorkflowReaction") == ["approve", "reject", "sign-off"]
    assert flows_reading("PtDeclaration") == kinds_writing("Loonbrug_Claims") == []
