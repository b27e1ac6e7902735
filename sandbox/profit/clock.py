"""AFAS's own clock: Amsterdam wall-clock time, which can be moved."""

import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class ProfitClock:
    """The time inside the sandbox's Profit.

    UTC is kept inside, so that the repeated hour in October happens twice and the missing one in March never;
    all that is handed out is naive Amsterdam time in whole seconds, as AFAS prints it (AFAS:
    get-connector.md). Ticks with real time from where it stands; `frozen=True` stands still until moved.
    Shared by threads safely.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        """`start`: naive Amsterdam time (its `fold` is honoured) or aware; absent: the real time."""
        self._lock = threading.Lock()
        self._frozen = frozen
        self._base = to_utc(start) if start is not None else datetime.now(UTC)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Naive Amsterdam wall-clock time, whole seconds; `fold` is 1 in the second of two equal hours."""
        return from_utc(self.utc())

    def utc(self) -> datetime:
        """The same moment as aware UTC, with fractions of a second."""
        with self._lock:
            return self._utc()

    def move_to(self, moment: datetime) -> None:
        """Set the clock (naive Amsterdam time, or aware); it may go backwards."""
        with self._lock:
            self._base, self._since = to_utc(moment), time.monotonic()

    def advance(self, by: timedelta) -> None:
        """Let this much real (UTC) time pass at once."""
        with self._lock:
            self._base, self._since = self._utc() + by, time.monotonic()

    def _utc(self) -> datetime:
        if self._frozen:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)


def to_utc(moment: datetime) -> datetime:
    """Naive Amsterdam time (or any aware time) as aware UTC."""
    local = moment.replace(tzinfo=AMSTERDAM) if moment.tzinfo is None else moment
    return local.astimezone(UTC)


def from_utc(moment: datetime) -> datetime:
    """Aware time as naive Amsterdam time in whole seconds."""
    return moment.astimezone(AMSTERDAM).replace(tzinfo=None, microsecond=0)
