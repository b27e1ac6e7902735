"""AFAS where columns are named otherwise: everything above speaks our names, AFAS hears its own."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import datetime
from typing import TypeVar

from connectors.afas.client import AfasClient
from domain.outbox.afas_call import AfasFile, Answer, Call
from domain.pull.query import Condition, Row, Where

V = TypeVar("V")

Names = Mapping[str, Mapping[str, str]]
"""GetConnector to our column name to theirs."""


class RenamingAfas:
    """An ``AfasClient`` whose columns are translated both ways. Fulfils ``sync.ports.Afas`` by its shape."""

    def __init__(self, client: AfasClient, names: Names) -> None:
        self._client = client
        self._theirs = names
        self._ours = {
            connector: {theirs: ours for ours, theirs in columns.items()}
            for connector, columns in names.items()
        }

    def looking(self) -> RenamingAfas:
        """The same, for reads that a delivery or a person waits for."""
        return RenamingAfas(self._client.looking(), self._theirs)

    def newest(self, connector: str, order: tuple[str, ...]) -> Row | None:
        """The first row in that order."""
        row = self._client.newest(connector, self._columns(connector, order))
        return None if row is None else self._row(connector, row)

    def rows(self, connector: str, where: Where, order: tuple[str, ...], take: int) -> list[Row]:
        """At most ``take`` rows."""
        order = self._columns(connector, order)
        rows = self._client.rows(connector, self._where(connector, where), order, take)
        return [self._row(connector, row) for row in rows]

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Generator[list[Row]]:
        """All rows that match, page by page."""
        key = self._columns(connector, key)
        for page in self._client.pages(connector, key, self._where(connector, where), take):
            yield [self._row(connector, row) for row in page]

    def columns(self, connector: str) -> dict[str, str]:
        """Column name, ours, to data type."""
        return self._row(connector, self._client.columns(connector))

    def send(self, call: Call) -> Answer:
        """Write once."""
        return self._client.send(call)

    def file(self, subject: int, file_id: str) -> AfasFile:
        """The bytes of a file of a dossier item."""
        return self._client.file(subject, file_id)

    def fields(self, connector: str) -> tuple[str, ...]:
        """Field ids of an UpdateConnector: these are AFAS's own and never differ."""
        return self._client.fields(connector)

    def offered(self) -> tuple[frozenset[str], frozenset[str], dict[str, str]]:
        """What our app connector may use."""
        return self._client.offered()

    def version(self) -> str:
        """The version of Profit."""
        return self._client.version()

    def told_time(self) -> datetime | None:
        """AFAS's own time now."""
        return self._client.told_time()

    def arrive(self) -> None:
        """Prove once that we are let into our own environment."""
        self._client.arrive()

    def _columns(self, connector: str, columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._their(connector, column) for column in columns)

    def _their(self, connector: str, column: str) -> str:
        """``-Column`` is a descending order."""
        sign, name = ("-", column[1:]) if column.startswith("-") else ("", column)
        return sign + self._theirs.get(connector, {}).get(name, name)

    def _where(self, connector: str, where: Where) -> Where:
        return tuple(
            tuple(Condition(self._their(connector, c.column), c.operator, c.value) for c in group)
            for group in where
        )

    def _row(self, connector: str, row: Mapping[str, V]) -> dict[str, V]:
        """Under our names. A column of theirs that merely looks like one of ours is left out."""
        ours, renamed = self._ours.get(connector, {}), self._theirs.get(connector, {})
        return {
            ours.get(name, name): value for name, value in row.items() if name in ours or name not in renamed
        }
