"""The tree of errors: what is drawn of it is what is caught by it, and what each carries."""

from __future__ import annotations

import inspect
import re
from itertools import pairwise
from typing import Any

import pytest

from domain import errors
from domain.errors import (
    AfasError,
    ContractBreach,
    Incomplete,
    LoonbrugError,
    Refused,
    StaleVersion,
    TryLater,
)
from domain.message import Message, verbatim

CLASSES = {
    name: each
    for name, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, LoonbrugError)
}
DRAWN = re.findall(r"^( *)[*x-] (\w+)", errors.__doc__ or "", re.MULTILINE)


def drawn_parents() -> dict[str, str]:
    """Of every error in the drawing, the one that it stands below."""
    above: list[tuple[int, str]] = []
    parents = {}
    for spaces, name in DRAWN:
        above = [(depth, each) for depth, each in above if depth < len(spaces)]
        if above:
            parents[name] = above[-1][1]
        above.append((len(spaces), name))
    return parents


def test_the_drawing_shows_each_error_below_the_one_that_catches_it() -> None:
    classes = {name: each.__mro__[1].__name__ for name, each in CLASSES.items() if each is not LoonbrugError}
    assert drawn_parents() == classes


def test_no_two_things_to_do_are_one() -> None:
    """Who waits must not catch what may have happened, nor what a person must change."""
    for one, other in pairwise([errors.TryLater, errors.OutcomeUnknown, errors.Rejected, errors.NotAllowed]):
        assert not issubclass(one, other)
        assert not issubclass(other, one)


def test_what_afas_told_beside_its_message_is_kept_whatever_the_error() -> None:
    told: dict[str, Any] = {"status": 503, "number": 7, "log_reference": "L-1", "trace": "t-1"}
    for each in CLASSES.values():
        if issubclass(each, AfasError):
            error = each("te druk", **told)
            assert (str(error), error.message) == ("te druk", "te druk")
            assert {name: getattr(error, name) for name in told} == told


def test_one_update_waits_unless_afas_is_away_for_everyone() -> None:
    assert not TryLater("busy", after=3).everyone
    assert TryLater("busy", after=3).after == 3
    assert TryLater("away", everyone=True).everyone


def test_a_breach_names_every_column_that_is_missing_and_who_can_add_them() -> None:
    breach = ContractBreach("Loonbrug_Hours", ("LineId", "Quantity"))
    assert "Loonbrug_Hours" in str(breach)
    assert "LineId, Quantity" in str(breach)
    assert (breach.connector, breach.columns) == ("Loonbrug_Hours", ("LineId", "Quantity"))


@pytest.mark.parametrize("later", [False, True])
def test_a_row_that_cannot_be_mapped_says_whether_it_may_be_readable_later(*, later: bool) -> None:
    why = Message("why.column", {"column": "Quantity"})
    row = errors.UnmappableRow(why, "Quantity: no number", readable_later=later)
    assert (row.why, str(row), row.readable_later) == (why, "Quantity: no number", later)


def test_what_an_error_of_afas_keeps_is_its_text_unless_the_words_are_ours() -> None:
    ours = Message("why.no-column", {"column": "EnteredOn"})
    assert AfasError("te druk").why == verbatim("te druk")
    assert AfasError("no column", said=ours).why == ours


def test_a_stale_version_carries_the_one_that_is_there_now() -> None:
    stale = StaleVersion("9be2")
    assert isinstance(stale, Refused)
    assert stale.current == "9be2"
    assert "9be2" not in str(stale), "the caller looks again, and does not only repeat it with the new name"


def test_what_is_incomplete_names_its_field_first() -> None:
    refusal = Incomplete("cost_centre", Message("incomplete.required"))
    assert refusal.field == "cost_centre"
    assert refusal.message.values == {"field": "cost_centre", "problem": Message("incomplete.required")}
