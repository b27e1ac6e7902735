"""KnContact and KnPerson: a changed mobile number, and who is found."""

import pytest

from sandbox.profit.world import World
from tests.stages.sandbox.agency import LATER, an_agency, message, put


@pytest.fixture
def world() -> World:
    found = an_agency(workers=3, weeks=0)
    found.clock.advance(LATER)
    return found


@pytest.fixture
def contact(world):
    return world.tables.select("Loonbrug_Contacts", {"Blocked": False})[0]


@pytest.fixture
def worker(world):
    return world.tables.select("Loonbrug_Employees")[0]


def test_a_contact_is_found_by_organisation_and_person(world, contact):
    keys = {"BcCoOga": contact["OrgNumber"], "BcCoPer": contact["PerNumber"]}
    answer = put(world, "KnContact", keys | {"MbNr": "06-00001234"})
    assert (answer.status, answer.body) == (201, None)
    now = world.get("Loonbrug_Contacts", contact["ContactId"])
    assert (now["MobWork"], now["ChangedOn"]) == ("06-00001234", world.now())


def test_a_contact_is_found_by_number_and_kind(world, contact):
    keys = {"CdId": contact["ContactId"], "ViKc": "PRS"}
    assert put(world, "KnContact", keys | {"EmAd": "nieuw@example.nl", "Bl": "1"}).status == 201
    now = world.get("Loonbrug_Contacts", contact["ContactId"])
    assert (now["MailWork"], now["Blocked"]) == ("nieuw@example.nl", True)


def test_a_contact_number_alone_is_not_enough(world, contact):
    assert "(ViKc)" in message(put(world, "KnContact", {"CdId": contact["ContactId"], "MbNr": "1"}))
    assert "(CdId)" in message(put(world, "KnContact", {"BcCoOga": "1", "MbNr": "1"}))


def test_an_unknown_contact_does_not_exist(world):
    assert "'Contact' bestaat niet" in message(put(world, "KnContact", {"CdId": 7, "ViKc": "PRS"}))
    assert "bestaat niet" in message(put(world, "KnContact", {"BcCoOga": "7", "BcCoPer": "8"}))


def test_an_empty_text_clears_a_field(world, contact):
    keys = {"CdId": contact["ContactId"], "ViKc": "PRS"}
    put(world, "KnContact", keys | {"MbNr": ""})
    assert world.get("Loonbrug_Contacts", contact["ContactId"])["MobWork"] is None


def test_a_worker_s_private_mobile_moves_the_person_s_changed_on_only(world, worker):
    answer = put(world, "KnPerson", {"MatchPer": "0", "BcCo": worker["PersonId"], "MbN2": "+31600001234"})
    assert answer.body == {"results": {"KnPerson": {"BcCo": worker["PersonId"], "BcId": worker["PersonId"]}}}
    now = world.get("Loonbrug_Employees", worker["EmployeeId"])
    assert (now["MobilePrivate"], now["PersonChangedOn"]) == ("+31600001234", world.now())
    assert now["ChangedOn"] == worker["ChangedOn"]


def test_a_contact_s_person_changes_without_the_contact_s_changed_on(world, contact):
    put(world, "KnPerson", {"MatchPer": "0", "BcCo": contact["PerNumber"], "MbN2": "0600009999"})
    now = world.get("Loonbrug_Contacts", contact["ContactId"])
    assert (now["MobPrivate"], now["ChangedOn"]) == ("0600009999", contact["ChangedOn"])


def test_an_unknown_person_does_not_exist(world):
    assert "bestaat niet" in message(put(world, "KnPerson", {"MatchPer": "0", "BcCo": "1"}))
    assert "(BcCo)" in message(put(world, "KnPerson", {"MatchPer": "0"}))


def test_a_last_name_cannot_be_cleared(world, worker):
    assert "(LaNm)" in message(
        put(world, "KnPerson", {"MatchPer": "0", "BcCo": worker["PersonId"], "LaNm": ""})
    )


def test_a_number_longer_than_its_column_is_refused(world, contact):
    keys = {"CdId": contact["ContactId"], "ViKc": "PRS"}
    assert "te lang: maximaal 50" in message(put(world, "KnContact", keys | {"MbNr": "0" * 51}))


def test_the_same_number_twice_in_a_row_is_a_double_and_back_again_is_not(world, contact):
    keys = {"CdId": contact["ContactId"], "ViKc": "PRS"}
    for number in ("06-00000001", "06-00000002", "06-00000001"):
        put(world, "KnContact", keys | {"MbNr": number})
    assert world.duplicates() == 0
    put(world, "KnContact", keys | {"MbNr": "06-00000001"})
    assert world.duplicates() == 1


def test_a_locked_person_is_refused(world, worker, contact):
    world.lock(f"person:{worker['PersonId']}", "DE BOER")
    assert "geblokkeerd door gebruiker DE BOER" in message(
        put(world, "KnPerson", {"MatchPer": "0", "BcCo": worker["PersonId"], "MbN2": "1"})
    )
