"""What AFAS shows no more goes from the mirror when its time is over, whatever it is."""

from __future__ import annotations

import pytest

from connectors.store.keeping.retention import Keep, Retention
from connectors.store.records import mirror
from domain.records.catalogue import CATALOGUE, RecordType
from mappings.flows import FLOWS
from tests.stages.records.rows import GOOD


@pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.noun)
def test_a_record_that_afas_shows_no_more_goes_when_its_time_is_over(database, kind: RecordType):
    days = getattr(Keep(), kind.kept)
    with database.transaction() as connection:
        record = FLOWS[kind.flow].mapping.to_record(GOOD[kind.flow])
        mirror.write(connection, "main", kind.record, [record])
    retention = Retention(database, "main")
    assert retention.sweep() == {}, "AFAS shows it"
    for withdrawn, gone in ((days - 1, {}), (days + 1, {kind.table: 1})):
        with database.connection() as connection:
            connection.execute(
                f"update {kind.table} set withdrawn_at = now() - %s * interval '1 day'", (withdrawn,)
            )
        assert retention.sweep() == gone
