"""A signed document is two updates: its file is found by its exact name, its signature by the workflow."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import Sight
from mappings.outbox.outgoing import Found, Material, Unsendable
from mappings.outbox.signed_documents import SignedFiles, SignOffs
from tests.mappings.outbox.claims import ENTERED, LATER, element_of
from tests.stages.outbox.updates import DOUBTFUL, READY
from tests.stages.records.rows import row

NAME = "Getekend - Stuk (LB-0a1b2c3d4e).pdf"
OURS = row("document-files", FileName=NAME, AttachmentId=77, FileId="C3D4")
FILES, SIGN_OFFS = SignedFiles(), SignOffs(action="Ondertekend door klant")


def owed(kind: UpdateKind, *, sent: bool = False, **more: Any) -> Update:
    payload = {"item": 9912, "name": NAME, "contact": 22834, "comment": "Getekend (LB-1)"}
    evidence = {"seen_until": ENTERED} if sent else {}
    return replace(DOUBTFUL if sent else READY, kind=kind, payload=payload, **({"evidence": evidence} | more))


def a_file(*, sent: bool = False) -> Update:
    return owed(UpdateKind.ATTACH_FILE, sent=sent)


def found(files=(), status: str | None = "Ter ondertekening", entered: str | None = ENTERED) -> Found:
    documents = [row("documents", WorkflowStatus=status)] if status else []
    tasks = [row("tasks", SubjectId=9912, EnteredOn=entered)] if entered else []
    return {"Loonbrug_Documents": documents, "Loonbrug_DocumentFiles": files, "Loonbrug_Tasks": tasks}


@pytest.mark.parametrize(
    ("shown", "sent", "sight"),
    [
        (found([OURS]), True, Sight.APPLIED),
        (found([OURS], status="Vervallen"), True, Sight.APPLIED),
        (found([row("document-files")]), False, Sight.OPEN),
        (found([row("document-files")]), True, Sight.OPEN),
        (found([OURS | {"FileName": NAME.replace("4e", "4f")}]), True, Sight.OPEN),
        (found([]), False, Sight.OPEN),
        (found([]), True, Sight.HIDDEN),
        (found([], status="Vervallen"), True, Sight.GONE),
        (found([], status=None), False, Sight.GONE),
        ({"Loonbrug_DocumentFiles": [OURS]}, True, Sight.APPLIED),
        ({"Loonbrug_DocumentFiles": [row("document-files")]}, True, Sight.OPEN),
    ],
)
def test_a_file_is_there_when_one_of_that_exact_name_is(shown, sent, sight):
    assert FILES.judge(a_file(sent=sent), shown).sight is sight


def test_the_proof_of_a_file_is_under_which_keys_afas_has_it():
    assert dict(FILES.judge(a_file(), found([OURS])).evidence) == {"file_id": "C3D4", "attachment": "77"}


def test_a_file_is_sent_whole_under_its_marked_name():
    call = FILES.call(a_file(), Material(found(), content=b"%PDF-1.7"))
    assert (call.verb, call.path) == ("POST", "KnSubject/KnSubjectAttachment")
    text = str(call.body)
    assert NAME in text
    assert base64.b64encode(b"%PDF-1.7").decode() in text
    assert element_of(call)["@SbId"] == 9912


def test_a_file_that_is_not_kept_any_more_cannot_be_sent():
    with pytest.raises(Unsendable):
        FILES.call(a_file(), Material(found()))


@pytest.mark.parametrize(
    ("shown", "sent", "sight"),
    [
        (found(), False, Sight.OPEN),
        (found(), True, Sight.OPEN),
        (found(status="Getekend"), True, Sight.APPLIED),
        (found(status="Afgehandeld"), False, Sight.APPLIED),
        (found(entered=LATER), True, Sight.APPLIED),
        (found(entered=LATER), False, Sight.OPEN),
        (found(status="Vervallen"), True, Sight.GONE),
        (found(status=None), True, Sight.GONE),
    ],
)
def test_a_signature_is_there_when_the_workflow_says_so_or_the_item_came_back_since(shown, sent, sight):
    assert SIGN_OFFS.judge(owed(UpdateKind.SIGN_OFF, sent=sent), shown).sight is sight


def test_in_the_hour_that_comes_twice_nobody_guesses():
    update = owed(UpdateKind.SIGN_OFF, sent=True, evidence={"seen_until": "2026-10-25T02:40:00Z"})
    assert SIGN_OFFS.judge(update, found(entered="2026-10-25T02:10:00Z")).sight is Sight.ILLEGIBLE


def test_a_signature_is_the_step_of_the_workflow_with_its_comment():
    action = row("actions", ActionDescription="Ondertekend door klant")
    call = SIGN_OFFS.call(owed(UpdateKind.SIGN_OFF), Material(found(), [action]))
    fields = element_of(call)["Fields"]
    assert (fields["SbId"], fields["Tx"]) == (9912, "Getekend (LB-1)")


@pytest.mark.parametrize("kind", [FILES, SIGN_OFFS])
def test_everything_is_looked_for_by_the_dossier_item(kind):
    assert {kind.value(a_file(), look) for look in (*kind.before, *kind.in_doubt, *kind.after)} == {"9912"}
