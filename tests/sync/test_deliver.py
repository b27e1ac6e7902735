"""Delivering: look, send, look again. G2: one effect; G3: done means seen; G4: never over other hours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.store.database import Database
from tests.sync.desk import Desk
from tests.sync.fake_afas_writes import FakeAfas


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    database = Database(database_url)
    yield Desk(FakeAfas(), database, database_url)
    database.close()


def test_an_approval_is_sent_once_and_done_when_seen(desk: Desk) -> None:
    desk.afas.add_claim("000000000005.01")
    update = desk.owe_approval("000000000005.01", cost_centre="TACA")
    assert desk.deliverer().work_one_batch() == 1
    assert desk.state(update) == "done"
    assert desk.afas.effects == {"approve 000000000005.01": 1}
    assert desk.afas.sent[0].body == {
        "PtDeclaration": {
            "Element": {
                "Fields": {
                    "DcCo": "000000000005.01",
                    "ExUs": 22834,
                    "ApprovWorkflow": True,
                    "CcSr": "TACA",
                }
            }
        }
    }
