"""What goes to AFAS and what comes back, as plain values shared by the flows and the connector."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Use(StrEnum):
    """What a call is for: each use keeps room for itself, so that none can starve the others."""

    LOOK = "look"
    """A read that a delivery or a person waits for: short."""
    WRITE = "write"
    PULL = "pull"
    """A read in the background."""


@dataclass(frozen=True, slots=True)
class Call:
    """One write to AFAS: ``POST`` or ``PUT`` on ``connectors/{path}`` with a JSON body.

    ``update``: whose it is; when its answer is lost, its effect tells that AFAS is done with it.
    """

    verb: str
    path: str
    body: dict[str, object] = field(repr=False)
    update: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What AFAS said to a write: the HTTP status, the keys it named (often none), its trace identifier.

    ``results`` is empty when AFAS answered a success without a body, or with one that we cannot read:
    several UpdateConnectors document a 201 without body, so the keys must be read back (AFAS: OpenAPI).
    """

    status: int
    results: dict[str, object]
    trace: str | None


@dataclass(frozen=True, slots=True)
class AfasFile:
    """A file of a dossier item."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)
