"""What the tests ask of the API, and how they see that something was refused."""

from __future__ import annotations

import json
import warnings
from typing import Any

from httpx import Response

from tests.stages.decisions.portal_world import APPROVER, CLAIM, DOCUMENT, EVIDENCE, VERSION, World

with warnings.catch_warnings():  # it would rather have a client that cannot be had everywhere yet
    warnings.simplefilter("ignore", UserWarning)
    from starlette.testclient import TestClient

Body = dict[str, Any]


def approve(call: TestClient, number: str = CLAIM, *, key: str | None = None, **changes: object) -> Response:
    """Approve as the contact who may, the version that is there; or with these changes."""
    body = {"contact": APPROVER, "version": VERSION} | changes
    headers = {"Idempotency-Key": key} if key else {}
    answer: Response = call.post(f"/v1/declarations/{number}/approve", json=body, headers=headers)
    return answer


def reject(call: TestClient, number: str = CLAIM, **changes: object) -> Response:
    """Reject as the contact who may; or with these changes."""
    body = {"contact": APPROVER, "version": VERSION, "reason": "Dinsdag was vrij"} | changes
    answer: Response = call.post(f"/v1/declarations/{number}/reject", json=body)
    return answer


def numbers(call: TestClient, **query: str | int) -> list[str]:
    """The numbers of the declarations that are listed."""
    answer = call.get("/v1/declarations", params=query)
    assert answer.status_code == 200, answer.text
    return [each["number"] for each in answer.json()["items"]]


def refused(answer: Response, status: int, kind: str, world: World) -> Body:
    """The answer is a problem document of that kind, and nothing was decided or owed."""
    body = problem(answer, status, kind)
    assert world.count("decision") == world.count("outbox") == world.count("stored_file") == 0
    return body


def problem(answer: Response, status: int, kind: str) -> Body:
    """The answer is a problem document of that kind."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body: Body = answer.json()
    expected = (status, status, f"urn:loonbrug:problem:{kind}")
    assert (answer.status_code, body["status"], body["type"]) == expected, body
    return body


def bearer(secret: str) -> dict[str, str]:
    """The header with which a key is shown."""
    return {"Authorization": f"Bearer {secret}"}


def hand_in(
    call: TestClient,
    content: bytes,
    *,
    document: int = DOCUMENT,
    contact: int | str = APPROVER,
    evidence: object = EVIDENCE,
    key: str | None = None,
) -> Response:
    """Hand a signed document in, as a portal would."""
    answer: Response = call.post(
        f"/v1/documents/{document}/sign",
        data={"contact": str(contact), "evidence": json.dumps(evidence)},
        files={"file": ("signed.pdf", content, "application/pdf")},
        headers={"Idempotency-Key": key} if key else {},
    )
    return answer


__all__ = ["TestClient", "approve", "bearer", "hand_in", "numbers", "problem", "refused", "reject"]
