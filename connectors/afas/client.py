"""AFAS Profit over REST: the methods that the flows call. Fulfils ``sync.ports.Afas`` by its shape."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Generator
from copy import copy
from datetime import datetime
from types import TracebackType
from typing import TypeVar
from urllib.parse import quote

import httpx
import orjson

from connectors.afas import filters, metainfo
from connectors.afas.belonging import Admit
from connectors.afas.calls import METAINFO, VERSION, AfasCaller, Ask
from connectors.afas.options import AfasOptions
from connectors.afas.pages import pages
from connectors.afas.records import Clock, Observe
from connectors.afas.wire.decoding import object_from, rows_from
from connectors.afas.wire.limits import NoLimit, Slots
from connectors.afas.wire.retries import RetryBudget
from connectors.afas.wire.transport import Reply, Transport
from domain.errors import AskForLess, Rejected, UnreadableAnswer
from domain.message import Message
from domain.outbox.afas_call import AfasFile, Answer, Call, Use
from domain.pull.query import EVERYTHING, Row, Where
from words.ours import ours

T = TypeVar("T")


class AfasClient:
    """One AFAS environment. Thread-safe. Reads are retried for seconds; writes are sent once.

    Every method raises a leaf of ``domain.errors.AfasError``. Every call passes through ``slots``.
    ``observe`` hears of every exchange. ``admit`` is told the environment's own id at every new token, before
    the token is used for anything else. ``wire``, ``sleep`` and ``clock`` are for tests.
    """

    def __init__(
        self,
        options: AfasOptions,
        *,
        slots: Slots | None = None,
        observe: Observe | None = None,
        admit: Admit | None = None,
        wire: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Clock = time.monotonic,
    ) -> None:
        self._transport = Transport(options, wire)
        self._caller = AfasCaller(options, self._transport, slots or NoLimit(), observe, clock, admit=admit)
        self._patience = RetryBudget(options.retry_for, sleep)
        self._reading = Use.PULL

    def looking(self) -> AfasClient:
        """The same AFAS, for reads that a delivery or a person waits for: for these there is always room."""
        found = copy(self)
        found._reading = Use.LOOK
        return found

    def newest(self, connector: str, order: tuple[str, ...]) -> Row | None:
        """The first row in that order (``-Column`` is descending), or None when there is none. One call."""
        return next(iter(self.rows(connector, EVERYTHING, order, 1)), None)

    def rows(self, connector: str, where: Where, order: tuple[str, ...], take: int) -> list[Row]:
        """At most ``take`` rows. One call; ``QueryTooLong`` when the query passes 2049 characters.

        A ``where`` without groups matches nothing and costs no call.
        """
        if not where:
            return []
        query = filters.query_string(connector, where, order, take)
        target = f"connectors/{_segment(connector)}?{query}"
        return self._read(connector, target, lambda reply: rows_from(reply.body, connector))

    def pages(self, connector: str, key: tuple[str, ...], where: Where, take: int) -> Generator[list[Row]]:
        """All rows that match, page by page in the order of the key, by ``key > last`` and never by skip.

        ``take`` times the number of columns stays below 150,000 (AFAS: get-connector.md).
        """
        return pages(lambda window, size: self.rows(connector, window, key, size), key, where, take)

    def how_many_fit(self, column: str, values: list[str], order: tuple[str, ...], take: int) -> int:
        """How many of the leading values ``any_of(column, values)`` may hold for one call of ``rows``."""
        return filters.how_many_fit(column, values, order, take)

    def send(self, call: Call) -> Answer:
        """Write once. Anything but a clear yes or a known refusal is ``OutcomeUnknown``."""
        target = "connectors/" + "/".join(map(_segment, call.path.split("/")))
        ask = Ask(call.verb, call.path, target, orjson.dumps(call.body), Use.WRITE, call.update)
        return self._caller.call(ask, _answer)

    def file(self, subject: int, file_id: str) -> AfasFile:
        """The bytes of a file of a dossier item; ``Rejected`` when it is not there or may not be seen."""
        target = f"SubjectConnector/{subject}/{_segment(file_id)}"
        try:
            return self._read("SubjectConnector", target, lambda reply: _file(reply.body))
        except AskForLess as error:
            raise Rejected(**ours(Message("afas.no-file-in-parts", {"why": error.why}))) from error

    def columns(self, connector: str) -> dict[str, str]:
        """Column name to data type of a GetConnector, from ``/metainfo/get``."""
        target = f"metainfo/get/{_segment(connector)}"
        return self._read(connector, target, lambda reply: metainfo.columns_from(reply.body, connector))

    def fields(self, connector: str) -> tuple[str, ...]:
        """Field ids of an UpdateConnector, from ``/metainfo/update``."""
        target = f"metainfo/update/{_segment(connector)}"
        return self._read(connector, target, lambda reply: metainfo.fields_from(reply.body, connector))

    def offered(self) -> metainfo.Offered:
        """The Get- and UpdateConnectors that our app connector may use, and ``info`` of ``/metainfo``."""
        return self._read(
            METAINFO.connector, METAINFO.target, lambda reply: metainfo.offered_from(reply.body)
        )

    def version(self) -> str:
        """The version of Profit: the cheapest sign of life."""
        return self._patience.ask(lambda: self._caller.call(VERSION, _version))

    def told_time(self) -> datetime | None:
        """AFAS's own time now (aware UTC), by its last answer; None when none told it. No call."""
        return self._transport.told_time.now()

    def arrive(self) -> None:
        """Prove once, without trying again, that we are let into our own environment."""
        self._caller.call(VERSION, _version)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> AfasClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, connector: str, target: str, parse: Callable[[Reply], T]) -> T:
        ask = Ask("GET", connector, target, use=self._reading)
        return self._patience.ask(lambda: self._caller.call(ask, parse))


def _segment(text: str) -> str:
    return quote(text, safe="@,")


def _answer(reply: Reply) -> Answer:
    """A success, whatever its body: several connectors document a 201 without one (AFAS: OpenAPI)."""
    try:
        told = object_from(reply.body, "")
    except UnreadableAnswer:
        told = {}
    results = told.get("results", told)  # one guide shows an answer without the wrapper
    return Answer(reply.status, results if isinstance(results, dict) else {}, reply.trace)


def _file(body: bytes) -> AfasFile:
    told = object_from(body, "SubjectConnector")
    name, mime_type, data = told.get("filename"), told.get("mimetype"), told.get("filedata")
    if not isinstance(name, str) or not isinstance(data, str):
        raise UnreadableAnswer(**ours(Message("afas.no-file")))
    try:
        content = base64.b64decode(data, validate=True)
    except binascii.Error:
        raise UnreadableAnswer(**ours(Message("afas.no-base64"))) from None
    return AfasFile(name, mime_type if isinstance(mime_type, str) else "application/octet-stream", content)


def _version(reply: Reply) -> str:
    version = object_from(reply.body, VERSION.connector).get("version")
    if not isinstance(version, str):
        raise UnreadableAnswer(**ours(Message("afas.no-version")))
    return version
