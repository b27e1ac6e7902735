"""The plain values that pass between the cut-off's flows and the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from domain.cutoff.report import Content, Made
from domain.cutoff.when import Moment


@dataclass(frozen=True, slots=True)
class OwedMail:
    """A mail to be sent. ``report``: the number of the report whose PDF and CSV are attached."""

    to: tuple[str, ...]
    subject: str
    text: str = field(repr=False)
    report: int | None = None


@dataclass(frozen=True, slots=True)
class OwedWebhook:
    """A webhook to be sent: ``data`` are plain JSON values."""

    event: str
    data: Mapping[str, object] = field(repr=False)


Owed = OwedMail | OwedWebhook

OwedFor = Callable[[int], list[Owed]]
"""What is owed for a report, by the number that it got when it was kept."""


@dataclass(frozen=True, slots=True)
class WaitingDeclaration:
    """A declaration that waits for a contact, or a week that a worker did not submit. Names are personal."""

    number: str
    hours: Decimal
    worker: str
    client: str
    client_name: str


@dataclass(frozen=True, slots=True)
class WaitingContact:
    """A contact and what waits for the contact's decision. ``email`` is None when AFAS knows none."""

    contact: int
    client: str
    name: str
    email: str | None
    declarations: tuple[WaitingDeclaration, ...]


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report to be kept, with what is to be told of it."""

    week: str
    content: Content
    made: Made


@dataclass(frozen=True, slots=True)
class TakenMoment:
    """A moment that this process holds."""

    moment: Moment
    token: UUID
    attempts: int


class LostMoment(Exception):  # noqa: N818 - named after what happened
    """Another process took the moment over; nothing was written."""
