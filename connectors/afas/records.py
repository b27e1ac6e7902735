"""What may be known of a call to AFAS outside this package: no values, no addresses, no personal data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from domain.errors import AfasError


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One exchange with AFAS, for metrics and logs.

    ``outcome`` is ``ok`` or the name of the error; ``status`` is None without an answer; ``seconds`` leaves
    out the waiting for a free slot; ``rows`` is None for anything but rows; ``size`` in bytes, decoded.
    """

    connector: str
    verb: str
    outcome: str
    status: int | None
    seconds: float
    rows: int | None
    size: int
    trace: str | None


Observe = Callable[[CallRecord], None]
Clock = Callable[[], float]


@dataclass(slots=True)
class Notes:
    """What is written down while a call runs."""

    connector: str
    verb: str
    started: float
    status: int | None = None
    answered: float | None = None
    rows: int | None = None
    size: int = 0
    trace: str | None = None

    def keep_answer(self, status: int, size: int, trace: str | None, now: float) -> None:
        """An answer came in, whole."""
        self.status, self.size, self.trace, self.answered = status, size, trace, now

    def record(self, outcome: str, now: float) -> CallRecord:
        """The notes, closed."""
        ended = self.answered if self.answered is not None else now
        return CallRecord(
            connector=self.connector,
            verb=self.verb,
            outcome=outcome,
            status=self.status,
            seconds=max(0.0, ended - self.started),
            rows=self.rows,
            size=self.size,
            trace=self.trace,
        )


@contextmanager
def noted(connector: str, verb: str, observe: Observe | None, clock: Clock) -> Iterator[Notes]:
    """Observe one call, whatever becomes of it."""
    notes = Notes(connector, verb, clock())
    outcome = "interrupted"
    try:
        yield notes
        outcome = "ok"
    except AfasError as error:
        outcome = type(error).__name__
        raise
    finally:
        if observe is not None:
            observe(notes.record(outcome, clock()))
