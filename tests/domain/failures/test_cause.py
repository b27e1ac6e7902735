"""Reasons with the same cause are told apart from others, and only from others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.failures.cause import LONGEST, NO_REASON, cause_of, fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kostenplaats 'TACA' bestaat niet.", "Kostenplaats 'X-9 (oud)' bestaat niet."),
        ('Kostenplaats "TACA" bestaat niet.', "Kostenplaats 'TACB' bestaat niet."),
        ("Declaratie 000000000005.01 is afgesloten", "Declaratie 000000000017.02 is afgesloten"),
        ("Fout op 12-10-2026 23:15:03", "Fout op 2026-10-12T23:15:03Z"),
        ("regel 1, 2 en 3 zijn dubbel", "regel 17 zijn dubbel"),
        ("Fout bij LB-0a1b2c3d4e", "Fout bij LB-99887766ff"),
        ("Log 1D2E44F0-AAAA-4B2C-9E11-0123456789AB", "Log 00000000-0000-0000-0000-000000000001"),
        ("Bericht aan jan@example.nl mislukt", "Bericht aan piet.de.vries@client.example mislukt"),
        ("te  veel\nruimte", "te veel ruimte"),
    ],
)
def test_what_differs_from_victim_to_victim_does_not_make_another_cause(one, other):
    assert cause_of(one) == cause_of(other)
    assert fingerprint("approve", one) == fingerprint("approve", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kostenplaats 'A' bestaat niet.", "Medewerker 'A' bestaat niet."),
        ("foto's ontbreken", "foto's kloppen niet"),
        ("De periode is afgesloten", "Het jaar is afgesloten"),
    ],
)
def test_other_words_are_another_cause(one, other):
    assert fingerprint("approve", one) != fingerprint("approve", other)


def test_the_same_words_about_something_else_are_another_cause():
    assert fingerprint("approve", "Dat mag niet.") != fingerprint("reject", "Dat mag niet.")


def test_a_reason_may_be_missing_or_endless():
    assert cause_of(None) == cause_of("  ") == NO_REASON
    assert len(cause_of("woord " * 10_000)) == LONGEST
    assert len(fingerprint("approve", "1" * 100_000)) == len(fingerprint("approve", "'" * 20_000)) == 12
    assert cause_of("fout " + "1" * 100_000) == "fout #"


words = st.text("abcdefgh ijklmno.:", min_size=1, max_size=60)
differing = st.one_of(
    st.integers(0, 10**9).map(str),
    st.text("ABC xyz", min_size=1, max_size=9).map("'{}'".format),
    st.dates().map(str),
    st.uuids().map("LB-{}".format),
)


@given(words, differing, differing, words)
def test_numbers_dates_and_quoted_values_never_make_another_cause(before, one, other, after):
    numbers = cause_of(f"{before} {one} {after}"), cause_of(f"{before} {other} {after}")
    assert numbers[0].replace("'…'", "#") == numbers[1].replace("'…'", "#")


@given(st.text(max_size=400))
def test_a_cause_is_short_never_empty_and_its_own_cause(reason):
    cause = cause_of(reason)
    assert 0 < len(cause) <= LONGEST
    assert not any(each.isdecimal() for each in cause)


addresses = st.from_regex(r"[a-z][a-z0-9._+-]{0,9}@[a-z0-9-]{1,9}\.(nl|example)", fullmatch=True)
"""As people have them."""


@given(words, addresses)
def test_no_address_is_part_of_a_cause(before, address):
    assert address not in cause_of(f"{before} {address}")
