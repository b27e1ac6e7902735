"""What came of an attempt has a name in both languages, whatever it was."""

from __future__ import annotations

import pytest

from domain.errors import AfasError
from domain.outbox.delivery import Begun
from domain.outbox.verdicts import Done, Park, Unclear, Void, Wait
from words.catalogue import template_of


def below(kind: type[AfasError]) -> set[str]:
    return {each.__name__ for each in kind.__subclasses__()}.union(*map(below, kind.__subclasses__()))


OF_A_SEND = {Begun.HELD.value, Begun.MOVED.value, Begun.NEWS.value, "unsendable", "dry-run", "send"}
OF_A_VERDICT = {kind.__name__.lower() for kind in (Done, Park, Unclear, Void, Wait)}
OF_A_PERSON = {"replay", "edited", "given-up", "applied", "unreadable"}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("outcome", sorted(below(AfasError) | OF_A_SEND | OF_A_VERDICT | OF_A_PERSON))
def test_every_outcome_has_a_name(outcome: str, language: str) -> None:
    assert template_of(language, f"attempt.{outcome}")
