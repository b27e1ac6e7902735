"""What is true of every answer: its id, headers, schema; and logs hold no personal data and no key."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from domain.access.api_key import Scope
from tests.stages.decisions.pdfs import pdf
from tests.stages.decisions.portal_world import APPROVER, CLAIM, DOCUMENT
from tests.web.asking import TestClient, approve, hand_in, problem, reject
from web.app import create_app

DOCUMENT_OF_THE_API = Path(__file__).parents[2] / "docs" / "portal-api.md"


def test_every_answer_carries_the_id_of_its_request(call, anonymous):
    for answer in (call.get("/v1/declarations"), call.get("/v1/nothing"), anonymous.get("/healthz")):
        assert len(answer.headers["x-request-id"]) == 32
    given = call.get("/v1/declarations", headers={"X-Request-Id": "portal-7"})
    assert given.headers["x-request-id"] == "portal-7"
    forged = call.get("/v1/declarations", headers={"X-Request-Id": "a b\tc"})
    assert forged.headers["x-request-id"] != "a b\tc"


def test_no_answer_is_kept_or_guessed_at_by_a_browser(call, anonymous):
    for answer in (call.get("/v1/declarations"), anonymous.get("/v1/declarations"), call.get("/v1/nothing")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_error_of_our_own_tells_nothing_of_itself(services, keys, caplog):
    class Broken:
        def __getattr__(self, name):
            raise RuntimeError("Jan de Vries, +31612345678")

    _, secret = keys.create(name="portal", scopes=[Scope.PORTAL], environment="main")
    app = create_app(replace(services, reads=Broken()))
    with (
        TestClient(app, headers={"Authorization": f"Bearer {secret}"}) as call,
        caplog.at_level(logging.DEBUG),
    ):
        answer = call.get("/v1/declarations")
    problem(answer, 500, "internal")
    assert "Jan" not in answer.text
    assert "Jan" not in written(caplog)
    assert "RuntimeError" in written(caplog)


def written(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that a formatter could write of what was logged by us and by what we use."""
    ours = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    return "\n".join(f"{record.getMessage()} {record.__dict__}" for record in ours)


def test_logs_hold_no_personal_data_and_no_key(call, world, caplog):
    key = call.headers["authorization"].removeprefix("Bearer ")
    with caplog.at_level(logging.DEBUG):
        call.get("/v1/declarations", params={"client": "secret-client"})
        call.get(f"/v1/declarations/{CLAIM}")
        reject(call, reason="Mevrouw Jansen was ziek")
        approve(call, contact=999_777)
        call.post(f"/v1/contacts/{APPROVER}/mobile", json={"mobile": "0612345678"})
        call.post(f"/v1/contacts/{APPROVER}/mobile", json={"mobile": "06-jan@example.com"})
        call.post("/v1/questions", json={"contact": APPROVER, "title": "Mevrouw Jansen", "text": "Ziek?"})
        hand_in(call, pdf())
        hand_in(call, b"%PDF-1.4 Mevrouw Jansen %%EOF")
        call.get(f"/v1/documents/{DOCUMENT}/files/{'F' * 32}")
    text = written(caplog)
    assert "'route': '/v1/declarations/{number}'" in text
    secrets = [
        key,
        "secret-client",
        "Jansen",
        "612345678",
        "example.com",
        "Anna",
        "192.0.2.7",
        "Zoë",
        "999777",
    ]
    assert [secret for secret in [*secrets, CLAIM] if secret in text] == []


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_description_needs_no_key_and_the_documented_list_of_requests_is_true(anonymous, world):
    answer = anonymous.get("/v1/openapi.json")
    assert answer.status_code == 200
    shown = [
        f"| `{method.upper()} {path}` | {operation['summary']} |"
        for path, method, operation in operations(answer.json())
    ]
    assert [
        line
        for line in DOCUMENT_OF_THE_API.read_text("utf-8").splitlines()
        if re.match(r"\| `[A-Z]+ /", line)
    ] == shown


def test_every_reference_in_the_description_leads_somewhere(anonymous, world):
    document = anonymous.get("/v1/openapi.json").json()

    def references(part: object) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [each for value in part.values() for each in references(value)]
        return [each for value in part for each in references(value)] if isinstance(part, list) else []

    found = set(references(document))
    assert found
    for reference in found:
        name = reference.removeprefix("#/components/schemas/")
        assert name in document["components"]["schemas"], reference


def test_every_error_is_described_as_a_problem_document(anonymous, world):
    for path, method, operation in operations(anonymous.get("/v1/openapi.json").json()):
        assert operation["summary"], path
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (path, method, status)
        if path.startswith("/v1"):
            assert operation["security"] == [{"api-key": []}]
            assert {"401", "403", "422"} <= set(operation["responses"])
        if method == "post":
            names = [parameter["name"] for parameter in operation["parameters"]]
            assert "Idempotency-Key" in names, path


RUBBISH = [
    "",
    "0",
    "-1",
    "a\x00b",
    "é",
    "x" * 500,
    "../../etc/passwd",
    "' or 1=1 --",
    "9" * 40,
    "%",
    "{}",
    "null",
]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_no_rubbish_in_any_place_gets_anything_but_a_described_answer(call, world, rubbish):
    """For each operation: the rubbish as each parameter and as the body. Never a 500, nothing changed."""
    document = call.get("/v1/openapi.json").json()
    for path, method, operation in operations(document):
        named = {parameter["name"]: parameter["in"] for parameter in operation.get("parameters", [])}
        for name, place in named.items():
            filled = path.replace(f"{{{name}}}", "%2F" if not rubbish else quoted(rubbish))
            filled = filled.replace("{", "").replace("}", "")
            query = {name: rubbish} if place == "query" else {}
            answer = call.request(method, filled, params=query, json={"rubbish": rubbish})
            assert answer.status_code < 500 or path == "/readyz", (path, name)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"
    assert world.count("decision") == world.count("outbox") == 0


def quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())
