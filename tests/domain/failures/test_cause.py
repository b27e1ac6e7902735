"""Reasons with the same cause are told apart from others, and only from others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.failures.cause import LONGEST, NO_REASON, cause_of, fingerprint, text_alike
from domain.message import LEGACY, Message, because, verbatim

NO = verbatim("Dat mag niet.")


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
    assert text_alike(one) == text_alike(other)
    assert fingerprint("approve", verbatim(one)) == fingerprint("approve", verbatim(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kostenplaats 'A' bestaat niet.", "Medewerker 'A' bestaat niet."),
        ("foto's ontbreken", "foto's kloppen niet"),
        ("De periode is afgesloten", "Het jaar is afgesloten"),
    ],
)
def test_other_words_are_another_cause(one, other):
    assert fingerprint("approve", verbatim(one)) != fingerprint("approve", verbatim(other))


def test_the_same_words_about_something_else_are_another_cause():
    assert fingerprint("approve", NO) != fingerprint("reject", NO)


def test_a_reason_may_be_missing_or_endless():
    assert cause_of(None) == cause_of(verbatim("  ")) == NO_REASON
    assert len(text_alike("woord " * 10_000)) == LONGEST
    assert {len(fingerprint("approve", verbatim(each))) for each in ("1" * 100_000, "'" * 20_000)} == {12}
    assert cause_of(verbatim("fout " + "1" * 100_000)) == verbatim("fout #")


def test_values_of_a_message_make_no_other_cause_and_its_id_does():
    one, other = (Message("why.sent-in-vain", {"times": times}) for times in (4, 5))
    assert fingerprint("approve", one) == fingerprint("approve", other)
    assert fingerprint("approve", one) != fingerprint("approve", Message("why.unfinished", {"times": 4}))


def test_what_a_message_names_is_told_apart_and_afas_s_words_within_it_are_not():
    def row(column: str, line: int) -> Message:
        return because(Message("why.column", {"column": column}), verbatim(f"regel {line} is fout"))

    assert fingerprint("approve", row("Quantity", 1)) == fingerprint("approve", row("Quantity", 2))
    assert fingerprint("approve", row("Quantity", 1)) != fingerprint("approve", row("WorkDate", 1))


def test_a_sentence_of_before_there_were_ids_has_the_cause_that_it_had():
    sentence = "Regel 1 is fout"
    assert fingerprint("approve", Message(LEGACY, {"text": sentence})) == "4f8cb9782e73"
    assert fingerprint("approve", verbatim(sentence)) == "4f8cb9782e73"


words = st.text("abcdefgh ijklmno.:", min_size=1, max_size=60)
differing = st.one_of(
    st.integers(0, 10**9).map(str),
    st.text("ABC xyz", min_size=1, max_size=9).map("'{}'".format),
    st.dates().map(str),
    st.uuids().map("LB-{}".format),
)


@given(words, differing, differing, words)
def test_numbers_dates_and_quoted_values_never_make_another_cause(before, one, other, after):
    numbers = text_alike(f"{before} {one} {after}"), text_alike(f"{before} {other} {after}")
    assert numbers[0].replace("'…'", "#") == numbers[1].replace("'…'", "#")


@given(st.text(max_size=400))
def test_a_cause_is_short_never_empty_and_its_own_cause(reason):
    cause = cause_of(verbatim(reason))
    text = str(cause.values.get("text", "-"))
    assert 0 < len(text) <= LONGEST
    assert not any(each.isdecimal() for each in text)


addresses = st.from_regex(r"[a-z][a-z0-9._+-]{0,9}@[a-z0-9-]{1,9}\.(nl|example)", fullmatch=True)
"""As people have them."""


@given(words, addresses)
def test_no_address_is_part_of_a_cause(before, address):
    assert address not in text_alike(f"{before} {address}")
