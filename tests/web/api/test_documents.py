"""Documents over HTTP: seen, fetched, signed; what is no plain PDF is refused and nothing changes."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.stages.decisions.pdfs import pdf
from tests.stages.decisions.portal_world import (
    APPROVER,
    BLOCKED,
    COLLEAGUE,
    DOCUMENT,
    DOCUMENT_OF_OTHER,
    EVIDENCE,
    MINE,
    NOON,
    STRANGER,
)
from tests.web.asking import hand_in, problem, refused


def test_a_signed_document_is_kept_and_owes_a_file_and_a_sign_off(call, world, wake):
    content = pdf()
    answer = hand_in(call, content)
    assert answer.status_code == 200, answer.text
    attach, sign_off = world.look("select * from outbox order by id")
    [file] = world.look("select * from stored_file")
    assert bytes(file["content"]) == content
    assert bytes(file["sha256"]) == hashlib.sha256(content).digest()
    assert file["evidence"]["signer"] == EVIDENCE["signer"]
    assert file["evidence"]["sms_code_at"] == EVIDENCE["sms_code_at"]
    assert (attach["kind"], sign_off["kind"]) == ("attach-file", "sign-off")
    assert attach["subject"] == sign_off["subject"] == f"item:{DOCUMENT}"
    name = f"Getekend - Opdracht kok bediening ({attach['mark']}).pdf"
    assert attach["payload"] == {"item": DOCUMENT, "file": str(file["id"]), "name": name}
    assert file["name"] == name
    assert (sign_off["payload"]["item"], sign_off["payload"]["contact"]) == (DOCUMENT, APPROVER)
    assert attach["mark"] != sign_off["mark"]
    assert wake.delivered == [attach["id"], sign_off["id"]]


def test_a_document_that_was_handed_in_waits_for_nobody(call):
    hand_in(call, pdf())
    assert call.get(f"/v1/documents/{DOCUMENT}").json()["status"] == "signed"
    listed = call.get("/v1/documents", params={"status": "to-sign", "contact": APPROVER}).json()
    assert listed["items"] == []


def test_the_same_file_again_is_the_same_answer(call, world):
    content = pdf()
    assert hand_in(call, content).content == hand_in(call, content).content
    assert world.count("outbox") == 2
    assert world.count("stored_file") == 1


def test_many_clicks_at_the_same_moment_hand_in_one_document(call, world):
    content = pdf()
    with ThreadPoolExecutor(6) as clicks:
        answers = list(clicks.map(lambda _: hand_in(call, content), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert world.count("outbox") == 2


def test_another_file_comes_too_late(call, world):
    hand_in(call, pdf())
    problem(hand_in(call, pdf() + b"\n%%EOF\n"), 409, "not-offered")
    assert world.count("outbox") == 2


@pytest.mark.parametrize("status", ["Getekend", "Afgehandeld", "Vervallen", None])
def test_only_what_waits_for_a_signature_can_be_signed(call, world, status):
    world.look("update document set workflow_status = %s returning subject", status)
    refused(hand_in(call, pdf()), 409, "not-offered", world)


def test_only_the_signer_signs(call, world):
    refused(hand_in(call, pdf(), contact=COLLEAGUE), 403, "may-not-decide", world)
    refused(hand_in(call, pdf(), contact=BLOCKED), 403, "may-not-decide", world)
    refused(hand_in(call, pdf(), contact=STRANGER), 404, "not-found", world)
    refused(hand_in(call, pdf(), document=77), 404, "not-found", world)


def test_without_a_signer_of_its_own_the_placement_tells_who_signs(call, world):
    world.look("update document set contact = null returning subject")
    assert call.get(f"/v1/documents/{DOCUMENT}").json()["contact"] == APPROVER
    assert hand_in(call, pdf()).status_code == 200


def test_a_key_of_one_client_sees_no_document_of_another(call_of_client, world):
    for path in ("", f"/files/{'F' * 32}"):
        answer = call_of_client.get(f"/v1/documents/{DOCUMENT_OF_OTHER}{path}")
        problem(answer, 404, "not-found")
    answer = hand_in(call_of_client, pdf(), document=DOCUMENT_OF_OTHER, contact=STRANGER)
    refused(answer, 404, "not-found", world)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ not a PDF",
        b"<html>%PDF-</html>",
        b"%PDF-1.7\nbut nothing behind it",
        b"%PDF-1.7\n%%EOF",
        pdf()[:-200],
        pdf(script=True),
        pdf(attached=True),
        pdf(launch=True),
        pdf(password="secret"),
    ],
    ids=[
        "empty",
        "program",
        "html",
        "cut",
        "hollow",
        "truncated",
        "script",
        "attached",
        "launch",
        "encrypted",
    ],
)
def test_what_is_no_plain_pdf_is_refused(call, world, content):
    body = refused(hand_in(call, content), 422, "invalid", world)
    assert [fault["field"] for fault in body["errors"]] == ["file"]


@pytest.mark.parametrize(
    "evidence",
    [
        {},
        [],
        "x",
        None,
        EVIDENCE | {"signed_at": "yesterday"},
        EVIDENCE | {"x": "\ud800"},
        EVIDENCE | {"x": float("nan")},
        EVIDENCE | {"x": "\x00"},
        EVIDENCE | {"signed_at": "2026-11-23T09:12:00"},
    ],
)
def test_evidence_must_say_who_when_and_how(call, world, evidence):
    body = refused(hand_in(call, pdf(), evidence=evidence), 422, "invalid", world)
    assert [fault["field"] for fault in body["errors"]] == ["evidence"]


@pytest.mark.parametrize("contact", ["", "abc", "-1", "1.5", "9" * 30])
def test_the_contact_is_a_number(call, world, contact):
    refused(hand_in(call, pdf(), contact=contact), 422, "invalid", world)


def test_what_is_no_form_is_refused(call, world):
    path = f"/v1/documents/{DOCUMENT}/sign"
    pdf_alone = call.post(path, content=pdf(), headers={"Content-Type": "application/pdf"})
    refused(pdf_alone, 415, "unsupported-media-type", world)
    rubbish = call.post(
        path, content=b"--x\r\n\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    refused(rubbish, 422, "invalid", world)
    refused(call.post(path, data={"contact": "1"}, files={"x": b"y"}), 422, "invalid", world)


def test_a_file_of_more_than_twenty_megabytes_is_too_large(call, world):
    refused(hand_in(call, b"%PDF-" + bytes(30 * 1024 * 1024)), 413, "too-large", world)
    refused(hand_in(call, b"%PDF-" + bytes(20 * 1024 * 1024)), 413, "too-large", world)


def test_a_body_without_a_declared_length_is_cut_off_as_well(call, world):
    def endless():
        for _ in range(30):
            yield bytes(1024 * 1024)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = call.post(f"/v1/documents/{DOCUMENT}/sign", content=endless(), headers=headers)
    refused(answer, 413, "too-large", world)


def test_a_file_of_afas_is_only_ever_downloaded(call):
    answer = call.get(f"/v1/documents/{DOCUMENT}/files/{'F' * 32}")
    assert answer.content == b"%PDF-1.7 of AFAS"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "opdracht%20%C3%A9.pdf" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_a_file_of_an_unknown_kind_is_bytes(call, world):
    world.look("update document_file set name = %s returning subject", 'a".html')
    answer = call.get(f"/v1/documents/{DOCUMENT}/files/{'F' * 32}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert 'filename="a_.html"' in answer.headers["content-disposition"]


def test_a_file_that_afas_refuses_tells_nothing_of_its_reason(call):
    answer = call.get(f"/v1/documents/{DOCUMENT_OF_OTHER}/files/{'F' * 32}")
    problem(answer, 502, "afas-refused")
    assert "Jan" not in answer.text
    problem(call.get(f"/v1/documents/{DOCUMENT}/files/unknown"), 404, "not-found")


def test_documents_are_found_by_status_client_and_signer(call, world):
    world.document(9914, MINE, APPROVER, status="Getekend")

    def ids(**query: str | int) -> list[int]:
        return [each["id"] for each in call.get("/v1/documents", params=query).json()["items"]]

    assert ids() == [DOCUMENT, DOCUMENT_OF_OTHER, 9914]
    assert ids(status="to-sign", contact=APPROVER) == [DOCUMENT]
    assert ids(status="signed") == [9914]
    assert ids(client=MINE) == [DOCUMENT, 9914]
    first = call.get("/v1/documents", params={"limit": 1}).json()
    assert ids(limit=1, cursor=first["next"]) == [DOCUMENT_OF_OTHER]


def test_a_document_is_offered_again_only_by_a_pull_that_began_after_the_sign_off_was_seen(call, world):
    def status() -> str:
        return str(call.get(f"/v1/documents/{DOCUMENT}").json()["status"])

    hand_in(call, pdf())
    ended = datetime.now(UTC)
    world.look("update outbox set state = 'done', ended_at = %s returning id", ended)
    run = {"flow": "documents", "kind": "poll", "state": "done"}
    world.put("run", **run, started_at=ended - timedelta(seconds=5), ended_at=ended + timedelta(seconds=5))
    assert status() == "signed"
    world.put("run", **run, started_at=ended + timedelta(seconds=5), ended_at=NOON)
    assert status() == "to-sign"
    assert hand_in(call, pdf()).status_code == 200


def test_a_document_whose_sign_off_fell_away_can_be_signed_again(call, world):
    hand_in(call, pdf())
    world.look("update outbox set state = 'void' returning id")
    assert hand_in(call, pdf()).status_code == 200
    assert world.count("outbox") == 4
