"""What is kept of a write shows keys and codes; of a row, what its values look like."""

from __future__ import annotations

from typing import Any

import pytest

from domain.message import Message, verbatim
from domain.outbox.afas_call import Answer, Call
from mappings.outbox.masking import masked, masked_answer, masked_row

BODY: dict[str, object] = {
    "KnSubject": {
        "Element": {
            "@SbId": 9912,
            "Fields": {"StId": 19, "Ds": "Waar blijft", "FileStream": "JVBERg==", "Nieuw": "veld"},
            "Objects": [{"KnSubjectLink": {"Element": {"Fields": {"SfId": "10010"}}}}],
        }
    }
}


def test_keys_and_codes_stay_and_whatever_nobody_thought_of_is_masked():
    kept: Any = masked(Call("POST", "KnSubject", BODY))
    element = kept["body"]["KnSubject"]["Element"]
    assert element["@SbId"] == 9912
    assert element["Fields"] == {"StId": 19, "Ds": "***", "FileStream": "***", "Nieuw": "***"}
    assert element["Objects"] == [{"KnSubjectLink": {"Element": {"Fields": {"SfId": "10010"}}}}]


def test_a_call_without_a_body_has_nothing_to_mask():
    assert masked(Call("DELETE", "KnSubject/1", {})) == {"verb": "DELETE", "path": "KnSubject/1", "body": {}}


def test_an_answer_that_names_nothing_is_none():
    assert masked_answer(Answer(201, {}, None)) is None


@pytest.mark.parametrize(
    ("name", "value", "look"),
    [
        ("Name", None, Message("looks.empty")),
        ("Name", "", Message("looks.empty")),
        ("Name", "Jan", Message("looks.text", {"length": 3})),
        ("Blocked", True, verbatim("True")),
        ("Quantity", 8, Message("looks.number")),
        ("Quantity", 7.5, Message("looks.number")),
        ("PlacementId", "PL000001", verbatim("PL000001")),
        ("LineId", 501, verbatim("501")),
        ("Name", {"a": 1}, Message("looks.nested")),
    ],
)
def test_of_a_value_that_may_be_personal_only_its_look_is_told(name, value, look):
    assert masked_row({name: value}, ["LineId"]) == {name: look}
