"""Values are put right on the same update, with those before kept; what has ended stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.store.database import Database
from connectors.store.failures.edits import EditRepository
from connectors.store.sealed.keyring import new_ring
from domain.errors import NotFound, Refused
from domain.outbox.update import UpdateKind
from sync.failures import edit
from tests.stages.outbox import faults
from tests.stages.outbox.desk import Desk
from tests.stages.outbox.fake_afas_writes import FakeAfas
from tests.stages.outbox.faults import Fault
from workers.jobs.hints import NoHints

CLAIM = "000000000005.01"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    database = Database(database_url, keys=new_ring())
    yield Desk(FakeAfas(), database, database_url)
    database.close()


@pytest.fixture
def book(desk: Desk) -> EditRepository:
    return EditRepository(desk.database, "main")


def parked(desk: Desk, update: int) -> int:
    desk.afas.faults = lambda call, number: faults.refused()
    desk.work_off()
    desk.afas.faults = lambda call, number: Fault()
    assert desk.state(update) == "parked"
    return update


def parked_approval(desk: Desk, **more: object) -> int:
    desk.afas.add_claim(CLAIM)
    return parked(desk, desk.owe_approval(CLAIM, **more))


def test_an_edit_keeps_both_values_and_who_and_why(desk: Desk, book: EditRepository) -> None:
    update = parked_approval(desk, cost_centre="TACB")
    changes = edit.edit(book, update, {"cost_centre": " TACA "}, "user:anna", "it was closed")
    assert changes == {"cost_centre": ("TACB", "TACA")}
    payload = desk.row(update)["payload"]
    [entry] = payload["edits"]
    assert payload["cost_centre"] == "TACA"
    assert (entry["by"], entry["reason"]) == ("user:anna", "it was closed")
    assert entry["changes"] == {"cost_centre": ["TACB", "TACA"]}
    assert desk.attempts(update)[-1]["detail"] == "user:anna changed Cost centre: it was closed"


def test_an_edit_is_audited_without_its_values(desk: Desk, book: EditRepository) -> None:
    update = parked_approval(desk, cost_centre="TACB")
    edit.edit(book, update, {"cost_centre": "TACA"}, "user:anna", "")
    with desk.database.connection() as connection:
        rows = connection.execute("select actor, action, subject, detail from audit").fetchall()
    assert rows == [
        {
            "actor": "user:anna", "action": "update.edit", "subject": f"update:{update}",
            "detail": '{"fields":["cost_centre"]}',
        }
    ]  # fmt: skip


def test_what_is_personal_stays_encrypted_before_and_after(desk: Desk, book: EditRepository) -> None:
    row = desk.afas.add_contact(22834, "+31611111111")
    payload: dict[str, object] = {"who": "contact", "contact": 22834, "mobile": "+31612345678"}
    payload |= {"organisation": row["OrgNumber"], "person": row["PerNumber"]}
    update = parked(desk, desk.owe(UpdateKind.CHANGE_MOBILE, "contact:22834", payload))
    edit.edit(book, update, {"mobile": "0687654321"}, "user:anna", "")
    stored = str(desk.row(update)["payload"])
    assert "+316" not in stored
    assert "87654321" not in stored
    shown = book.show(update)
    assert shown
    assert shown.update.payload["mobile"] == "+31687654321"


def test_the_edited_value_is_what_is_sent(desk: Desk, book: EditRepository) -> None:
    update = parked_approval(desk, cost_centre="TACB")
    edit.edit(book, update, {"cost_centre": "TACA"}, "user:anna", "")
    desk.afas.sent.clear()
    desk.execute("update outbox set state = 'ready', due_at = now() where id = %s", update)
    desk.work_off()
    [call] = desk.afas.sent
    assert "TACA" in str(call.body)
    assert "TACB" not in str(call.body)


def test_two_editors_at_once_do_not_overwrite_each_other(desk: Desk, book: EditRepository) -> None:
    update = parked_approval(desk, cost_centre="TACB")
    known, changes = edit.planned_edit(book, update, {"cost_centre": "A"})
    edit.edit(book, update, {"cost_centre": "B"}, "user:bert", "")
    with pytest.raises(Refused, match=r"refused.edited-meanwhile"):
        book.edit(known, changes, "user:anna", "")
    assert desk.row(update)["payload"]["cost_centre"] == "B"


def test_what_has_ended_or_is_in_doubt_is_not_edited(desk: Desk, book: EditRepository) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.work_off()
    with pytest.raises(Refused, match=r"refused.not-parked .*state=done"):
        edit.edit(book, update, {"cost_centre": "A"}, "user:anna", "")
    desk.execute("update outbox set state = 'parked', doubt = true where id = %s", update)
    with pytest.raises(Refused, match=r"refused.replay-first"):
        edit.edit(book, update, {"cost_centre": "A"}, "user:anna", "")
    with pytest.raises(NotFound):
        edit.edit(book, 404, {"cost_centre": "A"}, "user:anna", "")


def test_cancelling_needs_a_reason_and_offers_the_declaration_again(desk: Desk, book: EditRepository) -> None:
    update = parked_approval(desk)
    with pytest.raises(Refused, match=r"refused.say-why"):
        edit.cancel(book, NoHints(), update, "user:anna", " ")
    desk.execute("delete from stale")
    edit.cancel(book, NoHints(), update, "user:anna", "withdrawn by phone")
    row = desk.row(update)
    assert (row["state"], row["reason"]) == ("void", "given up: withdrawn by phone")
    with desk.database.connection() as connection:
        assert connection.execute("select key from stale").fetchall() == [{"key": CLAIM}]
    with pytest.raises(Refused, match="state=void"):
        edit.cancel(book, NoHints(), update, "user:anna", "again")


def test_what_waits_can_be_cancelled_before_it_is_sent(desk: Desk, book: EditRepository) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    edit.cancel(book, NoHints(), update, "user:anna", "approved by mistake")
    desk.work_off()
    assert desk.state(update) == "void"
    assert not desk.afas.sent


def test_what_may_be_in_afas_is_not_cancelled(desk: Desk, book: EditRepository) -> None:
    desk.afas.add_claim(CLAIM)
    update = desk.owe_approval(CLAIM)
    desk.afas.faults = lambda call, number: faults.never()
    desk.work_until(lambda: desk.state(update) == "unclear")
    with pytest.raises(Refused, match=r"not-cancelled .*state=unclear.* second=refused.may-be-in-afas"):
        edit.cancel(book, NoHints(), update, "user:anna", "approved by mistake")
    assert desk.state(update) == "unclear"


def test_a_file_that_is_cancelled_takes_its_sign_off_along(desk: Desk, book: EditRepository) -> None:
    desk.afas.add_document(9000)
    file, sign_off = desk.owe_file(9000), desk.owe_sign_off(9000)
    desk.execute(
        "with one as (insert into decision (environment, kind, subject, content)"
        " values ('main', 'sign', 'item:9000', '{}') returning id)"
        " update outbox set decision = one.id from one"
    )
    desk.afas.faults = lambda call, number: faults.refused()
    desk.work_until(lambda: desk.state(file) == "parked")
    desk.afas.faults = lambda call, number: Fault()
    edit.cancel(book, NoHints(), file, "user:anna", "the wrong document")
    desk.work_off()
    assert [desk.row(each)["state"] for each in (file, sign_off)] == ["void", "void"]
    assert desk.attempts(sign_off)[-1]["detail"] == "user:anna: the wrong document"
    assert [call.path for call in desk.afas.sent] == ["KnSubject/KnSubjectAttachment"]
