"""A question is a dossier item that is found by our mark, or by what AFAS named in its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.outbox.afas_call import Answer
from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import Sight
from mappings.outbox.outgoing import Material, made
from mappings.outbox.questions import BY_ITEM, BY_TITLE, OF_TYPE, SUBJECT_LENGTH, Questions, marked_title
from tests.mappings.outbox.claims import element_of
from tests.stages.outbox.updates import DOUBTFUL, READY
from tests.stages.records.rows import row

KIND = Questions(item_type=19)
ANOTHER = row("documents", SubjectTypeId=19, Subject="Een andere vraag", SubjectId=1)
OURS = row("documents", SubjectTypeId=19, Subject="Waar blijft de factuur? (LB-1)", SubjectId=55)
EDITED = OURS | {"Subject": "Waar blijft de factuur?"}
OF_OTHER_TYPE = row("documents", SubjectTypeId=31)


def question(*, sent: bool = False, named: str | None = None, **payload: Any) -> Update:
    asked = {
        "client": "10010",
        "contact": 22834,
        "title": "Waar blijft de factuur?",
        "text": "Graag.",
    } | payload
    evidence = {"item": named} if named else {}
    update = DOUBTFUL if sent else READY
    return replace(update, kind=UpdateKind.ASK_QUESTION, payload=asked, evidence=evidence)


@pytest.mark.parametrize(
    ("rows", "sent", "named", "sight"),
    [
        ([], False, None, Sight.OPEN),
        ([ANOTHER], True, None, Sight.OPEN),
        ([ANOTHER, OURS], True, None, Sight.APPLIED),
        ([ANOTHER, EDITED], True, "55", Sight.APPLIED),
        ([ANOTHER, EDITED], True, None, Sight.OPEN),
        ([], True, None, Sight.HIDDEN),
        ([OF_OTHER_TYPE], True, "55", Sight.HIDDEN),
        ([ANOTHER], True, "55", Sight.LOST),
    ],
)
def test_not_there_counts_only_where_an_item_of_that_type_is_shown(rows, sent, named, sight):
    seen = KIND.judge(question(sent=sent, named=named), {"Loonbrug_Documents": rows})
    assert seen.sight is sight


def test_the_proof_is_the_item_that_afas_made():
    assert dict(KIND.judge(question(), {"Loonbrug_Documents": [OURS]}).evidence) == {"item": "55"}
    assert made(KIND, Answer(201, {"KnSubject": {"SbId": "55"}}, None)) == {"item": "55"}


@pytest.mark.parametrize("results", [{}, {"KnSubject": {}}, {"KnSubject": {"SbId": ""}}, {"KnSubject": "x"}])
def test_an_answer_that_names_nothing_proves_nothing(results):
    assert made(KIND, Answer(201, results, None)) == {}


def test_a_question_is_an_item_of_the_customers_type_beside_the_client():
    call = KIND.call(question(), Material({}))
    element = element_of(call)
    assert (call.verb, call.path) == ("POST", "KnSubject")
    assert (element["Fields"]["StId"], element["Fields"]["Ds"]) == (19, "Waar blijft de factuur? (LB-1)")
    link = element["Objects"]["KnSubjectLink"]["Element"]["Fields"]
    assert link == {"DoCRM": True, "SfTp": "4", "SfId": "10010"}


def test_a_type_that_was_put_right_is_the_one_that_is_used():
    update = question(item_type=21)
    assert KIND.value(update, OF_TYPE) == "21"
    assert element_of(KIND.call(update, Material({})))["Fields"]["StId"] == 21


def test_it_is_looked_for_by_title_by_item_and_by_type():
    values = {look: KIND.value(question(named="55"), look) for look in (BY_TITLE, BY_ITEM, OF_TYPE)}
    assert values == {BY_TITLE: "Waar blijft de factuur? (LB-1)", BY_ITEM: "55", OF_TYPE: "19"}
    assert KIND.value(question(), BY_ITEM) == ""


@given(st.text(max_size=600))
def test_whatever_the_title_its_mark_is_on_one_line_within_afass_length(title):
    line = marked_title(question(title=title))
    assert line.endswith("(LB-1)")
    assert len(line) <= SUBJECT_LENGTH
    assert line.split() == line.split(" ") or not title.strip()
