"""The side door."""

import time

import httpx
import pytest

from tests.stages.sandbox.bare_sandbox import served

pytestmark = pytest.mark.slow


@pytest.fixture
def stage():
    with served() as made:
        yield made


@pytest.fixture
def door(stage):
    with httpx.Client(base_url=stage.running.control_url, trust_env=False) as client:
        yield client


def test_state_and_effects_come_from_the_world(stage, door):
    state = door.get("/state").json()
    assert (state["now"], state["declarations"]) == ("2026-11-20T14:03:27", 0)
    assert door.get("/effects").json() == {"approved": {}}


def test_calls_are_counted_by_connector_verb_and_status_but_not_the_side_doors(stage, door):
    stage.client.get("/connectors/Loonbrug_Hours")
    stage.client.put("/connectors/PtDeclaration", json={"PtDeclaration": {}})
    seen, until = door.get("/calls").json(), time.monotonic() + 60
    while (
        seen["in_flight"] and time.monotonic() < until
    ):  # an answer is sent a little before its call is over
        seen = door.get("/calls").json()
    assert seen["total"] == 2
    assert {"connector": "PtDeclaration", "verb": "PUT", "count": 1} in seen["calls"]
    assert {"connector": "Loonbrug_Hours", "verb": "GET", "status": 200, "count": 1} in seen["statuses"]
    assert (seen["in_flight"], seen["peak_in_flight"]) == (0, 1)


def test_the_clock_can_be_moved(stage, door):
    assert door.post("/clock", json={"to": "2026-11-27T17:00:00"}).json() == {"now": "2026-11-27T17:00:00"}
    assert door.post("/clock", json={"advance_seconds": 3600}).json() == {"now": "2026-11-27T18:00:00"}


def test_faults_can_be_switched_and_are_counted(stage, door):
    door.post("/faults", json={"fault": "unavailable", "connector": "Loonbrug_Hours", "times": 1})
    assert stage.client.get("/connectors/Loonbrug_Hours").status_code == 503
    assert stage.client.get("/connectors/Loonbrug_Hours").status_code == 200
    assert door.get("/calls").json()["faults_injected"] == 1
    assert len(door.get("/faults").json()["faults"]) == 1
    assert door.delete("/faults").json() == {"faults": []}


def test_the_app_connector_can_be_narrowed_and_sessions_ended(stage, door):
    assert door.post("/allow", json={"connectors": ["Loonbrug_Hours"]}).status_code == 200
    assert stage.client.get("/connectors/Loonbrug_Claims").status_code == 500
    door.post("/allow", json={"connectors": []})
    assert stage.client.get("/connectors/Loonbrug_Claims").status_code == 200
    assert door.delete("/sessions").json() == {"ended": True}


def test_nonsense_is_told_in_one_line(stage, door):
    assert door.get("/nothing").status_code == 404
    assert door.post("/faults", json={"fault": "explode"}).status_code == 400
    assert door.post("/clock", json={"to": "tomorrow"}).status_code == 400
    assert door.post("/clock", content=b"{").status_code == 400
