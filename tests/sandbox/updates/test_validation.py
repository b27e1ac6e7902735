"""Every message is checked whole, field by field, before anything happens."""

import pytest

from sandbox.profit.world import World
from sandbox.updates import dispatch, fields, names, objects
from tests.stages.sandbox.agency import an_agency, message, put


@pytest.fixture(scope="module")
def world() -> World:
    return an_agency(workers=3, weeks=1)


def test_an_unknown_field_is_named(world):
    text = message(put(world, "PtDeclaration", {"DcCo": "000000000001.01", "Foo": 1}, "en"))
    assert text == "Connector field 'Foo' not found"
    text = message(put(world, "PtDeclaration", {"DcCo": "000000000001.01", "Foo": 1}))
    assert text == "Connector-veld 'Foo' niet gevonden"


def test_a_value_that_is_too_long_is_refused(world):
    text = message(put(world, "PtDeclaration", {"DcCo": "0" * 17}))
    assert text == "De ingevulde waarde bij 'Declaratie' (DcCo) is te lang: maximaal 16 tekens."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ExUs", "abc"),
        ("ExUs", 1.5),
        ("ExUs", True),
        ("ExUs", 10**30),
        ("ApprovWorkflow", "ja"),
        ("ApprovWorkflow", 2),
        ("RfCs", {"a": 1}),
        ("RfCs", [1]),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(world, field, value):
    text = message(put(world, "PtDeclaration", {"DcCo": "000000000001.01", field: value}, "en"))
    assert text.startswith("Type mismatch: ")


@pytest.mark.parametrize("value", ["1e999", "nan", "twee", "1e14"])
def test_a_quantity_must_be_a_number_that_fits(world, value):
    line = {"DaTi": "2026-11-18", "VaIt": "1", "ItCd": "F001-01", "Qu": value}
    body = {"PtRealization": {"Element": {"Fields": line}}}
    assert message(dispatch(world, "POST", ["PtRealization"], body, "nl")) == "Type mismatch: 'Aantal' (Qu)"


@pytest.mark.parametrize("value", ["2026-02-30", "18-11-2026", 20261118, "gisteren"])
def test_a_date_must_exist_and_be_iso(world, value):
    line = {"DaTi": value, "VaIt": "1", "ItCd": "F001-01", "Qu": 1}
    body = {"PtRealization": {"Element": {"Fields": line}}}
    assert message(dispatch(world, "POST", ["PtRealization"], body, "nl")) == "Type mismatch: 'Datum' (DaTi)"


def test_a_missing_mandatory_field_is_named_with_its_id(world):
    body = {"KnReaction": {"Element": {"Fields": {"SbId": 1, "SbTx": "hallo"}}}}
    text = message(dispatch(world, "POST", ["KnSubjectReaction"], body, "en"))
    assert text == "There is no value entered in mandatory field 'Response visible' (VaRe)"


def test_a_code_that_is_not_on_the_list_does_not_exist(world):
    body = {"KnReaction": {"Element": {"Fields": {"SbId": 1, "SbTx": "hallo", "VaRe": "X"}}}}
    text = message(dispatch(world, "POST", ["KnSubjectReaction"], body, "nl"))
    assert text == "De ingevulde waarde bij 'Reactie zichtbaar' bestaat niet."


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        "tekst",
        {"PtDeclaration": {}},
        {"PtDeclaration": {"Element": []}},
        {"PtDeclaration": {"Element": [1]}},
        {"PtDeclaration": {"Element": {"Fields": []}}},
        {"PtDeclaration": {"Element": {"Fields": {}}, "Meer": 1}},
        {"PtDeclaration": {"Element": {"Fields": {"DcCo": "1"}, "Objects": "x"}}},
        {"PtDeclaration": {"Element": {"@Action": "delete", "Fields": {"DcCo": "1"}}}},
    ],
)
def test_a_body_of_another_shape_is_refused(world, body):
    assert dispatch(world, "PUT", ["PtDeclaration"], body, "nl").status == 500


@pytest.mark.parametrize(
    "body",
    [
        {"KnSubject": {"Element": {"Fields": {"DcCo": "1"}}}},
        {"PtDeclaration": {"Element": {"Fields": {"DcCo": "1"}, "Extra": {}}}},
        {"PtDeclaration": {"Element": {"Fields": {"DcCo": "1"}, "Objects": {"PtLine": {"Element": {}}}}}},
    ],
)
def test_an_unknown_element_is_refused(world, body):
    assert "is onbekend in" in message(dispatch(world, "PUT", ["PtDeclaration"], body, "nl"))


def test_keys_may_stand_beside_the_fields(world):
    body = {"PtDeclaration": {"Element": {"@DcCo": "000000999999.01", "Fields": {"RfCs": "x"}}}}
    assert "'Declaratie' bestaat niet" in message(dispatch(world, "PUT", ["PtDeclaration"], body, "nl"))


def test_an_unknown_connector_and_a_verb_that_it_lacks_are_refused(world):
    assert "niet ondersteund of de gebruiker" in message(dispatch(world, "PUT", ["PtFoo"], {}, "nl"))
    assert "Action DELETE is not supported" in message(dispatch(world, "DELETE", ["KnSubject"], {}, "en"))
    assert dispatch(world, "POST", ["KnContact"], {}, "nl").status == 500
    assert dispatch(world, "POST", ["PtDeclaration", "PtRealization"], {}, "nl").status == 500
    assert dispatch(world, "PUT", [], {}, "nl").status == 500


def test_a_refusal_has_the_three_keys_of_afas(world):
    answer = dispatch(world, "PUT", ["PtFoo"], {}, "nl")
    assert answer.body is not None
    assert set(answer.body) == {"externalMessage", "errorNumber", "profitLogReference"}
    assert len(answer.body["profitLogReference"]) == 32


def test_every_connector_describes_its_fields_in_both_languages():
    assert set(names()) >= {"PtDeclaration", "KnSubject", "KnContact", "KnPerson"}
    for name in names():
        dutch, english = fields(name), fields(name, "en")
        assert [each["fieldId"] for each in dutch] == [each["fieldId"] for each in english]
        assert all(each["label"] for each in (*dutch, *english))
        assert set(dutch[0]) >= {
            "fieldId",
            "primaryKey",
            "dataType",
            "label",
            "mandatory",
            "length",
            "decimals",
        }


def test_descriptions_hold_types_lengths_and_lists():
    found = {each["fieldId"]: each for each in fields("PtDeclaration", "en")}
    assert (found["DcCo"]["length"], found["DcCo"]["primaryKey"]) == (16, True)
    assert (found["ExUs"]["dataType"], found["ExUs"]["label"]) == ("int", "Approved externally by")
    links = {each["name"]: each["fields"] for each in objects("KnSubject")}
    target = next(each for each in links["KnSubjectLink"] if each["fieldId"] == "SfTp")
    assert {"id": "4", "description": "Verkooprelatie"} in target["values"]
