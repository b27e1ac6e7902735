"""A changed mobile number: of a contact at work, or of a worker in private."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.outbox.update import Update, UpdateKind
from domain.outbox.verdicts import Sight
from mappings.outbox.mobile_numbers import MobileNumbers
from mappings.outbox.outgoing import Found, Material
from tests.stages.outbox.updates import DOUBTFUL, READY
from tests.stages.records.rows import row

KIND = MobileNumbers()
KNOWN, LATER = "2026-11-20T14:03:27Z", "2026-11-20T16:00:00Z"
CONTACT = {"who": "contact", "contact": 22834, "organisation": "1000010", "person": "1000600"}
WORKER = {"who": "worker", "employee": "001001", "person": "1000551"}
NEW = "+31687654321"


def owed(whose: dict[str, Any], *, sent: bool = False, **more: Any) -> Update:
    payload = whose | {"mobile": NEW}
    evidence = {"seen_until": KNOWN} if sent else {}
    update = replace(DOUBTFUL if sent else READY, kind=UpdateKind.CHANGE_MOBILE, payload=payload)
    return replace(update, **({"evidence": evidence} | more))


def found(whose: dict[str, Any], mobile: str | None, changed: str = KNOWN) -> Found:
    contact = row("contacts", MobWork=mobile, ChangedOn=changed)
    worker = row("employees", MobilePrivate=mobile, PersonChangedOn=changed)
    if whose is CONTACT:
        return {"Loonbrug_Contacts": [contact], "Loonbrug_Employees": []}
    return {"Loonbrug_Contacts": [], "Loonbrug_Employees": [worker]}


@pytest.mark.parametrize("whose", [CONTACT, WORKER], ids=["contact", "worker"])
@pytest.mark.parametrize(
    ("mobile", "changed", "sent", "sight"),
    [
        (NEW, KNOWN, False, Sight.APPLIED),
        ("06-87654321", LATER, True, Sight.APPLIED),
        ("+31612345678", KNOWN, False, Sight.OPEN),
        ("+31612345678", KNOWN, True, Sight.OPEN),
        (None, KNOWN, False, Sight.OPEN),
        ("+31612345678", LATER, False, Sight.OPEN),
        ("+31612345678", LATER, True, Sight.GONE),
    ],
)
def test_a_newer_number_of_somebody_else_is_not_overwritten(whose, mobile, changed, sent, sight):
    assert KIND.judge(owed(whose, sent=sent), found(whose, mobile, changed)).sight is sight


@pytest.mark.parametrize("whose", [CONTACT, WORKER], ids=["contact", "worker"])
def test_who_is_not_in_afas_any_more_gets_no_number(whose):
    assert KIND.judge(owed(whose), {"Loonbrug_Contacts": [], "Loonbrug_Employees": []}).sight is Sight.GONE


def test_in_the_hour_that_comes_twice_nobody_guesses():
    update = owed(CONTACT, sent=True, evidence={"seen_until": "2026-10-25T02:40:00Z"})
    assert KIND.judge(update, found(CONTACT, None, "2026-10-25T02:10:00Z")).sight is Sight.ILLEGIBLE


def test_the_proof_is_when_afas_says_that_it_changed():
    assert dict(KIND.judge(owed(WORKER), found(WORKER, NEW, LATER)).evidence) == {"changed_on": LATER}


@pytest.mark.parametrize(("whose", "values"), [(CONTACT, ["22834", ""]), (WORKER, ["", "001001"])])
def test_each_is_looked_for_where_one_of_them_can_be(whose, values):
    assert [KIND.value(owed(whose), look) for look in KIND.before] == values


@pytest.mark.parametrize(
    ("whose", "path", "fields"),
    [
        (CONTACT, "KnContact", {"BcCoOga": "1000010", "BcCoPer": "1000600", "MbNr": NEW}),
        (WORKER, "KnPerson", {"MatchPer": "0", "BcCo": "1000551", "MbN2": NEW}),
    ],
)
def test_a_contact_is_written_by_organisation_and_person_and_a_worker_by_person(whose, path, fields):
    call = KIND.call(owed(whose), Material({}))
    assert (call.verb, call.path, call.body) == ("PUT", path, {path: {"Element": {"Fields": fields}}})
