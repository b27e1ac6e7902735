"""What the demo prints: one line per thing that happens, with AFAS's day and time in front."""

from __future__ import annotations

import sys
import time
from datetime import datetime

from rich.console import Console


class Teller:
    """Prints as it happens. ``afas_now`` is naive Amsterdam time, as the story goes."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._started = time.monotonic()
        self.afas_now: datetime | None = None

    @property
    def seconds(self) -> float:
        """How long the demo has been going."""
        return time.monotonic() - self._started

    def day(self, now: datetime, title: str) -> None:
        """A new day in the story."""
        self.afas_now = now
        self._console.print(f"\n[bold]{now:%A %d %B %H:%M}[/bold]  {title}")

    def afas(self, what: str) -> None:
        """Something that a person did in AFAS or Pocket."""
        self._line("AFAS    ", what, "yellow")

    def portal(self, what: str) -> None:
        """Something that the portal shows or a client did in it."""
        self._line("portal  ", what, "green")

    def loonbrug(self, what: str) -> None:
        """Something about Loonbrug itself."""
        self._line("loonbrug", what, "cyan")

    def failed(self, what: str) -> None:
        """Why the story does not go on, where errors go."""
        print(f"loonbrug: {what}", file=sys.stderr, flush=True)  # noqa: T201  # stdout is the story

    def plain(self, what: str) -> None:
        """A line as it is, for programs."""
        print(what, flush=True)  # noqa: T201  # the result of a command

    def _line(self, who: str, what: str, colour: str) -> None:
        self._console.print(f"{self.seconds:6.1f}s  [{colour}]{who}[/{colour}]  {what}")
