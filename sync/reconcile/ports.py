"""What reconciling needs of the store, as Protocols."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from domain.declarations.declaration import Declaration
from domain.message import Message
from domain.reconcile.comparison import Group, KeptRow, Sums
from domain.reconcile.finding import Booked, Finding, KnownFinding, ReconcileScope
from domain.reconcile.sides import FlowStand, Oddity, Owed, PortalSide
from domain.records.record import Record


class Ledger(Protocol):
    """Reads of one environment's store, for comparing."""

    def first_open_day(self, today: date) -> date:
        """The Monday from which weeks are watched: the last weeks, and older ones that are not paid yet."""

    def stand(self, flow: str, late: float) -> FlowStand:
        """How far a flow is now; ``late``: seconds after which AFAS commits nothing with an older time."""

    def fingerprints(self, records: Sequence[Record]) -> list[str]:
        """The content hash of each, as the store would keep it."""

    def digest(self, text: str) -> str:
        """The hash over the fingerprints of a group, as ``sums`` makes it."""

    def sums(self, record: type[Record], since: date) -> dict[Group, Sums]:
        """The sums of the rows that AFAS showed when last pulled, from that day on."""

    def kept(
        self, record: type[Record], since: date, groups: Collection[Group] | None = None
    ) -> dict[str, KeptRow]:
        """The rows by key, withdrawn ones too; of those groups, or all."""

    def kept_all(self, record: type[Record]) -> dict[str, KeptRow]:
        """All rows of a type that belongs to no week, by key, withdrawn ones too."""

    def as_kept(self, records: Mapping[str, Record]) -> dict[str, Record]:
        """Records by key as the store would keep them: blank where somebody was erased."""

    def open_numbers(self, since: date) -> list[str]:
        """The open declarations (``placement@2026-W47``) that we show or have lines for, since that day."""

    def groundless(self, since: date) -> list[Declaration]:
        """What the portal shows of claims that we do not keep."""

    def by_key(self, record: type[Record], keys: Collection[str]) -> dict[str, KeptRow]:
        """The rows with these keys, withdrawn ones too."""

    def parked(self, flow: str) -> frozenset[str]:
        """The keys of rows that could not be read."""

    def decided_claims(self, since: date) -> list[Owed]:
        """The newest approval or rejection of each claim of that day or later, unless it was voided."""

    def other_updates(self, days: int) -> list[Owed]:
        """Signatures, questions and numbers that were sent within so many days, done or stuck."""

    def stale(self) -> frozenset[str]:
        """The declarations that wait to be derived."""

    def claims_since(self, since: date) -> list[str]:
        """The numbers of the claims of that day or later."""

    def declared(self, numbers: Sequence[str]) -> Mapping[str, Declaration]:
        """What the portal shows of these claims."""

    def oddities(self, since: date, hours: float) -> list[Oddity]:
        """What is wrong within the store; ``hours``: how long lines may take to add up."""

    def week(self, week: str) -> list[PortalSide]:
        """The submitted declarations of an ISO week, each with our side of it."""

    def approved(self, week: str) -> tuple[int, Decimal]:
        """How many submitted declarations a week has, and how many hours of them are approved."""


class Findings(Protocol):
    """The book of findings."""

    def book(self, findings: Sequence[Finding], scope: ReconcileScope, watched: Sequence[str] = ()) -> Booked:
        """Raise or refresh these, and resolve what the scope covers and does not hold any more."""

    def one(self, finding: int) -> KnownFinding | None:
        """One of them."""


class Cures(Protocol):
    """What a cure writes. Each is one transaction, and leaves a record in the audit trail."""

    def believe(
        self,
        finding: KnownFinding,
        actor: str,
        records: Sequence[Record],
        gone: Mapping[type[Record], Sequence[str]],
        told: Message,
    ) -> None:
        """Write what AFAS shows over what we keep, and withdraw what is gone; the rest is derived anew."""

    def pull_in_full(self, finding: KnownFinding, actor: str, flow: str, told: Message) -> None:
        """Make a full run of a flow due."""

    def owe_again(self, finding: KnownFinding, actor: str) -> int:
        """Owe an update that is done once more; it is looked for first. The new id. Raises Refused."""

    def note(self, finding: KnownFinding, actor: str, told: Message) -> None:
        """Write down how it was cured."""

    def lines_of(self, claims: Sequence[str]) -> list[str]:
        """The keys of the lines that we keep of these claims and that are not withdrawn."""
