"""A row that lacks what a look rests on, or hides it, proves nothing."""

from __future__ import annotations

import pytest

from mappings.outbox.outgoing import Look, element, hidden, is_hidden, lacking, text_of
from mappings.pull.fields import NO_RIGHTS

LOOK = Look("Loonbrug_Documents", "SubjectId", ("SubjectId",), ("SubjectId", "Subject"))


@pytest.mark.parametrize(
    ("row", "lacks", "hides"),
    [
        ({"SubjectId": 1, "Subject": "x"}, None, None),
        ({"SubjectId": 1, "Subject": None}, None, None),
        ({"SubjectId": 1}, "Subject", None),
        ({"SubjectId": NO_RIGHTS, "Subject": NO_RIGHTS}, None, "SubjectId"),
        ({"SubjectId": 1, "Subject": NO_RIGHTS, "Other": NO_RIGHTS}, None, "Subject"),
    ],
)
def test_the_first_column_that_is_missing_or_hidden_is_named(row, lacks, hides):
    assert (lacking(LOOK, row), hidden(LOOK, row)) == (lacks, hides)


def test_a_column_that_one_row_shows_is_not_hidden():
    assert is_hidden("A", [{"A": NO_RIGHTS}, {"A": NO_RIGHTS}])
    assert not is_hidden("A", [{"A": NO_RIGHTS}, {"A": 1}])


@pytest.mark.parametrize(("value", "text"), [(None, ""), (" x ", "x"), (7, "7"), (False, "False")])
def test_a_column_is_a_text_without_spaces_around_it(value, text):
    assert text_of({"A": value}, "A") == text
    assert text_of({}, "A") == ""


def test_objects_stand_beside_the_fields_where_there_are_any():
    assert element("KnSubject", {"Ds": "x"}, KnSubjectLink={"Element": {}}) == {
        "KnSubject": {"Element": {"Fields": {"Ds": "x"}, "Objects": {"KnSubjectLink": {"Element": {}}}}}
    }
