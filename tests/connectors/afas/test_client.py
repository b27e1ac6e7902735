"""What goes over the line, and what comes out of it."""

from __future__ import annotations

import base64

import httpx
import orjson
import pytest

from connectors.afas import AfasClient, AfasOptions
from domain.errors import AskForLess, Rejected, TryLater, UnreadableAnswer
from domain.outbox.afas_call import AfasFile, Answer, Call
from domain.pull.query import EVERYTHING, Condition, Operator, any_of
from sync.ports import Afas
from tests.connectors.afas.conftest import CLASSIC, rows

APPROVE = Call("PUT", "PtDeclaration", {"PtDeclaration": {"Element": {"Fields": {"RfCs": "Zoë"}}}})


def test_it_is_the_afas_of_the_flows(client):
    afas: Afas = client
    assert afas is client


def test_the_newest_row_is_one_call_for_one_row(afas, client):
    route = afas.get("/connectors/Loonbrug_Hours").mock(return_value=rows({"LineId": 7}))
    assert client.newest("Loonbrug_Hours", ("-ChangedOn", "LineId")) == {"LineId": 7}
    query = route.calls.last.request.url.query
    assert query == b"skip=0&take=1&orderbyfieldids=-ChangedOn,LineId"


def test_an_empty_connector_has_no_newest_row(afas, client):
    afas.get("/connectors/X").mock(return_value=rows())
    assert client.newest("X", ("Id",)) is None


def test_a_filter_without_groups_matches_nothing_and_costs_no_call(afas, client):
    assert client.rows("X", any_of("Id", []), ("Id",), 100) == []
    assert list(client.pages("X", ("Id",), (), 100)) == []
    assert not afas.calls


def test_a_read_says_who_we_are_and_what_we_want(afas, watch):
    afas.get("/connectors/X").mock(return_value=rows())
    watch(integration_id="12345_678900").client.rows("X", EVERYTHING, ("Id",), 5)
    headers = afas.calls.last.request.headers
    assert headers["accept"] == "application/json"
    assert headers["accept-language"] == "nl-nl"
    assert headers["integrationid"] == "12345_678900"
    assert headers["connection"] == "keep-alive"
    assert "content-type" not in headers


def test_a_write_is_sent_in_utf_8(afas, client):
    afas.put("/connectors/PtDeclaration").respond(201)
    client.send(APPROVE)
    request = afas.calls.last.request
    assert request.headers["content-type"] == "application/json;charset=utf-8"
    assert "integrationid" not in request.headers
    assert orjson.loads(request.content) == APPROVE.body
    assert "Zoë".encode() in request.content


@pytest.mark.parametrize(
    ("body", "results"),
    [
        (b'{"results":{"PtDeclaration":{"DcCo":"DEC1"}}}', {"PtDeclaration": {"DcCo": "DEC1"}}),
        (b'{"PtDeclaration":{"DcCo":"DEC1"}}', {"PtDeclaration": {"DcCo": "DEC1"}}),
        (b"", {}),
        (b'{"results":{"\x00\x00', {}),
        (b"<html>created</html>", {}),
        (b'{"results":null}', {}),
        (b"[]", {}),
    ],
)
def test_a_yes_is_a_yes_whatever_its_body(body, results, afas, client):
    afas.put("/connectors/PtDeclaration").respond(201, content=body, headers={"X-Trace-Identifier": "t-1"})
    assert client.send(APPROVE) == Answer(201, results, "t-1")


def test_a_sub_object_has_its_own_address(afas, client):
    route = afas.post("/connectors/KnSubject/KnSubjectAttachment").respond(201)
    client.send(Call("POST", "KnSubject/KnSubjectAttachment", {}))
    assert route.called


def test_a_file_comes_out_of_base64(afas, client):
    body = {
        "filename": "a.pdf",
        "mimetype": "application/pdf",
        "filedata": base64.b64encode(b"%PDF-").decode(),
    }
    afas.get("/SubjectConnector/9912/5C05").respond(json=body)
    assert client.file(9912, "5C05") == AfasFile("a.pdf", "application/pdf", b"%PDF-")


@pytest.mark.parametrize(
    "body", [{"filename": "a"}, {"filename": "a", "filedata": "%%%"}, {"filedata": "aaaa"}]
)
def test_a_file_that_is_none(body, afas, client):
    afas.get("/SubjectConnector/1/A").respond(json=body)
    with pytest.raises(UnreadableAnswer):
        client.file(1, "A")


def test_a_file_that_is_not_there_is_refused(afas, client):
    afas.get("/SubjectConnector/1/A").respond(404, text="Not Found:404")
    with pytest.raises(Rejected) as caught:
        client.file(1, "A")
    assert caught.value.status == 404


def test_a_file_that_is_too_large_is_refused(afas, watch):
    afas.get("/SubjectConnector/1/A").respond(content=b"x" * 2000)
    with pytest.raises(Rejected):
        watch(most_bytes=1000).client.file(1, "A")


def test_too_many_bytes_ask_for_less(afas, watch):
    afas.get("/connectors/X").respond(content=b"x" * 2000)
    with pytest.raises(AskForLess):
        watch(most_bytes=1000).client.newest("X", ("Id",))


@pytest.mark.parametrize(
    "body", ["<html></html>", '{"rows":[{"Id":1}', "{}", '{"rows":[1]}', '{"rows":{}}', "", "[]"]
)
def test_an_answer_that_is_no_page_is_asked_for_again(body, afas, watched):
    afas.get("/connectors/X").mock(side_effect=[httpx.Response(200, text=body), rows({"Id": 1})])
    assert watched.client.newest("X", ("Id",)) == {"Id": 1}
    assert len(watched.slept) == 1


def test_a_read_gives_up_after_seconds(afas, watched):
    afas.get("/connectors/X").respond(text="<html></html>")
    with pytest.raises(UnreadableAnswer):
        watched.client.newest("X", ("Id",))
    assert 0 < sum(watched.slept) <= 5.0
    assert len(afas.calls) == len(watched.slept) + 1


def test_a_short_wait_that_afas_names_is_kept(afas, watched):
    afas.get("/connectors/X").mock(side_effect=[httpx.Response(503, json={"retry_after": 3}), rows()])
    assert watched.client.newest("X", ("Id",)) is None
    assert watched.slept == [3.0]


def test_a_long_wait_that_afas_names_is_not_waited_for(afas, watched):
    afas.get("/connectors/X").respond(503, json={"retry_after": 7200})
    with pytest.raises(TryLater) as caught:
        watched.client.newest("X", ("Id",))
    assert caught.value.after == 7200
    assert watched.slept == []


def test_the_columns_of_a_connector(afas, client):
    fields = [{"id": "LineId", "fieldId": "U1", "dataType": "int"}, {"id": "Text", "dataType": "string"}]
    afas.get("/metainfo/get/Loonbrug_Hours").respond(json={"name": "x", "fields": fields})
    assert client.columns("Loonbrug_Hours") == {"LineId": "int", "Text": "string"}


def test_the_fields_of_an_update_connector(afas, client):
    afas.get("/metainfo/update/PtDeclaration").respond(
        json={"fields": [{"fieldId": "DcCo"}, {"fieldId": "ExUs"}]}
    )
    assert client.fields("PtDeclaration") == ("DcCo", "ExUs")


def test_what_the_app_connector_offers(afas, client):
    body = {
        "getConnectors": [{"id": "Loonbrug_Hours", "description": ""}],
        "updateConnectors": [{"id": "PtDeclaration"}],
        "info": {"envid": "T12345AC", "tokenExpiry": "0"},
    }
    afas.get("/metainfo").respond(json=body)
    gets, updates, info = client.offered()
    assert (gets, updates) == ({"Loonbrug_Hours"}, {"PtDeclaration"})
    assert info == {"envid": "T12345AC", "tokenExpiry": "0"}


def test_the_version_is_the_sign_of_life(client):
    assert client.version() == "8.1.2"


def test_a_call_is_observed_without_its_values(afas, watched):
    afas.get("/connectors/X").respond(
        json={"rows": [{"Id": 1}, {"Id": 2}]}, headers={"X-Trace-Identifier": "t"}
    )
    where = ((Condition("Name", Operator.EQUAL, "Jansen"),),)
    watched.client.rows("X", where, ("Id",), 10)
    record = watched.records[-1]
    assert (record.connector, record.verb, record.outcome, record.status) == ("X", "GET", "ok", 200)
    assert (record.rows, record.trace, record.seconds) == (2, "t", 0.0)
    assert record.size > 0
    assert "Jansen" not in repr(record)


def test_the_wire_can_be_replaced():
    page = httpx.ByteStream(b'{"rows":[{"Id":1}]}')
    wire = httpx.MockTransport(lambda _request: httpx.Response(200, stream=page))
    with AfasClient(AfasOptions("http://127.0.0.1:1/Profit", CLASSIC), wire=wire) as client:
        assert client.newest("X", ("Id",)) == {"Id": 1}
