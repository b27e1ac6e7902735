"""The sandbox over HTTP, as a client of AFAS sees it."""

import base64
import gzip
import http.client
import json

import httpx
import pytest

from sandbox.faults.latency import Latency
from tests.stages.sandbox.bare_sandbox import hour, served

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stage():
    with served() as made:
        made.world.tables.insert_many("Loonbrug_Hours", [hour(n) for n in range(1, 301)])
        yield made


def test_a_page_has_afas_shape_on_one_line(stage):
    answer = stage.client.get("/connectors/Loonbrug_Hours", params={"orderbyfieldids": "LineId", "take": 2})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store, no-cache"
    assert answer.headers["X-Trace-Identifier"]
    assert "\n" not in answer.text
    body = answer.json()
    assert (body["skip"], body["take"], [row["LineId"] for row in body["rows"]]) == (0, 2, [1, 2])


def test_paths_and_parameter_names_compare_without_regard_to_case(stage):
    root = stage.running.url.replace("ProfitRestServices", "PROFITRESTSERVICES")
    answer = stage.client.get(f"{root}/Connectors/LOONBRUG_hours?Take=1&OrderByFieldIds=lineid")
    assert [row["LineId"] for row in answer.json()["rows"]] == [1]


def test_an_empty_result_is_an_empty_list(stage):
    assert stage.client.get("/connectors/Profit_Subject_Tasks").json() == {"skip": 0, "take": 100, "rows": []}


def test_large_answers_are_gzipped_only_for_those_who_accept_it(stage):
    path = "/connectors/Loonbrug_Hours?orderbyfieldids=LineId"
    packed = stage.client.get(path)
    plain = stage.client.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Transfer-Encoding"] == "chunked"
    assert "Content-Encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_refusals_speak_the_language_asked_for_and_dutch_otherwise(stage):
    path = "/connectors/Loonbrug_Hours?orderbyfieldids=Bsn"
    dutch = stage.client.get(path)
    english = stage.client.get(path, headers={"Accept-Language": "en-us"})
    assert (dutch.status_code, english.status_code) == (500, 500)
    assert dutch.json()["externalMessage"] == "Connector-veld 'Bsn' niet gevonden"
    assert english.json()["externalMessage"] == "Connector field 'Bsn' not found"
    assert len(dutch.json()["profitLogReference"]) == 32


def test_odd_paging_is_the_unexpected_error(stage):
    body = stage.client.get("/connectors/Loonbrug_Hours?skip=2&take=-1").json()
    assert body["externalMessage"] == "Er is een onverwachte fout opgetreden."
    assert body["errorNumber"] == -2147180999


def test_a_query_string_of_2049_characters_passes_and_one_more_is_not_found(stage):
    path = "/connectors/Loonbrug_Hours?take=1&x="
    room = 2049 - len(path[path.index("?") :])
    assert stage.client.get(path + "y" * room).status_code == 200
    longer = stage.client.get(path + "y" * (room + 1))
    assert (longer.status_code, longer.content) == (404, b"")


def test_an_unknown_connector_is_refused_and_an_unknown_address_not_found(stage):
    refused = stage.client.get("/connectors/Loonbrug_Salaries")
    assert refused.status_code == 500
    assert refused.json()["externalMessage"].startswith("GetConnector niet ondersteund voor deze app")
    assert stage.client.get("/nothing").status_code == 404
    assert stage.client.get(stage.running.url.rpartition("/")[0] + "/profitversion").status_code == 404


def test_metainfo_lists_what_may_be_called_with_its_columns(stage):
    overview = stage.client.get("/MetaInfo").json()
    assert {"id": "PtDeclaration", "description": "Omschrijving PtDeclaration"} in overview[
        "updateConnectors"
    ]
    assert len(overview["getConnectors"]) == 18
    hours = stage.client.get("/metainfo/get/Loonbrug_Hours").json()
    assert hours["fields"][13]["id"] == "Quantity"
    assert (hours["fields"][13]["dataType"], hours["fields"][13]["decimals"]) == ("decimal", 4)
    update = stage.client.get("/metainfo/update/PtDeclaration").json()
    assert update["fields"] == [{"fieldId": "DcCo", "primaryKey": True}]
    assert stage.client.get("/metainfo/get/Nothing").status_code == 500
    assert stage.client.get("/metainfo/update/Nothing").status_code == 500
    assert "version" in stage.client.get("/ProfitVersion").json()


def test_a_file_comes_as_base64_and_a_missing_one_is_not_found(stage):
    body = stage.client.get("/SubjectConnector/50001/ABC").json()
    assert (body["filename"], body["mimetype"]) == ("contract.pdf", "application/pdf")
    assert base64.b64decode(body["filedata"]) == b"%PDF-1.7 hello"
    missing = stage.client.get("/SubjectConnector/50001/DEF")
    assert (missing.status_code, missing.text) == (404, "Not Found:404")


def test_a_write_reaches_its_update_connector_with_path_body_and_language(stage):
    body = {"KnSubject": {"Element": {"@SbId": 50001}}}
    answer = stage.client.post("/connectors/knsubject/KnSubjectAttachment", json=body)
    assert answer.status_code == 201
    assert stage.written.applied[-1] == ("POST", ["KnSubject", "KnSubjectAttachment"], body, "nl")


def test_a_chunked_body_and_a_body_in_another_encoding_are_read(stage):
    body = json.dumps({"KnSubject": {"Ds": "Café"}}, ensure_ascii=False)
    stage.client.post("/connectors/KnSubject", content=iter([body[:9].encode(), body[9:].encode()]))
    assert stage.written.applied[-1][2] == {"KnSubject": {"Ds": "Café"}}
    stage.client.post("/connectors/KnSubject", content=body.encode("latin-1"))
    assert stage.written.applied[-1][2] == {"KnSubject": {"Ds": "Caf?"}}


def test_a_body_that_is_no_json_object_is_a_bad_request(stage):
    for body in (b"{", b"[]", b"", b"\xff\xfe"):
        answer = stage.client.post("/connectors/PtDeclaration", content=body)
        assert (answer.status_code, answer.json()) == (400, {"message": "Invalid json"})


def test_an_unknown_update_connector_is_refused(stage):
    answer = stage.client.put("/connectors/FiEntries", json={})
    assert answer.status_code == 500
    assert "UpdateConnector wordt niet ondersteund" in answer.json()["externalMessage"]


def test_a_request_over_75_megabytes_is_too_large(stage):
    line = http.client.HTTPConnection("127.0.0.1", stage.running.server.server_port, timeout=5)
    line.putrequest("POST", "/ProfitRestServices/connectors/KnSubject")
    line.putheader("Content-Length", "75000001")
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()


def test_a_connection_serves_many_calls(stage):
    with httpx.Client(base_url=stage.running.url, headers=stage.client.headers, trust_env=False) as client:
        streams = {
            client.get("/profitversion").extensions["network_stream"].get_extra_info("client_addr")
            for _ in range(5)
        }
    assert len(streams) == 1


def test_latency_is_waited_for_per_call():
    with served(latency=Latency(call_ms=60)) as slow:
        assert slow.client.get("/profitversion").elapsed.total_seconds() >= 0.06


def test_an_answer_holds_at_most_150000_cells():
    with served() as made:
        made.world.tables.insert_many("Loonbrug_Hours", (hour(n) for n in range(1, 5_558)))
        full = made.client.get("/connectors/Loonbrug_Hours?skip=-1&take=-1&orderbyfieldids=LineId")
        assert (full.status_code, full.json()["externalMessage"]) == (500, "Out of memory")
        assert (
            len(made.client.get("/connectors/Loonbrug_Hours?take=5555&orderbyfieldids=LineId").json()["rows"])
            == 5_555
        )


def test_gzip_is_understood_by_anyone(stage):
    line = http.client.HTTPConnection("127.0.0.1", stage.running.server.server_port, timeout=5)
    headers = {"Authorization": stage.running.app.authorization, "Accept-Encoding": "gzip"}
    line.request(
        "GET", "/ProfitRestServices/connectors/Loonbrug_Hours?orderbyfieldids=LineId", headers=headers
    )
    assert len(json.loads(gzip.decompress(line.getresponse().read()))["rows"]) == 100
    line.close()
