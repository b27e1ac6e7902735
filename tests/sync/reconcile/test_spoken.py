"""What a finding says and shows has words in both languages; no id is left for the reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from domain.declarations.declaration import DeclarationStatus
from domain.message import Message
from domain.outbox.update import UpdateKind, UpdateState
from domain.reconcile.finding import FindingKind
from domain.reconcile.sides import Oddity
from domain.records.hours import ClaimKind, ClaimStatus
from sync.reconcile.check_declarations import name_oddities
from sync.reconcile.name_rows import portal_side
from tests.stages.records.records import a_declaration
from tests.stages.spoken import nl
from words import Words
from words.catalogue import LANGUAGES, template_of

ODDITIES = (
    Oddity(
        FindingKind.DECISION_WITHOUT_UPDATE,
        "item:7",
        facts={"decision": 5, "kind": "attach-file", "decided_at": "2026-11-18T08:00:00+00:00"},
    ),
    Oddity(
        FindingKind.UPDATE_WITHOUT_DECISION,
        "update:9",
        facts={"update": 9, "kind": "sign-off", "state": "void", "about": "item:7"},
    ),
    Oddity(FindingKind.RUN_NOT_CONSERVED, "run:3", facts={"flow": "hours", "read": 5, "accounted": 4}),
    Oddity(
        FindingKind.NOT_ADDING_UP,
        "claim:5.01",
        facts={"claim": "5.01", "hours": "40", "of_lines": "38", "lines": 5},
    ),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", [ClaimKind, ClaimStatus, DeclarationStatus, UpdateKind, UpdateState])
def test_what_a_side_shows_by_its_name_has_words(known, language):
    assert [each for each in known if template_of(language, f"fact.{each.value}") is None] == []


def test_what_is_odd_in_the_store_is_told_in_dutch():
    assert [nl(each.what) for each in name_oddities(ODDITIES)] == [
        "dossieritem 7: besluit 5 (getekend bestand toegevoegd) is zijn wijziging aan AFAS kwijt",
        "wijziging 9 (afgetekend, vervallen) over dossieritem 7: door niemand besloten",
        "ophaling 3 van uren: 5 regels, 4 verantwoord",
        "declaratie 5.01: volgens de declaratie 40 uren, volgens de regels 38",
    ]


def test_what_the_sides_of_an_odd_thing_hold_is_told_in_dutch():
    sides = [each.sides["store"] for each in name_oddities(ODDITIES)]
    assert [Words("nl").fact(sides[1]["about"]), Words("nl").fact(sides[2]["flow"])] == [
        "dossieritem 7",
        "uren",
    ]


def test_what_keeps_a_declaration_back_is_told_in_dutch():
    held = a_declaration(missing=("contact-blocked", "hours-do-not-add-up"))
    assert Words("nl").fact(portal_side(held)["missing"]) == (
        "de contactpersoon is geblokkeerd, de uren tellen niet op"
    )
    assert portal_side(a_declaration(missing=()))["missing"] is None


def test_each_field_of_a_side_has_a_name():
    sides = [portal_side(a_declaration()), *(each.sides["store"] for each in name_oddities(ODDITIES))]
    assert [name for side in sides for name in side if template_of("nl", f"column.{name}") is None] == []


def test_each_message_of_an_odd_thing_has_a_text():
    said = [each for odd in name_oddities(ODDITIES) for each in (odd.what, odd.advice)]
    assert [each.id for whole in said for each in _all(whole) if template_of("nl", each.id) is None] == []


def _all(message: Message) -> Iterator[Message]:
    """A message, and those within it."""
    yield message
    values: Mapping[str, object] = message.values
    for value in values.values():
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Message):
                yield from _all(each)
