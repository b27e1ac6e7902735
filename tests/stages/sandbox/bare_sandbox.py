"""A sandbox with hardly anything in it, and a client to call it with."""

# ruff: noqa: DTZ001 - AFAS keeps naive Amsterdam time

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from sandbox.faults.faults import Faults
from sandbox.http.answers import Response
from sandbox.profit.clock import ProfitClock
from sandbox.reading.tables import Tables
from sandbox.running import Running, start_sandbox

NOW = datetime(2026, 11, 20, 14, 3, 27)


@dataclass
class Caller:
    """Somebody who may call a running sandbox, and what is behind it."""

    running: Running
    client: httpx.Client
    world: "Stage"
    written: "Written"

    @property
    def faults(self) -> Faults:
        """The fault switch."""
        return self.running.faults


class Stage:
    """The least world that the HTTP side can stand on."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.clock = ProfitClock(NOW, frozen=True)
        self.listeners: list[Callable[[Any], None]] = []
        self.files = {(50001, "ABC"): ("contract.pdf", "application/pdf", b"%PDF-1.7 hello")}

    def duplicates(self) -> int:
        return 0

    def effects(self) -> dict[str, Any]:
        return {"approved": {}}


class Written:
    """UpdateConnectors that remember what they were told, and can be waited for."""

    def __init__(self) -> None:
        self.applied: list[tuple[str, list[str], Any, str]] = []
        self.happened = threading.Event()

    def dispatch(self, world: Any, verb: str, path: list[str], body: Any, language: str) -> Response:
        self.applied.append((verb, path, body, language))
        self.happened.set()
        return Response(201, {"results": {path[0]: {"Id": "1"}}})

    def names(self) -> list[str]:
        return ["PtDeclaration", "KnSubject"]

    def describe(self, connector: str) -> str:
        return f"Omschrijving {connector}"

    def fields(self, connector: str, language: str) -> list[dict[str, Any]]:
        return [{"fieldId": "DcCo", "primaryKey": True}]

    def objects(self, connector: str, language: str) -> list[dict[str, Any]]:
        return []


@contextmanager
def served(**how: Any) -> Iterator[Caller]:
    """A running sandbox over a Stage, with a client that may call it."""
    world, written = Stage(), Written()
    running = start_sandbox(world, updates=written, **how)
    headers = {"Authorization": running.app.authorization}
    with running, httpx.Client(base_url=running.url, headers=headers, timeout=5, trust_env=False) as client:
        yield Caller(running, client, world, written)


def hour(line: int, **changes: Any) -> dict[str, Any]:
    """An hour line, with what is of no matter filled in."""
    row = {
        "LineId": line,
        "EntryDate": "2026-11-16",
        "Year": 2026,
        "PeriodId": 47,
        "EmployeeId": "001001",
        "ItemType": "1",
        "ItemCode": "NORMAAL",
        "Quantity": 8,
        "Unit": "U",
        "Finished": True,
        "Agreed": False,
        "Rejected": False,
        "ExternallyApproved": False,
        "CreatedOn": "2026-11-16T09:00:00",
        "ChangedOn": "2026-11-20T14:03:27",
    }
    return row | changes
