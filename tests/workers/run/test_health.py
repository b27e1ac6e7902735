"""What needs a person, judged from the numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from connectors.store.running.control import EnvironmentState
from connectors.store.running.overview import Backlog, FlowOverview, LivingProcess
from domain.message import verbatim
from domain.watch.facts import Room
from workers.run.health import problems_of

THEN = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
LIVE = EnvironmentState("live", None, None)
FLOW = FlowOverview(
    flow="hours",
    paused=False,
    pause_reason=None,
    broken=None,
    watermark=None,
    rows=0,
    last_success=THEN,
    seconds_since_success=10.0,
    parked_rows=0,
    rows_ahead=0,
    last_run=None,
)
AT_WORK = [LivingProcess("work", "here", 1, THEN, 1.0), LivingProcess("clock", "here", 2, THEN, 2.0)]


def problems(environment=LIVE, flow=FLOW, outbox=None, processes=AT_WORK):
    return problems_of(
        environment, [flow], outbox or {}, processes, intervals={"hours": 15.0}, longest_unclear=1800.0
    )


def test_all_well_says_nothing():
    assert problems() == []


def test_a_late_flow_a_stopped_one_and_one_that_never_ran_are_told():
    assert "is late" in problems(flow=replace(FLOW, seconds_since_success=1000.0))[0]
    assert "stopped: no LineId" in problems(flow=replace(FLOW, broken=verbatim("no LineId")))[0]
    assert "never" in problems(flow=replace(FLOW, last_success=None, seconds_since_success=None))[0]


def test_a_pause_is_told_with_its_reason():
    assert "audit" in problems(flow=replace(FLOW, paused=True, pause_reason="audit"))[0]
    assert (
        "audit" in problems(environment=replace(LIVE, paused_until=THEN, pause_reason=verbatim("audit")))[0]
    )
    assert "dry-run: nothing is written to" in problems(environment=replace(LIVE, mode="dry-run"))[0]
    assert "paused: nothing goes to or comes from" in problems(environment=replace(LIVE, mode="paused"))[0]


def test_calls_without_an_answer_are_told_when_they_slow_writes_down_or_leave_no_room():
    assert problems(environment=replace(LIVE, room=Room(unanswered=9, writes=4, in_vain=0.0))) == []
    slow = replace(LIVE, room=Room(unanswered=9, writes=5, in_vain=0.0))
    assert "5 writes to AFAS are without an answer" in problems(environment=slow)[0]
    full = replace(LIVE, room=Room(unanswered=9, writes=5, in_vain=130.0))
    assert "no room for calls to AFAS for 130 s" in problems(environment=full)[0]


def test_updates_that_wait_for_a_person_and_old_doubts_are_told():
    assert problems(outbox={"unclear": Backlog(1, 60.0)}) == []
    assert len(problems(outbox={"unclear": Backlog(1, 4000.0)})) == 1
    assert len(problems(outbox={"parked": Backlog(2, 1.0)})) == 1


def test_nobody_at_work_is_told():
    assert problems(processes=[]) == ["no worker is running", "no clock is running"]
    assert problems(processes=[replace(AT_WORK[0], seconds_since_seen=45.0), AT_WORK[1]]) == [
        "no worker is running"
    ]
