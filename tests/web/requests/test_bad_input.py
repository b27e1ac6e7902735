"""Bad input gets a problem document with the right status, and nothing has changed."""

from __future__ import annotations

import json

import pytest

from tests.stages.decisions.portal_world import APPROVER, CLAIM, VERSION
from tests.web.asking import problem, refused

pytestmark = pytest.mark.slow

APPROVE = f"/v1/declarations/{CLAIM}/approve"
GOOD = {"contact": APPROVER, "version": VERSION}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("body", [b"", b"{", b"{'contact': 1}", b"\xff\xfe", b"nul", b'{"contact": 22834,}'])
def test_what_is_not_json_is_refused(call, world, body):
    answer = call.post(APPROVE, content=body, headers=JSON)
    assert answer.status_code in (400, 422)
    refused(answer, answer.status_code, "not-json" if answer.status_code == 400 else "invalid", world)


def test_json_that_is_nested_without_end_is_refused(call, world):
    answer = call.post(APPROVE, content=b'{"contact":' + b"[" * 100_000, headers=JSON)
    refused(answer, 400, "not-json", world)


@pytest.mark.parametrize(
    "change",
    [
        {"contact": None},
        {"contact": "22834"},
        {"contact": True},
        {"contact": 1.5},
        {"contact": -1},
        {"contact": 2**63},
        {"version": None},
        {"version": ""},
        {"version": "x" * 65},
        {"version": 7},
        {"version": "a\x00b"},
        {"reference": "a\x00b"},
        {"reference": "a\nb"},
        {"cost_centre": ["K12"]},
        {"costcentre": "K12"},
    ],
)
def test_a_malformed_approval_is_refused_by_the_name_of_the_field(call, world, change):
    body = refused(call.post(APPROVE, json=GOOD | change), 422, "invalid", world)
    assert [fault["field"] for fault in body["errors"]] == list(change)


def test_half_a_character_is_refused(call, world):
    content = json.dumps(GOOD | {"reference": "\ud800"}).encode()
    refused(call.post(APPROVE, content=content, headers=JSON), 422, "invalid", world)


@pytest.mark.parametrize("body", [[], "text", 7, None, {}])
def test_a_body_of_another_shape_is_refused(call, world, body):
    refused(call.post(APPROVE, json=body), 422, "invalid", world)


def test_a_body_of_another_kind_is_refused(call, world):
    answer = call.post(APPROVE, data={"contact": "22834", "version": VERSION})
    refused(answer, 422, "invalid", world)


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_that_is_too_large_is_refused(call, world, declared):
    content = json.dumps(GOOD | {"reference": "x" * 300_000}).encode()
    answer = call.post(APPROVE, content=content if declared else iter([content]), headers=JSON)
    refused(answer, 413, "too-large", world)


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": 201},
        {"limit": "ten"},
        {"page": -1},
        {"cursor": "-1"},
        {"cursor": ""},
        {"cursor": "rubbish"},
        {"cursor": "WyJudW1iZXIiXQ"},
        {"cursor": "WyJjb250YWN0IiwgIjEiXQ"},
        {"cursor": "bnVsbA"},
        {"cursor": "WyJudW1iZXIiLCAiXHUwMDAwIl0"},
        {"cursor": "é"},
        {"cursor": "x" * 500},
        {"status": "almost"},
        {"week": "2026-47"},
        {"week": "2026-W99"},
        {"client": ""},
        {"client": "a\x00"},
        {"contact": "me"},
        {"contact": 2**63},
    ],
)
def test_a_page_that_cannot_be_is_refused(call, query):
    body = problem(call.get("/v1/declarations", params=query), 422, "invalid")
    assert [fault["field"] for fault in body["errors"]] == list(query)


@pytest.mark.parametrize("path", ["documents", "contacts"])
def test_a_cursor_of_another_kind_of_key_is_refused(call, path):
    cursor = {"documents": "WyJpZCIsICJ4Il0", "contacts": "WyJjb250YWN0IiwgIjk5OTk5OTk5OTk5OTk5OTk5OTk5OSJd"}[
        path
    ]
    problem(call.get(f"/v1/{path}", params={"cursor": cursor}), 422, "invalid")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/declarations/a%00b",
        "/v1/declarations/" + "9" * 81,
        "/v1/documents/abc",
        "/v1/documents/-1",
        "/v1/documents/" + "9" * 30,
        f"/v1/documents/9912/files/{'F' * 65}",
        "/v1/contacts/0",
        "/v1/contacts/1e3",
        "/v1/onboarding/%00",
    ],
)
def test_a_key_that_cannot_be_is_refused(call, path):
    problem(call.get(path), 422, "invalid")


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "with space", "é".encode()])
def test_an_idempotency_key_is_visible_ascii(call, world, key):
    refused(call.post(APPROVE, json=GOOD, headers={"Idempotency-Key": key}), 422, "invalid", world)


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/nothing", "/v1/declarations/", "/docs", "/redoc", "/openapi.json"]
)
def test_what_is_not_there_is_not_found(call, path):
    problem(call.get(path), 404, "not-found")


def test_a_wrong_method_is_told_the_right_one(call):
    answer = call.delete("/v1/declarations")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"
    problem(call.get(APPROVE), 405, "method-not-allowed")
    assert call.delete("/v1/declarations/approve").headers["allow"] == "POST"


def test_what_is_wrong_is_told_without_the_name_of_an_exception(call):
    answer = call.get("/v1/declarations/a%01b")
    assert answer.json()["errors"] == [{"field": "number", "problem": "no control characters"}]


def test_values_that_were_sent_are_not_repeated(call):
    answer = call.post(APPROVE, json={"contact": "jan@example.com", "version": VERSION})
    assert "jan@example.com" not in answer.text
