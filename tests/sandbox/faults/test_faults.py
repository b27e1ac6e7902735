"""Everything that can be made to go wrong, and that it goes wrong in just that way."""

import json
import socket
import time
from importlib.resources import files
from typing import Any

import httpx
import pytest

from sandbox.faults.faults import KINDS, Faults
from sandbox.http.environment import Options
from tests.stages.sandbox.bare_sandbox import Caller, hour, served

CLAIM = {"PtDeclaration": {"Element": {"Fields": {"DcCo": "000000000005.01"}}}}
HOURS = "/connectors/Loonbrug_Hours?orderbyfieldids=LineId"


@pytest.fixture
def stage():
    with served(options=Options(time_limit=0.5)) as made:
        made.world.tables.insert_many("Loonbrug_Hours", [hour(n) for n in range(1, 21)])
        yield made


def put(stage: Caller) -> httpx.Response:
    return stage.client.put("/connectors/PtDeclaration", json=CLAIM)


def test_a_switch_fires_at_the_nth_call_or_the_first_times_or_always():
    faults = Faults()
    faults.add("locked", "PtDeclaration", "PUT", nth=2)
    faults.add("refuse", "KnSubject", times=2)
    faults.add("empty", verb="GET")
    hits = [faults.choose("ptdeclaration", "PUT") is not None for _ in range(4)]
    assert hits == [False, True, False, False]
    assert [faults.choose("KnSubject", "POST") is not None for _ in range(4)] == [True, True, False, False]
    assert all(faults.choose("Loonbrug_Hours", "GET") for _ in range(4))
    assert faults.injected()["empty", "Loonbrug_Hours", "GET"] == 4
    faults.clear()
    assert faults.choose("Loonbrug_Hours", "GET") is None


def test_chance_is_the_same_for_the_same_seed():
    def run() -> list[bool]:
        faults = Faults()
        faults.add("reset", probability=0.3, seed=7)
        return [faults.choose("X", "GET") is not None for _ in range(100)]

    assert run() == run()
    assert 15 < sum(run()) < 45


def test_an_unknown_fault_is_an_error_with_the_list():
    with pytest.raises(ValueError, match="drop-answer"):
        Faults().add("explode")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "status", "settings"),
    [
        ("unavailable", 503, {"retry_after": 3}),
        ("unauthorized", 401, {}),
        ("forbidden", 403, {}),
        ("too-large", 413, {}),
        ("locked", 500, {}),
        ("refuse", 500, {"text": "Deze bestemming is niet geldig"}),
        ("out-of-memory", 500, {}),
        ("redirect", 302, {}),
        ("html", 200, {}),
    ],
)
def test_a_refused_write_is_not_applied(stage, kind, status, settings):
    stage.faults.add(kind, "PtDeclaration", times=1, **settings)
    assert put(stage).status_code == status
    assert stage.written.applied == []
    assert put(stage).status_code == 201
    assert len(stage.written.applied) == 1


@pytest.mark.slow
def test_refusals_carry_what_afas_puts_in_them(stage):
    stage.faults.add("unavailable", times=1, retry_after=3, header=True)
    away = put(stage)
    assert away.json()["retry_after"] == 3
    assert away.headers["Retry-After"] == "3"
    stage.faults.add("locked", times=1, user="12345.PIET")
    assert put(stage).json()["externalMessage"] == "Deze regel is geblokkeerd door gebruiker 12345.PIET."
    stage.faults.add("redirect", times=1)
    assert put(stage).headers["Location"]


@pytest.mark.slow
def test_a_dropped_answer_is_applied_all_the_same(stage):
    stage.faults.add("drop-answer", "PtDeclaration", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        put(stage)
    assert len(stage.written.applied) == 1


@pytest.mark.slow
def test_what_is_applied_late_happens_after_the_cut(stage):
    stage.faults.add("apply-late", "PtDeclaration", times=1, seconds=0.2)
    with pytest.raises(httpx.RemoteProtocolError):
        put(stage)
    assert stage.written.applied == []
    assert stage.written.happened.wait(60)
    assert len(stage.written.applied) == 1


@pytest.mark.slow
def test_what_is_applied_late_can_hold_the_caller_meanwhile(stage):
    stage.faults.add("apply-late", "PtDeclaration", times=1, seconds=0.3, hold=True)
    with pytest.raises(httpx.ReadTimeout):
        stage.client.put("/connectors/PtDeclaration", json=CLAIM, timeout=0.05)
    assert stage.written.applied == []
    assert stage.written.happened.wait(60)


@pytest.mark.slow
def test_what_would_pass_afas_own_limit_never_happens(stage):
    stage.faults.add("apply-late", "PtDeclaration", times=1, seconds=60, hold=True)
    answer = put(stage)
    assert answer.status_code == 500
    assert "maximale tijdsduur" in answer.json()["externalMessage"]
    assert stage.written.applied == []


@pytest.mark.slow
def test_a_201_may_hide_that_nothing_happened_and_a_500_that_it_did(stage):
    stage.faults.add("not-applied", times=1)
    assert put(stage).status_code == 201
    assert stage.written.applied == []
    stage.faults.add("error-after-applying", times=1)
    answer = put(stage)
    assert (answer.status_code, answer.json()["errorNumber"]) == (500, -2147180999)
    assert len(stage.written.applied) == 1


@pytest.mark.slow
def test_garbage_comes_with_a_201_after_applying(stage):
    stage.faults.add("garbage", times=1)
    answer = put(stage)
    assert answer.status_code == 201
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(stage.written.applied) == 1


@pytest.mark.slow
def test_a_reset_comes_before_anything_happened(stage):
    stage.faults.add("reset", times=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        put(stage)
    assert stage.written.applied == []


def get_on_a_line_of_its_own(stage):
    """The sandbox hangs up after cutting off a body: a kept line might break before it carries a request."""
    with httpx.Client(base_url=stage.running.url, headers=stage.client.headers, trust_env=False) as client:
        return client.get(HOURS)


@pytest.mark.slow
def test_a_cut_off_body_is_framed_right_or_wrong_or_not_at_all(stage):
    stage.faults.add("truncate", times=1)
    right = get_on_a_line_of_its_own(stage)
    assert right.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        right.json()
    stage.faults.add("truncate", times=1, framing="wrong")
    with pytest.raises(httpx.RemoteProtocolError):
        get_on_a_line_of_its_own(stage)
    stage.faults.add("truncate", times=1, framing="none")
    bare = get_on_a_line_of_its_own(stage)
    assert bare.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        bare.json()


@pytest.mark.slow
@pytest.mark.parametrize("packed", [False, True])
def test_an_endless_body_goes_on_until_the_caller_hangs_up(stage, packed):
    stage.faults.add("endless", times=1, gzip=packed)
    with stage.client.stream("GET", HOURS) as answer:
        got = 0
        for part in answer.iter_bytes():
            got += len(part)
            if got > 5_000_000:
                break
    assert got > 5_000_000
    assert stage.client.get(HOURS).status_code == 200


@pytest.mark.slow
def test_a_dripping_answer_outlives_a_read_timeout(stage):
    stage.faults.add("drip", times=1, bytes=40, pause=0.02)
    started = time.monotonic()
    answer = stage.client.get("/connectors/Loonbrug_Hours?take=1&orderbyfieldids=LineId", timeout=0.5)
    assert answer.json()["rows"][0]["LineId"] == 1
    assert time.monotonic() - started > 0.2


@pytest.mark.slow
def test_rows_can_be_withheld_shuffled_and_poisoned(stage):
    def rows() -> Any:
        return stage.client.get(HOURS)

    stage.faults.add("empty", times=1)
    assert rows().json()["rows"] == []
    stage.faults.add("reorder", times=1)
    lines = [row["LineId"] for row in rows().json()["rows"]]
    assert lines != sorted(lines)
    assert sorted(lines) == list(range(1, 21))
    stage.faults.add("poison", times=1, column="Quantity", literal="-.5", row=3)
    assert '"Quantity":-.5' in rows().text
    stage.faults.add("poison", times=1, column="Quantity", literal="1e308", where={"LineId": 7})
    assert rows().json()["rows"][6]["Quantity"] == 1e308
    stage.faults.add("poison", times=1, column="LineId")
    assert "LineId" not in rows().json()["rows"][0]


@pytest.mark.slow
def test_a_column_can_go_change_and_come_and_metainfo_tells(stage):
    def fields() -> dict[str, str]:
        return {
            one["id"]: one["dataType"]
            for one in stage.client.get("/metainfo/get/Loonbrug_Hours").json()["fields"]
        }

    stage.faults.add("missing-column", "Loonbrug_Hours", column="Unit")
    stage.faults.add("renamed-column", "Loonbrug_Hours", column="ItemCode", to="Code")
    stage.faults.add("retyped-column", "Loonbrug_Hours", column="Quantity", to="text")
    stage.faults.add("new-column", "Loonbrug_Hours", column="Shift", value="night")
    row = stage.client.get(HOURS).json()["rows"][0]
    assert "Unit" not in row
    assert (row["Code"], row["Quantity"], row["Shift"]) == ("NORMAAL", "zeventien", "night")
    assert "Unit" not in fields()
    assert (fields()["Code"], fields()["Quantity"], fields()["Shift"]) == ("string", "string", "string")
    gone = stage.client.get("/connectors/Loonbrug_Hours?orderbyfieldids=Unit")
    assert gone.json()["externalMessage"] == "Connector-veld 'Unit' niet gevonden"
    stage.faults.clear()
    assert "Unit" in stage.client.get(HOURS).json()["rows"][0]


@pytest.mark.slow
def test_a_fault_on_one_connector_leaves_the_others_alone(stage):
    stage.faults.add("unauthorized", "Loonbrug_Hours")
    assert stage.client.get(HOURS).status_code == 401
    assert stage.client.get("/profitversion").status_code == 200
    assert stage.client.get("/connectors/Loonbrug_Claims").status_code == 200


@pytest.mark.slow
def test_closing_ends_what_still_drips():
    with served() as made:
        made.faults.add("drip", pause=60)
        line = socket.create_connection(("127.0.0.1", made.running.server.server_port))
        line.sendall(b"GET /ProfitRestServices/profitversion HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(10) == b"HTTP/1.1 4"
    with line:
        while line.recv(1_000):
            pass


def test_the_readme_tells_of_every_fault():
    text = files("sandbox").joinpath("README.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []
