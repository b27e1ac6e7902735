"""What the flows need of the outside world, as Protocols; the composition root joins them to connectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from domain.outbox.afas_call import AfasFile, Answer, Call
from domain.pull.query import Row, Where

__all__ = ["Afas", "AfasFile", "Answer", "Call"]


class Afas(Protocol):
    """AFAS Profit, one environment. Reads are retried for seconds; writes are sent once.

    Every method raises a leaf of ``domain.errors.AfasError``.
    """

    def newest(self, connector: str, order: tuple[str, ...]) -> Row | None:
        """The first row in that order (``-Column`` is descending), or None when there is none. One call."""

    def rows(self, connector: str, where: Where, order: tuple[str, ...], take: int) -> list[Row]:
        """At most ``take`` rows. One call; the query must fit in 2049 characters."""

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Iterator[list[Row]]:
        """All rows that match, page by page in the order of the key, by ``key > last`` and never by skip.

        The next pages are fetched while the caller works on this one. Stops after the first page with fewer
        than ``take`` rows.
        """

    def send(self, call: Call) -> Answer:
        """Write once. Anything but a clear yes or a known refusal is ``OutcomeUnknown``."""

    def file(self, subject: int, file_id: str) -> AfasFile:
        """The bytes of a file of a dossier item."""

    def columns(self, connector: str) -> dict[str, str]:
        """Column name to data type of a GetConnector, from ``/metainfo/get``."""

    def fields(self, connector: str) -> tuple[str, ...]:
        """Field ids of an UpdateConnector, from ``/metainfo/update``."""

    def offered(self) -> tuple[frozenset[str], frozenset[str], dict[str, str]]:
        """The Get- and UpdateConnectors that our app connector may use, and ``info`` of ``/metainfo``."""

    def version(self) -> str:
        """The version of Profit: the cheapest sign of life."""


class Wake(Protocol):
    """Hints to sleeping workers. A hint may be lost: it never raises and never carries more than an id."""

    def deliver(self, update: int) -> None:
        """An update is ready to be delivered."""

    def pull(self, run: int) -> None:
        """A run of a flow is due."""

    def derive(self, environment: str) -> None:
        """Declarations or onboarding states became stale."""

    def replay(self, replay: int) -> None:
        """A replay is to be planned or done."""
