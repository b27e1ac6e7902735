"""By which words onboarding tasks and statuses are recognised: every customer has its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class OnboardingState(StrEnum):
    """The steps of hiring, in order; ``stopped`` leaves the row."""

    AWAITING_DATA = "awaiting-data"
    DATA_COMPLETE = "data-complete"
    HIRED = "hired"
    CONTRACT_SENT = "contract-sent"
    CONTRACT_SIGNED = "contract-signed"
    BOOKING_HOURS = "booking-hours"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class TaskWords:
    """Parts of names, whatever their case. Of a task the first list that holds a part of it counts.

    ``awaiting_data``, ``sign``, ``checked``: tasks in which data are waited for, a contract waits to be
    signed, or neither. ``stopped``: statuses of who does not come. ``going_on``: those that say nothing more.
    """

    awaiting_data: tuple[str, ...] = ("gegevens",)
    sign: tuple[str, ...] = ("onderteken", "tekenen")
    checked: tuple[str, ...] = ("opstellen", "controleren", "beoordelen")
    stopped: tuple[str, ...] = ("vervallen", "afgebroken", "ingetrokken")
    going_on: tuple[str, ...] = ("gegevens", "behandeling", "onderteken", "afgehandeld", "afgerond")

    def of_task(self, name: str | None) -> OnboardingState | None:
        """The state that a task leads to, before it is known who was hired; None when no word knows it.

        >>> TaskWords().of_task("Arbeidsovereenkomst ondertekenen").value
        'contract-sent'
        """
        lists = (
            (self.awaiting_data, OnboardingState.AWAITING_DATA),
            (self.sign, OnboardingState.CONTRACT_SENT),
            (self.checked, OnboardingState.DATA_COMPLETE),
        )
        return next((state for words, state in lists if _holds(name, words)), None)

    def stops(self, status: str | None) -> bool:
        """Whether that status means that nobody is hired."""
        return _holds(status, self.stopped)

    def knows_status(self, status: str) -> bool:
        """Whether any word knows it."""
        return self.stops(status) or _holds(status, self.going_on)


@dataclass(frozen=True, slots=True)
class ItemsSeen:
    """How many onboarding items AFAS shows alike. ``task`` is None where an item stands in none."""

    task: str | None
    status: str | None
    closed: bool
    count: int


@dataclass(frozen=True, slots=True)
class Named:
    """A task or a status of AFAS (``what``), of how many items, and what it leads to; None: unknown."""

    what: str
    name: str
    count: int
    leads_to: str | None


def recognised(seen: Sequence[ItemsSeen], words: TaskWords) -> list[Named]:
    """Every task and status that was seen, the unknown ones first, then the most frequent."""
    tasks = _counted((each.task, each.count) for each in seen if not each.closed)
    statuses = _counted((each.status, each.count) for each in seen)
    found = [Named("task", name, count, words.of_task(name)) for name, count in tasks.items()]
    found += [Named("status", name, count, _of_status(name, words)) for name, count in statuses.items()]
    return sorted(found, key=lambda each: (each.leads_to is not None, each.what, -each.count, each.name))


def _of_status(name: str, words: TaskWords) -> str | None:
    if words.stops(name):
        return OnboardingState.STOPPED
    return "what its task says" if words.knows_status(name) or words.of_task(name) else None


def _counted(names: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, count in names:
        if name is not None:
            counts[name] = counts.get(name, 0) + count
    return counts


def _holds(name: str | None, words: tuple[str, ...]) -> bool:
    text = (name or "").casefold()
    return any(word.casefold() in text for word in words)
