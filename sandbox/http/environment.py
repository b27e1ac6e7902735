"""Everything that makes up one environment of the sandbox's AFAS Profit."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from sandbox.faults.faults import Faults
from sandbox.faults.latency import Latency
from sandbox.http.auth import AppConnector
from sandbox.http.calls import Calls
from sandbox.profit.clock import ProfitClock
from sandbox.profit.webhooks import Webhooks
from sandbox.reading.query import CELL_LIMIT
from sandbox.reading.tables import Tables


class Inside(Protocol):
    """What the HTTP side needs to know of the world behind it (`sandbox.profit.world.World`)."""

    tables: Tables
    clock: ProfitClock
    files: dict[tuple[int, str], tuple[str, str, bytes]]
    listeners: list[Callable[[Any], None]]

    def effects(self) -> Any:
        """Every applied write effect with its count."""

    def duplicates(self) -> int:
        """How many effects happened once too often."""


class Outcome(Protocol):
    """What became of a write: a status, and JSON or nothing."""

    @property
    def status(self) -> int:
        """201 when it was carried out."""

    @property
    def body(self) -> dict[str, Any] | None:
        """Keys, a refusal, or nothing at all."""


class Updates(Protocol):
    """The UpdateConnectors (the module `sandbox.updates`). `language`: 'nl' or 'en'."""

    def names(self) -> list[str]:
        """Those that there are."""

    def describe(self, connector: str) -> str:
        """The name of one in Dutch."""

    def fields(self, connector: str, language: str) -> list[dict[str, Any]]:
        """The fields of its main object, as metainfo shows them."""

    def objects(self, connector: str, language: str) -> list[dict[str, Any]]:
        """Its sub-objects with their fields, as metainfo shows them."""

    def dispatch(self, world: Any, verb: str, path: list[str], body: Any, language: str) -> Outcome:
        """Carry out one write; `path` starts with the connector's name."""


@dataclass(frozen=True)
class Options:
    """How this AFAS behaves.

    `unstable`: rows that the sorting leaves equal come in another order at every call, as AFAS warns of;
    `seed` decides which.
    `gzip_level`: 0-9 (0 only wraps), None: never compress. `cells`: columns x rows in one answer at most.
    `time_limit`: seconds after which AFAS gives up a call (AFAS: troubleshooting.md).
    `version` is Profit's; some things differ by its first number, `profit`.
    `identity`: `info.envid`: type, participant and environment (AFAS: OpenAPI, /MetaInfo).
    """

    unstable: bool = True
    seed: int = 1
    gzip_level: int | None = 1
    cells: int = CELL_LIMIT
    time_limit: float = 900.0
    version: str = "8.0.3"
    identity: str = "T12345AA"

    @property
    def profit(self) -> int:
        """Which Profit this is: 8 for "8.0.3"."""
        return int(self.version.partition(".")[0])


@dataclass(frozen=True)
class Environment:
    """One AFAS environment: the world, who may call, and everything that can be switched."""

    world: Inside
    updates: Updates
    app: AppConnector = field(default_factory=AppConnector)
    faults: Faults = field(default_factory=Faults)
    calls: Calls = field(default_factory=Calls)
    latency: Latency = field(default_factory=Latency)
    options: Options = field(default_factory=Options)
    closing: threading.Event = field(default_factory=threading.Event)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Who is told of what happens to dossier items."""
        made = Webhooks(self.closing)
        self.world.listeners.append(made.tell)
        return made
