"""An administrator who names columns otherwise: everything above speaks our names."""

from __future__ import annotations

from typing import Any, cast

from connectors.afas import AfasClient
from connectors.afas.renaming import RenamingAfas
from domain.pull.query import Condition, Operator


class Theirs:
    """A client that remembers what it was asked, and answers in their words."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def newest(self, connector: str, order: tuple[str, ...]) -> dict[str, object]:
        self.asked.append((connector, order))
        return {"Regel": 7, "LineId": "something else", "Date": "x"}

    def pages(self, connector, key, where, take):
        self.asked.append((connector, key, where, take))
        yield [{"Regel": 7}]

    def columns(self, connector: str) -> dict[str, str]:
        return {"Regel": "int", "Date": "date"}


def test_questions_are_asked_in_their_words_and_answers_come_in_ours():
    theirs = Theirs()
    afas = RenamingAfas(cast("AfasClient", theirs), {"Loonbrug_Hours": {"LineId": "Regel"}})
    assert afas.newest("Loonbrug_Hours", ("-LineId", "Date")) == {"LineId": 7, "Date": "x"}
    where = ((Condition("LineId", Operator.GREATER, "3"),),)
    assert list(afas.pages("Loonbrug_Hours", ("LineId",), where, 5)) == [[{"LineId": 7}]]
    assert afas.columns("Loonbrug_Hours") == {"LineId": "int", "Date": "date"}
    assert theirs.asked == [
        ("Loonbrug_Hours", ("-Regel", "Date")),
        ("Loonbrug_Hours", ("Regel",), ((Condition("Regel", Operator.GREATER, "3"),),), 5),
    ]


def test_other_connectors_are_left_as_they_are():
    afas = RenamingAfas(cast("AfasClient", Theirs()), {"Loonbrug_Hours": {"LineId": "Regel"}})
    assert afas.columns("Loonbrug_Claims") == {"Regel": "int", "Date": "date"}
