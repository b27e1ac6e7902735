"""A sandbox with hardly anything in it, and a client to call it with."""

# ruff: noqa: DTZ001 - AFAS keeps naive Amsterdam time

import threading
from contextlib import contextmanager
from datetime import datetime
from types import SimpleNamespace

import httpx

from sandbox.answers import Answer
from sandbox.clock import Clock
from sandbox.running import start_sandbox
from sandbox.tables import Tables

NOW = datetime(2026, 11, 20, 14, 3, 27)


class Stage:
    """The least world that the HTTP side can stand on."""

    def __init__(self):
        self.tables = Tables()
        self.clock = Clock(NOW, frozen=True)
        self.listeners = []
        self.files = {(50001, "ABC"): ("contract.pdf", "application/pdf", b"%PDF-1.7 hello")}

    def summary(self):
        return {"claims": self.tables.count("Loonbrug_Claims")}

    def effects(self):
        return {"approved": {}}


class Written:
    """UpdateConnectors that remember what they were told, and can be waited for."""

    def __init__(self):
        self.applied = []
        self.happened = threading.Event()

    def dispatch(self, world, verb, path, body, language):
        self.applied.append((verb, path, body, language))
        self.happened.set()
        return Answer(201, {"results": {path[0]: {"Id": "1"}}})

    def names(self):
        return ["PtDeclaration", "KnSubject"]

    def describe(self, connector):
        return f"Omschrijving {connector}"

    def fields(self, connector, language):
        return [{"fieldId": "DcCo", "primaryKey": True}]

    def objects(self, connector, language):
        return []


@contextmanager
def served(**how):
    """A running sandbox over a Stage, with a client that may call it."""
    world, written = Stage(), Written()
    running = start_sandbox(world, updates=written, **how)
    headers = {"Authorization": running.app.authorization}
    with running, httpx.Client(base_url=running.url, headers=headers, timeout=5, trust_env=False) as client:
        yield SimpleNamespace(
            running=running, client=client, world=world, written=written, faults=running.faults
        )


def hour(line, **changes):
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
