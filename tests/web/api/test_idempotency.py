"""The same Idempotency-Key with the same request gets the same answer, whatever happened in between (G9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from connectors.store.decisions.decisions import DecisionWork
from tests.stages.decisions.pdfs import pdf
from tests.stages.decisions.portal_world import APPROVER, CLAIM, CLAIM_WITH_COST_CENTRE
from tests.web.asking import approve, hand_in, problem

QUESTION = {"contact": APPROVER, "title": "Factuur", "text": "Klopt het bedrag?"}


def test_the_same_key_answers_the_same_again(call, world, wake):
    first = approve(call, key="k1")
    world.look("update declaration set status = 'processed' returning number")
    second = approve(call, key="k1")
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert first.headers["content-type"] == second.headers["content-type"]
    assert world.count("outbox") == len(wake.delivered) == 1


def test_a_refusal_is_an_answer_as_well(call, world):
    first = approve(call, key="k1", version="b" * 32)
    problem(first, 409, "stale-version")
    world.look("update declaration set version = %s returning number", "b" * 32)
    assert approve(call, key="k1", version="b" * 32).content == first.content
    assert approve(call, key="k2", version="b" * 32).status_code == 200


def test_the_same_key_for_another_request_is_refused(call, world):
    approve(call, key="k1")
    problem(approve(call, key="k1", reference="PO 8"), 422, "idempotency-key-reused")
    problem(approve(call, CLAIM_WITH_COST_CENTRE, key="k1"), 422, "idempotency-key-reused")
    problem(hand_in(call, pdf(), key="k1"), 422, "idempotency-key-reused")
    assert world.count("outbox") == 1


def test_a_malformed_request_does_not_use_its_key_up(call, world):
    problem(approve(call, key="k1", contact="me"), 422, "invalid")
    assert approve(call, key="k1").status_code == 200


def test_keys_of_two_callers_are_not_the_same(call, call_of_client, world):
    assert approve(call, key="k1").status_code == 200
    assert approve(call_of_client, key="k1").status_code == 200
    problem(approve(call_of_client, CLAIM_WITH_COST_CENTRE, key="k1"), 422, "idempotency-key-reused")


def test_while_a_key_is_being_answered_nobody_else_answers_it(call, world, database, services):
    [key] = world.look("select id from api_key")
    with services.open_work("main") as work:
        work.answer_given(key["id"], "k1", b"", patient=False)
        answer = approve(call, key="k1")
        problem(answer, 409, "still-answering")
        assert answer.headers["retry-after"] == "1"
        assert world.count("outbox") == 0
    assert approve(call, key="k1").status_code == 200


def test_many_requests_with_one_key_at_the_same_moment_are_one(call, world):
    def ask(_):
        return call.post("/v1/questions", json=QUESTION, headers={"Idempotency-Key": "k1"})

    with ThreadPoolExecutor(10) as clicks:
        answers = list(clicks.map(ask, range(10)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert world.count("outbox") == 1


def close(connection, database):
    connection.close()


def terminate(connection, database):
    with database.connection() as other:
        other.execute("select pg_terminate_backend(%s)", (connection.info.backend_pid,))


@pytest.mark.parametrize("lose", [close, terminate])
def test_without_a_commit_there_is_neither_a_decision_nor_an_answer(call, world, database, monkeypatch, lose):
    """The connection is lost at the very end: all happens, or nothing, and a repeat makes it whole (G1)."""
    keep = DecisionWork.keep_answer

    def keep_and_lose(self, *values):
        keep(self, *values)
        lose(self.connection, database)

    monkeypatch.setattr(DecisionWork, "keep_answer", keep_and_lose)
    problem(approve(call, key="k1"), 503, "store-away")
    assert world.count("decision") == world.count("outbox") == world.count("idempotency") == 0
    monkeypatch.undo()
    assert approve(call, key="k1").status_code == 200


def test_a_signed_document_is_taken_in_once_under_its_key(call, world):
    content = pdf()
    assert hand_in(call, content, key="k1").content == hand_in(call, content, key="k1").content
    problem(hand_in(call, pdf() + b"\n", key="k1"), 422, "idempotency-key-reused")
    assert world.count("stored_file") == 1


def test_who_waits_too_long_for_a_decision_is_told_to_come_back(call, world, database, monkeypatch):
    monkeypatch.setattr("connectors.store.decisions.decisions.PATIENCE_MS", 50)
    with database.transaction() as connection:
        connection.execute("select from declaration where number = %s for update", (CLAIM,))
        problem(approve(call), 503, "store-away")
    assert approve(call).status_code == 200
    assert issubclass(psycopg.errors.LockNotAvailable, psycopg.OperationalError)
