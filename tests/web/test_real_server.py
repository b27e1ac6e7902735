"""A real server, real HTTP, and a server that is killed the moment it has answered (G1)."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from domain.access.api_key import Scope
from tests.stages.decisions.pdfs import pdf
from tests.stages.decisions.portal_world import APPROVER, CLAIM, DOCUMENT, EVIDENCE, MINE, VERSION
from tests.web.asking import problem
from tests.web.serving import serving

pytestmark = pytest.mark.slow

GOOD = {"contact": APPROVER, "version": VERSION}


@pytest.fixture
def headers(keys, world):
    _, secret = keys.create(name="portal", scopes=[Scope.PORTAL], environment="main")
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def server(database_url, world):
    with serving(database_url) as server:
        yield server


def test_what_was_answered_is_there_although_the_server_was_killed(database_url, headers, world):
    """Four callers at once, the server killed at the third answer, again and again: no 2xx is ever lost."""
    answered: set[str] = set()
    for round_ in range(3):
        numbers = [f"9{round_:05}{number:06}.01" for number in range(12)]
        for number in numbers:
            world.declaration(number, "P1", MINE)
        with serving(database_url) as server, ThreadPoolExecutor(4) as callers:
            done: list[str] = []

            def approve(
                number: str, address: str = server.address, done: list[str] = done, kill=server.process.kill
            ) -> None:
                try:
                    url = f"{address}/v1/declarations/{number}/approve"
                    answer = httpx.post(url, json=GOOD, headers=headers, timeout=60)
                except httpx.TransportError:
                    return
                if answer.status_code == 200:
                    done.append(number)
                if len(done) == 3:
                    kill()

            list(callers.map(approve, numbers))
        assert len(done) >= 3
        answered |= set(done)
    owed = {row["subject"] for row in world.look("select subject from outbox")}
    approved = {
        row["number"] for row in world.look("select number from declaration where status = 'approved'")
    }
    assert {f"claim:{number}" for number in answered} <= owed
    assert owed == {f"claim:{number}" for number in approved}
    assert world.count("outbox") == world.count("decision") == len(approved)


def test_a_repeat_after_a_crash_is_answered_as_if_nothing_had_happened(database_url, headers, world):
    path, headers = f"/v1/declarations/{CLAIM}/approve", headers | {"Idempotency-Key": "k1"}
    with serving(database_url) as server:
        first = httpx.post(server.address + path, json=GOOD, headers=headers)
        server.process.kill()
    with serving(database_url) as server:
        second = httpx.post(server.address + path, json=GOOD, headers=headers)
    assert (first.status_code, first.content) == (200, second.content)
    assert world.count("outbox") == 1


def test_thirty_megabytes_are_refused_and_not_taken_into_memory(server, headers, world):
    before = memory(server.process.pid)
    files = {"file": ("signed.pdf", b"%PDF-" + bytes(30 * 1024 * 1024), "application/pdf")}
    data = {"contact": str(APPROVER), "evidence": json.dumps(EVIDENCE)}
    url = f"{server.address}/v1/documents/{DOCUMENT}/sign"
    answer = httpx.post(url, data=data, files=files, headers=headers, timeout=60)
    problem(answer, 413, "too-large")
    assert memory(server.process.pid) - before < 8 * 1024
    assert world.count("stored_file") == 0


def test_a_large_document_is_taken_in(server, headers, world):
    content = pdf(ballast=15 * 1024 * 1024)
    data = {"contact": str(APPROVER), "evidence": json.dumps(EVIDENCE)}
    url = f"{server.address}/v1/documents/{DOCUMENT}/sign"
    files = {"file": ("signed.pdf", content, "application/pdf")}
    answer = httpx.post(url, data=data, files=files, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    assert world.look("select octet_length(content) as size from stored_file") == [{"size": len(content)}]


def test_two_clicks_at_the_same_moment_are_one_decision(server, headers, world):
    url = f"{server.address}/v1/declarations/{CLAIM}/approve"
    with ThreadPoolExecutor(8) as clicks:
        answers = list(clicks.map(lambda _: httpx.post(url, json=GOOD, headers=headers), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert world.count("outbox") == 1


def test_a_caller_who_hangs_up_halfway_changes_nothing(server, headers, world):
    address = urlsplit(server.address)
    lines = [f"POST /v1/declarations/{CLAIM}/approve HTTP/1.1", "Host: x", "Content-Type: application/json"]
    lines += [f"Authorization: {headers['Authorization']}", "Content-Length: 100", "", '{"contact":']
    with socket.create_connection((address.hostname, address.port)) as caller:
        caller.sendall("\r\n".join(lines).encode())
    assert httpx.get(f"{server.address}/v1/declarations", headers=headers).status_code == 200
    assert world.count("decision") == 0


def memory(pid: int) -> int:
    """The largest resident size so far, in kB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
