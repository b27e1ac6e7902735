"""What a look shows, and what may become of an update: the plain values of ``domain.outbox.policy``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from domain.message import Message


class Sight(StrEnum):
    """What a look into AFAS showed, seen from one update."""

    APPLIED = "applied"
    """AFAS is in the wished state."""
    OPEN = "open"
    """It is not, and the update may be sent."""
    GONE = "gone"
    """The ground fell away: other content, withdrawn, decided otherwise."""
    WRONG = "wrong"
    """It was applied to something else than was decided: a person must mend it."""
    ILLEGIBLE = "illegible"
    """AFAS shows a row that nobody can read."""
    HIDDEN = "hidden"
    """AFAS does not show what we must see, or in words that we do not know: a look proves nothing."""
    LOST = "lost"
    """AFAS named in its answer what it made, and does not show it, where it would."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A look's result. ``evidence`` proves APPLIED, or is what to remember of OPEN before sending."""

    sight: Sight
    why: Message
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """Seen in AFAS."""

    why: Message
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Send:
    """Send it now. ``remember`` is kept with it, to recognise later what happened in between."""

    remember: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """It did not happen: ready again after so many seconds. ``counts``: this was an attempt of its own.

    ``unsent``: "sending" was written down, and yet it surely did not arrive: that is no send.
    """

    after: float
    why: Message
    counts: bool = True
    unsent: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may have happened: look again after so many seconds.

    ``empty_look``: this look came after AFAS's own limit and found nothing.
    """

    after: float
    why: Message
    empty_look: bool = False


@dataclass(frozen=True, slots=True)
class Park:
    """It will never work like this; a person must act. ``certain``: AFAS surely did not do it."""

    why: Message
    log_reference: str | None = None
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Void:
    """The ground fell away; nothing is owed any more."""

    why: Message


Verdict = Done | Wait | Unclear | Park | Void
"""What can be written down about an update."""


@dataclass(frozen=True, slots=True)
class PauseEnvironment:
    """Nothing works for anyone: send nothing, park nothing, for the first of ``rests``, in seconds.

    When it goes on after that, for the second, and so on; the last holds for all that follow.
    """

    rests: tuple[float, ...]
    why: Message


@dataclass(frozen=True, slots=True)
class PauseKind:
    """This kind of update is closed to us: rest it, then try again; rest longer each time. Nothing is parked.

    A closed connector is a setting of AFAS, not a fault of the record: parking each record would leave
    thousands to replay by hand once the administrator has ticked one box. Resting heals by itself.
    """

    rests: tuple[float, ...]
    why: Message


@dataclass(frozen=True, slots=True)
class Verify:
    """Look what became of it."""

    why: Message
