"""What deriving needs of the store, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from domain.declarations.declaration import Declaration
from domain.declarations.onboarding import Onboarding
from domain.declarations.standing import ClaimGround, HistoryLine, OpenGround, PersonGround
from domain.message import Message


class DeriveWork(Protocol):
    """One transaction in one environment, committed when its context is left without an exception."""

    def take(self, most: int) -> tuple[list[str], list[str]]:
        """Numbers of declarations and persons that became stale, taken off the list; others skip them."""

    def claims(self, numbers: Sequence[str]) -> list[ClaimGround]:
        """The ground of claims' declarations; the declarations are locked first. Without unknown claims."""

    def open_groups(self, numbers: Sequence[str]) -> list[OpenGround]:
        """The ground of open declarations (``placement@2026-W47``); they are locked first."""

    def people(self, persons: Sequence[str]) -> list[PersonGround]:
        """The ground of onboarding states."""

    def declare(self, declarations: Sequence[Declaration], events: Sequence[HistoryLine]) -> None:
        """Write declarations, and lines of their history."""

    def undeclare(self, numbers: Sequence[str]) -> None:
        """Remove open declarations whose lines are all gone or submitted."""

    def void(self, claim: str, version: str | None, reason: Message) -> None:
        """Void the waiting decisions about other content than this version (None: about any content)."""

    def onboard(self, states: Sequence[Onboarding], unknown: Sequence[str]) -> None:
        """Write onboarding states where they differ, and remove those of people whom nothing shows now."""

    def put_off(self, declarations: Sequence[str], people: Sequence[str]) -> None:
        """Try these again later: deriving them failed."""


class OpenDeriveWork(Protocol):
    """Opens a transaction."""

    def __call__(self) -> AbstractContextManager[DeriveWork]: ...
