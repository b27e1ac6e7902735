"""Reasons with the same cause are told apart from others, and only from others."""

from __future__ import annotations

import pytest

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
