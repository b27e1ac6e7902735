"""The catalogue of records: each row is whole, and no two mean the same."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import get_type_hints

import pytest

from domain.records import catalogue
from domain.records.catalogue import CATALOGUE, ERASED, RecordType
from domain.records.clients import Client, Contact
from domain.records.documents import Task
from domain.records.hours import Claim, HourLine
from domain.records.people import Employee

every = pytest.mark.parametrize("kind", CATALOGUE, ids=lambda kind: kind.noun)


@pytest.mark.parametrize("column", ["record", "flow", "table", "noun"])
def test_no_two_rows_share_what_names_them(column):
    named = [getattr(kind, column) for kind in CATALOGUE]
    assert len(set(named)) == len(named)


@every
def test_a_row_names_only_fields_of_its_record(kind: RecordType):
    names = {each.name for each in fields(kind.record)}
    weekly = (kind.weekly.day, kind.weekly.amount, *kind.weekly.flags) if kind.weekly else ()
    assert {*kind.key, *kind.sealed, *kind.blanked, *weekly} <= names
    assert kind.person is None or kind.person in names


@every
def test_what_is_encrypted_is_text_and_bound_to_one_key(kind: RecordType):
    hints = get_type_hints(kind.record)
    assert all(hints[name] in (str, str | None) for name in kind.sealed)
    assert not kind.sealed or len(kind.key) == 1


@every
def test_what_is_emptied_is_somebody_s_and_text(kind: RecordType):
    hints = get_type_hints(kind.record)
    assert bool(kind.blanked) == (kind.person is not None)
    assert all(hints[name] in (str, str | None) for name in kind.blanked)
    assert not kind.person or set(kind.sealed) <= set(kind.blanked)


@every
def test_what_is_summed_per_week_has_a_day_and_a_number(kind: RecordType):
    if kind.weekly is None:
        with pytest.raises(TypeError):
            _ = kind.summed
        return
    hints = get_type_hints(kind.record)
    assert (hints[kind.summed.day], hints[kind.summed.amount]) == (date, Decimal)
    assert {hints[flag] for flag in kind.summed.flags} == {bool}


def test_an_erased_person_keeps_nothing_but_what_a_row_must_have():
    assert catalogue.of(Contact).blank == {
        "name": ERASED, "job_title": None, "email": None, "mobile": None, "mobile_private": None,
    }  # fmt: skip
    assert catalogue.of(Employee).blank["last_name"] == ERASED
    assert catalogue.of(Client).blank == {}


def test_a_key_is_a_number_where_its_field_is_one():
    assert [catalogue.of(each).numbered for each in (HourLine, Contact, Claim, Employee, Task)] == [
        *(True, True, False, False, False)
    ]


def test_a_type_is_found_by_its_flow():
    assert catalogue.brought_by("hours") is catalogue.of(HourLine)
    with pytest.raises(KeyError):
        catalogue.brought_by("weather")


def test_a_person_is_no_record_about_a_person():
    assert catalogue.of(Employee).is_person
    assert not catalogue.of(Claim).is_person
