"""Problem documents: codes for programs, sentences for people in the language that they ask for."""

from __future__ import annotations

import json

import pytest
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain import errors
from domain.message import Message
from tests.stages.decisions.portal_world import APPROVER, CLAIM, World
from tests.web.asking import approve
from web.field_faults import FAULTS
from web.problems import on_http, on_invalid, problem_of, spoken
from words import Words
from words.catalogue import messages

DUTCH = {"Accept-Language": "nl-NL, en;q=0.5"}


def asking(language: str) -> Request:
    return Request({"type": "http", "headers": [(b"accept-language", language.encode())]})


def test_a_problem_is_told_in_the_language_asked_for_and_its_code_stays(call: TestClient) -> None:
    path = "/v1/contacts/12345678"
    english, dutch = call.get(path).json(), call.get(path, headers=DUTCH)
    assert (english["title"], english["detail"]) == ("Not found", "no such contact")
    assert (dutch.json()["title"], dutch.json()["detail"]) == (
        "Niet gevonden",
        "deze contactpersoon is er niet",
    )
    assert (dutch.headers["content-language"], dutch.headers["vary"]) == ("nl", "Accept-Language")
    assert [dutch.json()[name] == english[name] for name in ("type", "status")] == [True, True]


def test_a_field_keeps_its_name_and_what_is_wrong_with_it_is_told(call: TestClient) -> None:
    answer = call.post("/v1/questions", json={"contact": APPROVER, "title": "", "more": 1}, headers=DUTCH)
    assert answer.json()["errors"] == [
        {"field": "title", "problem": "Te kort: ten minste 1"},
        {"field": "text", "problem": "Dit veld is verplicht"},
        {"field": "more", "problem": "Dit veld kennen we niet"},
    ]


def test_a_refusal_that_was_kept_is_told_again_in_another_language(call: TestClient, world: World) -> None:
    first = approve(call, key="k1", version="b" * 32)
    again = call.post(
        f"/v1/declarations/{CLAIM}/approve",
        json=json.loads(first.request.content),
        headers={"Idempotency-Key": "k1", **DUTCH},
    )
    assert again.status_code == first.status_code == 409
    assert again.json()["title"] == "De inhoud is veranderd"
    [kept] = world.look("select body from idempotency")
    assert kept["body"]["title"] == {"id": "problem.stale-version", "values": {}}


def test_a_refusal_that_was_kept_as_a_sentence_is_told_as_it_was() -> None:
    kept = {"type": "urn:loonbrug:problem:stale-version", "title": "The content changed", "status": 409}
    assert spoken(kept, Words("nl")) == kept


def test_many_approvals_are_refused_in_the_language_asked_for(call: TestClient) -> None:
    items = [{"number": "5", "contact": APPROVER, "version": "a"}]
    answer = call.post("/v1/declarations/approve", json={"items": items}, headers=DUTCH).json()
    assert answer["results"][0]["answer"]["detail"] == "deze declaratie is er niet"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 413, 415, 418, 499, 503])
def test_what_the_framework_refuses_has_a_title_in_both_languages(status: int) -> None:
    titles = []
    for language in ("en", "nl"):
        answer = on_http(asking(language), HTTPException(status))
        titles.append(json.loads(bytes(answer.body))["title"])
    assert titles[0] != titles[1]
    assert not any(title.startswith("problem.") for title in titles)


def refusals(kind: type[errors.Refused] = errors.Refused) -> list[type[errors.Refused]]:
    return [kind, *(below for each in kind.__subclasses__() for below in refusals(each))]


def test_each_kind_of_refusal_has_a_title_in_both_languages() -> None:
    for kind in refusals():
        title = Message.from_json(problem_of(_made(kind))["title"])
        assert Words("nl").said(title) not in (title.id, Words("en").said(title)), kind


def _made(kind: type[errors.Refused]) -> errors.Refused:
    if issubclass(kind, errors.Incomplete):
        return kind("file", Message("incomplete.required"))
    if issubclass(kind, errors.StaleVersion):
        return kind("9be2")
    error = kind.__new__(kind)
    error.message = Message("no-such.contact")
    return error


def test_what_pydantic_says_that_we_do_not_know_is_not_passed_on() -> None:
    error = RequestValidationError(
        [{"type": "uuid_parsing", "loc": ("body", "x"), "msg": "Not a UUID", "ctx": {}}]
    )
    told = json.loads(bytes(on_invalid(asking("nl"), error).body))
    assert told["errors"] == [{"field": "x", "problem": "is niet zoals afgesproken"}]


def test_each_fault_of_a_field_has_its_words() -> None:
    known = {str(entry.id) for entry in messages("en") if str(entry.id).startswith("invalid.")}
    assert known == {f"invalid.{fault}" for fault in FAULTS} | {"invalid.other"}


def test_what_is_not_up_is_told_in_the_language_asked_for(anonymous: TestClient) -> None:
    english = anonymous.get("/readyz").json()["missing"]
    dutch = anonymous.get("/readyz", headers=DUTCH).json()["missing"]
    assert "no worker was seen lately" in english
    assert "er is de laatste tijd geen werkproces gezien" in dutch
