"""The cut-off report: every approved hour is verified in AFAS or on a list of named exceptions (G15).

Its content is kept as it was hashed and never changed (``content.py``); here it is read, of either format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.cutoff.first_format import as_now
from domain.cutoff.reason import Reason, Solver
from domain.cutoff.reckoning import WeekStanding
from domain.cutoff.sums import Sum
from domain.message import Message

Content = dict[str, Any]

ASKED = "asked"
"""The moment of a report that a person asked for."""


@dataclass(frozen=True, slots=True)
class Made:
    """How a report came about. Times are aware UTC. ``moment``: ``report-4h``, or asked for."""

    environment: str
    by: str
    at: datetime
    cutoff_at: datetime
    moment: str = ASKED


@dataclass(frozen=True, slots=True)
class Line:
    """One declaration on the report. Hours: the portal's, and those that store and AFAS show.

    ``solver``: who could do something about it when the report was made.
    """

    number: str
    standing: WeekStanding
    hours: Decimal
    kept_hours: Decimal | None
    afas_hours: Decimal | None
    status: str
    afas_status: str | None
    client: str | None
    contact: int | None
    employee: str | None
    placement: str | None
    update: int | None
    reason: Reason | None
    detail: Message | None
    solver: Solver | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An approval of another week that is not seen in AFAS yet: late hours and corrections are paid too."""

    number: str
    week: str
    hours: Decimal
    employee: str | None
    client: str | None
    state: str
    reason: Message | None
    update: int


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that pay depends on and that was open: its kind, and what it is about."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """A report in a list: hours (exact decimal texts) and counts per class, without its declarations."""

    id: int
    week: str
    cutoff_at: datetime
    moment: str
    made_at: datetime
    made_by: str
    sha256: str
    agrees: bool
    signed_at: datetime | None
    signed_by: str | None
    hours: Mapping[str, str]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is kept; signed off by one person, once. ``content``: what was hashed."""

    id: int
    environment: str
    week: str
    content: Content
    sha256: str
    agrees: bool
    made: Made
    signed_at: datetime | None = None
    signed_by: str | None = None
    signed_note: str | None = None

    def lines(self, standing: WeekStanding) -> list[Line]:
        """The declarations of a class."""
        return [each for each in lines_of(self.content) if each.standing is standing]

    @property
    def exceptions(self) -> list[Line]:
        """Approved, and not verified in AFAS."""
        return self.lines(WeekStanding.EXCEPTION)

    @property
    def hours(self) -> dict[str, Decimal]:
        """Hours per class, and ``approved``: verified and exceptions together."""
        return {name: Decimal(text) for name, text in self.content["hours"].items()}

    @property
    def sums(self) -> list[Sum]:
        """The sums that must agree."""
        return [
            Sum(each["name"], Decimal(each["left"]), Decimal(each["right"]))
            for each in as_now(self.content)["sums"]
        ]

    @property
    def elsewhere(self) -> list[Elsewhere]:
        """Approvals of other weeks that were not seen in AFAS."""
        return [_elsewhere(each) for each in as_now(self.content)["elsewhere"]]

    @property
    def findings(self) -> list[OpenFinding]:
        """Open findings that pay depends on."""
        return [OpenFinding(each["kind"], each["subject"]) for each in self.content["findings"]]

    @property
    def read_at(self) -> datetime:
        """When AFAS was read (aware UTC)."""
        return datetime.fromisoformat(self.content["read_at"])


def lines_of(content: Content) -> Sequence[Line]:
    """All declarations of a content, whichever format it has."""
    return [_line(each) for each in as_now(content)["declarations"]]


def _line(each: Mapping[str, Any]) -> Line:
    read: dict[str, Any] = {
        "standing": WeekStanding(each["standing"]),
        "hours": Decimal(each["hours"]),
        "kept_hours": _hours(each["kept_hours"]),
        "afas_hours": _hours(each["afas_hours"]),
        "reason": Reason(each["reason"]) if each["reason"] else None,
        "detail": _message(each["detail"]),
        "solver": Solver(each["solver"]) if each["solver"] else None,
    }
    return Line(**(dict(each) | read))


def _elsewhere(each: Mapping[str, Any]) -> Elsewhere:
    return Elsewhere(**(dict(each) | {"hours": Decimal(each["hours"]), "reason": _message(each["reason"])}))


def _hours(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _message(known: Mapping[str, Any] | None) -> Message | None:
    return None if known is None else Message.from_json(known)
