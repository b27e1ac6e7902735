"""Every measure runs, on tiny sizes. What it finds depends on the machine and is not judged here."""

from __future__ import annotations

import pytest

from benchmarks import approve, arrive, bulk, first, idle, memory, pull, slot
from mappings.flows import FLOWS

pytestmark = pytest.mark.slow


def _values(measured):
    return {figure.name: figure.value for figure in measured.figures}


def test_pulling_is_measured_beside_the_read_loop():
    values = _values(pull.measure(300, rounds=1))
    assert values["pull / read loop, without latency"] > 0
    assert values["pull / read loop, usual latency"] > 0


def test_memory_is_measured_in_a_process_of_its_own():
    values = _values(memory.measure(100, 200, 300))
    assert values["peak at 100 lines"] > 10
    assert values["peak at 300 lines"] > 10


def test_a_poll_without_changes_asks_once_per_flow_and_writes_no_data():
    values = _values(idle.measure(workers=4))
    assert values["requests of the flow that needs most"] == 1
    assert values["rows of data written"] == 0
    assert values["the poll's own notes in run"] >= len(FLOWS), "what is written is seen"


def test_a_first_load_is_measured_for_agencies_of_several_sizes():
    values = _values(first.measure(3, 6))
    assert values["3 workers, rows pulled"] < values["6 workers, rows pulled"]
    assert 0 < values["3 workers, derived"] < values["6 workers, derived"]
    assert values["dearest / cheapest row"] >= 1


def test_a_slot_is_measured_beside_the_least_one_can_ask():
    values = _values(slot.measure(20))
    assert values["slot / select 1"] > 0


def test_a_submitted_week_is_timed_until_the_portal_offers_it():
    values = _values(arrive.measure(1))
    assert values["submit in Pocket to offered, median"] > 0


def test_single_approvals_are_measured_until_they_are_seen_in_afas():
    values = _values(approve.measure(2))
    assert values["calls to AFAS per approval"] >= 2


def test_many_approvals_are_measured_until_the_last_is_seen_in_afas():
    values = _values(bulk.measure(6))
    assert values["of which PUT PtDeclaration"] == 1
