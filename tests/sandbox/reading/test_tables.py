"""Rows in the sandbox: printed as AFAS prints them, held to the contract, all or none."""

import json
import sqlite3
import threading
from decimal import Decimal

import pytest

from sandbox.reading.tables import Tables
from tests.stages.sandbox.bare_sandbox import hour


@pytest.fixture
def tables():
    return Tables()


def book_twice(tables: Tables, line: int) -> None:
    for _ in range(2):
        tables.insert("Loonbrug_Hours", hour(line))


def printed(tables: Tables, line: int) -> str:
    return str(tables.query('SELECT row_json FROM "Loonbrug_Hours" WHERE "LineId" = ?', [line])[0][0])


def test_a_row_comes_back_as_it_went_in_with_its_empty_columns(tables):
    tables.insert(
        "Loonbrug_Hours", hour(1, Quantity=Decimal("7.25"), Description="Müller in 's-Hertogenbosch")
    )
    row = tables.get("Loonbrug_Hours", (1,))
    assert row["Quantity"] == 7.25
    assert row["Finished"] is True
    assert row["EntryDate"] == "2026-11-16T00:00:00"
    assert row["ClaimNumber"] is None
    assert row["Description"] == "Müller in 's-Hertogenbosch"


def test_a_row_is_printed_on_one_line_with_a_false_z_and_real_numbers(tables):
    tables.insert("Loonbrug_Hours", hour(1, Quantity=-0.5))
    text = printed(tables, 1)
    assert "\n" not in text
    assert '"EntryDate":"2026-11-16T00:00:00Z"' in text
    assert '"Quantity":-0.5' in text
    assert '"Finished":true' in text
    assert '"ClaimNumber":null' in text
    assert text.startswith('{"LineId":1,')


def test_what_is_printed_changes_with_the_row(tables):
    tables.insert("Loonbrug_Hours", hour(1))
    tables.update("Loonbrug_Hours", (1,), {"Quantity": 6.5, "ClaimNumber": "000000000005.01"})
    assert json.loads(printed(tables, 1))["Quantity"] == 6.5
    assert tables.select("Loonbrug_Hours", {"ClaimNumber": "000000000005.01"})[0]["LineId"] == 1


def test_rows_are_selected_by_empty_columns_too(tables):
    tables.insert_many("Loonbrug_Hours", [hour(1), hour(2, ClaimNumber="000000000005.01")])
    assert [row["LineId"] for row in tables.select("Loonbrug_Hours", {"ClaimNumber": None})] == [1]
    assert [row["LineId"] for row in tables.select("Loonbrug_Hours")] == [1, 2]


def test_a_deleted_row_is_gone(tables):
    tables.insert("Loonbrug_Hours", hour(1))
    tables.delete("Loonbrug_Hours", (1,))
    assert tables.get("Loonbrug_Hours", (1,)) is None
    with pytest.raises(KeyError):
        tables.delete("Loonbrug_Hours", (1,))
    with pytest.raises(KeyError):
        tables.update("Loonbrug_Hours", (1,), {"Quantity": 1})


def test_the_contract_is_kept_on_writing(tables):
    with pytest.raises(KeyError, match="Bsn"):
        tables.insert("Loonbrug_Hours", hour(1, Bsn="123456782"))
    with pytest.raises(ValueError, match="EmployeeId"):
        tables.insert("Loonbrug_Hours", hour(1, EmployeeId=None))
    tables.insert("Loonbrug_Hours", hour(1))
    with pytest.raises(sqlite3.IntegrityError):
        tables.insert("Loonbrug_Hours", hour(1))


def test_many_rows_go_in_all_or_none(tables):
    with pytest.raises(sqlite3.IntegrityError):
        tables.insert_many("Loonbrug_Hours", [hour(1), hour(2), hour(1)])
    assert tables.count("Loonbrug_Hours") == 0


def test_a_failed_transaction_leaves_nothing_behind(tables):
    with pytest.raises(sqlite3.IntegrityError), tables.transaction():
        book_twice(tables, 1)
    assert tables.count("Loonbrug_Hours") == 0


def test_an_inner_transaction_that_fails_undoes_only_itself(tables):
    with tables.transaction():
        tables.insert("Loonbrug_Hours", hour(1))
        with pytest.raises(sqlite3.IntegrityError), tables.transaction():
            book_twice(tables, 2)
    assert [row["LineId"] for row in tables.select("Loonbrug_Hours")] == [1]


def test_nobody_reads_half_a_transaction(tables):
    seen = []
    reader = threading.Thread(target=lambda: seen.append(tables.count("Loonbrug_Hours")))
    with tables.transaction():
        tables.insert("Loonbrug_Hours", hour(1))
        reader.start()
        tables.insert("Loonbrug_Hours", hour(2))
    reader.join()
    assert seen == [2]


def test_the_delivered_connectors_show_the_same_under_afas_own_names(tables):
    tables.insert(
        "Loonbrug_DocumentFiles", {"AttachmentId": 7, "SubjectId": 9, "FileId": "F00", "FileName": "a.pdf"}
    )
    text = tables.query('SELECT row_json FROM "Profit_Subject_Attachments"')[0][0]
    assert json.loads(text) == {"attachment_id": 7, "subject_id": 9, "file_id": "F00", "file_name": "a.pdf"}
