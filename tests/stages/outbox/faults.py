"""What goes wrong with writes to the AFAS of ``fake_afas_writes``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import AccessDenied, NotAllowed, OutcomeUnknown, Rejected, TryLater
from domain.outbox.afas_call import Call


@dataclass
class Fault:
    """What goes wrong with one write.

    ``apply``: AFAS does it; ``late``: after so many looks for it, which miss it; ``error``: what we are told
    instead of 201. ``before`` runs when the call arrives, before anything happens (a sender that freezes, for
    one).
    """

    apply: bool = True
    late: int = 0
    error: Callable[[], Exception] | None = None
    before: Callable[[], None] = lambda: None


def lost() -> Fault:
    """Applied, and the answer lost on its way."""
    return Fault(error=lambda: OutcomeUnknown("the call was cut off"))


NOT_BEFORE_IT_SETTLES = 1_000_000
"""Looks that miss a write which arrives only when the fake AFAS is told to settle."""


def late(looks: int = NOT_BEFORE_IT_SETTLES) -> Fault:
    """We hang up; AFAS goes on, and applies it after so many looks for it.

    At most two of them can be the looks that come before another send, however slow this machine is. So with
    at most two, nothing may ever be sent again.
    """
    return Fault(late=looks, error=lambda: OutcomeUnknown("no answer in time"))


def never() -> Fault:
    """We hear nothing, and nothing happens."""
    return Fault(apply=False, error=lambda: OutcomeUnknown("the call was cut off"))


def empty_yes() -> Fault:
    """A 201 for nothing."""
    return Fault(apply=False)


def refused_after() -> Fault:
    """Applied, and then answered with an error."""
    return Fault(error=lambda: Rejected("Er ging iets mis.", status=500, log_reference="REF1"))


def refused() -> Fault:
    """A plain refusal."""
    return Fault(apply=False, error=lambda: Rejected("Dat mag niet.", status=500, log_reference="REF2"))


def locked() -> Fault:
    """A user has the record open."""
    return Fault(apply=False, error=lambda: TryLater("geblokkeerd door gebruiker", status=500))


def away(after: float | None = None) -> Fault:
    """Maintenance."""
    return Fault(apply=False, error=lambda: TryLater("onderhoud", status=503, after=after, everyone=True))


def closed() -> Fault:
    """The connector is not in the app connector."""
    return Fault(apply=False, error=lambda: NotAllowed("niet ondersteund voor deze app", status=500))


def dead_token() -> Fault:
    """Nothing works for anyone."""
    return Fault(apply=False, error=lambda: AccessDenied("token", status=401))


def first(fault: Fault) -> Callable[[Call, int], Fault]:
    """The first write goes wrong like this, the others go right."""
    return lambda _, number: fault if number == 1 else Fault()
