"""What a portal, strangers and senders of odd files ask, with canaries in it."""

from __future__ import annotations

import json
from typing import Any

from tests.end_to_end.canaries.canaries import PERSONAL, SECRETS
from tests.stages.decisions.pdfs import pdf


def ask(call: Any) -> list[str]:
    """Every kind of request, well formed and not; gives what the latter were answered."""
    offered = call.get("/v1/declarations", params={"status": "to-approve"}).json()["items"]
    approved, rejected = offered[0], offered[1]
    both = {"contact": approved["contact"], "version": approved["version"]}
    if approved["cost_centre_required"]:
        both["cost_centre"] = PERSONAL["cost centre"]
    answers = [
        call.post(
            f"/v1/declarations/{approved['number']}/approve", json=both, headers={"X-Request-Id": "portal-7"}
        ),
        call.post(
            f"/v1/declarations/{rejected['number']}/reject",
            json={
                "contact": rejected["contact"],
                "version": rejected["version"],
                "reason": PERSONAL["reason"],
            },
            headers={"Idempotency-Key": PERSONAL["key"]},
        ),
    ]
    contact = approved["contact"]
    answers.append(
        call.post(f"/v1/contacts/{contact}/mobile", json={"mobile": "06-" + PERSONAL["mobile"][1:]})
    )
    question = {"contact": contact, "title": PERSONAL["title"], "text": PERSONAL["question"]}
    answers.append(call.post("/v1/questions", json=question))
    papers = call.get("/v1/documents", params={"status": "to-sign"}).json()["items"]
    odd = _odd_files(call, papers[0])
    for paper in papers:
        evidence = {"signer": PERSONAL["signer"], "method": "x", "signed_at": "2026-11-20T10:00:00Z"}
        files = {"file": (f"{PERSONAL['file']}.pdf", pdf(), "application/pdf")}
        form = {"contact": str(paper["contact"]), "evidence": json.dumps(evidence)}
        answers.append(call.post(f"/v1/documents/{paper['id']}/sign", files=files, data=form))
    assert [answer.status_code for answer in answers] == [200] * len(answers), [a.text for a in answers]
    assert papers
    return odd + _bad_requests(call, approved, contact)


def _odd_files(call: Any, paper: Any) -> list[str]:
    """Files and forms of which a reader has something to say, and says it in the file's own words."""
    word = PERSONAL["paper"].encode()
    whole = pdf()
    papers = [
        whole.replace(b"/Catalog", b"/" + word),
        whole.replace(b"endobj", b"endobj " + word + b" <<", 1),
        whole.replace(b"/MediaBox", b"/" + word + b" (" + word + b") " * 3 + b"/MediaBox"),
        whole.replace(b"xref", word),
        word + whole + word,
        whole[:-60] + word + b"\n%%EOF\n",
    ]
    path, text = f"/v1/documents/{paper['id']}/sign", PERSONAL["form"]
    form = {"contact": str(paper["contact"]), "evidence": json.dumps({"signer": text})}
    answers = [call.post(path, files={"file": (f"{text}.pdf", each, "x/y")}, data=form) for each in papers]
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    bodies = [f"--{text}", f"--x\r\n{text} (\r\n\r\n{text}", f"--x\r\nA: {text}\rB", f"--x {text}\r\n"]
    answers += [call.post(path, content=body.encode(), headers=kind) for body in bodies]
    assert {answer.status_code for answer in answers} == {422}, [answer.text for answer in answers]
    return [f"{answer.headers} {answer.text}" for answer in answers]


def sign_in(visitor: Any) -> list[str]:
    """Somebody whom nobody knows, and who types the password into the wrong field."""
    visitor.get("/ops/sign-in")
    answers = [
        visitor.submit("/ops/sign-in", name="nobody", password=SECRETS["password"]),
        visitor.submit("/ops/sign-in", name=SECRETS["password"], password="y"),
        visitor.get(f"/ops/failures?reason={PERSONAL['query']}"),
        visitor.post("/ops/sign-in", data={"csrf": PERSONAL["query"], "password": SECRETS["password"]}),
    ]
    texts = [answer.text for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422, 303, 403], texts
    return [texts[0], *texts[2:]]  # the second may show the name again, to its own typist


def _bad_requests(call: Any, approved: Any, contact: int) -> list[str]:
    """What is answered to requests that cannot be done, headers included."""
    name, mobile, query = PERSONAL["name"], PERSONAL["mobile"], PERSONAL["query"]
    path = f"/v1/declarations/{approved['number']}"
    wrong = {"contact": name, "version": [PERSONAL["e-mail"]], "reason": {"x": PERSONAL["reason"]}}
    answers = [
        call.post(f"{path}/reject", json=wrong),
        call.post(f"{path}/approve", json={"contact": contact, "version": name}),
        call.post(f"{path}/approve", content=f"{{{name}".encode()),
        call.post(f"/v1/contacts/{contact}/mobile", json={"mobile": f"{name} {mobile}"}),
        call.post(f"/v1/contacts/{contact}/mobile", json={"mobile": "x" * 50 + mobile}),
        call.post("/v1/questions", json={"contact": contact, "title": PERSONAL["title"] * 20, "text": name}),
        call.get(f"/v1/{query}"),
        call.get("/v1/declarations", params={"status": query}),
        call.get("/v1/declarations", params={"cursor": query}),
        call.get(f"/v1/declarations/{query}"),
        call.get(f"/v1/contacts/{query}"),
        call.get(f"/ops/{query}"),
        call.get("/metrics", headers={"Authorization": f"Bearer {query}"}),
        call.get("/v1/declarations", headers={"Authorization": f"Bearer lb_{query}"}),
        call.post("/v1/questions", json={}, headers={"Idempotency-Key": f"{PERSONAL['key']} é".encode()}),
        call.request("BREW", f"/v1/{query}"),
    ]
    assert all(answer.status_code >= 300 for answer in answers), [a.status_code for a in answers]
    return [f"{answer.headers} {answer.text}" for answer in answers]
