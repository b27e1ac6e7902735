"""Whether AFAS is the environment that this database belongs to; a process that is elsewhere ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

import structlog
from psycopg import OperationalError
from psycopg_pool import PoolTimeout

from connectors.store.running.control import Control
from domain.errors import AfasError, OtherEnvironment, TryLater

log = structlog.get_logger("loonbrug.belonging")

_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between two questions to an AFAS that does not answer yet; it stays at the last one."""


class Arriving(Protocol):
    """AFAS, as far as it can be asked where we are (``connectors.afas.client``)."""

    def arrive(self) -> None:
        """One call. Raises OtherEnvironment, or another AfasError when AFAS did not say."""


class Belonging:
    """What this process knows of where it belongs: ``connectors.afas.belonging.Admit``. Thread-safe.

    The first process that meets AFAS writes down which environment this database belongs to.
    """

    def __init__(self, control: Control, name: str) -> None:
        self._control = control
        self._name = name
        self._when_refused: list[Callable[[], None]] = []
        self._refused: OtherEnvironment | None = None
        self._met = threading.Event()

    def __call__(self, identity: str) -> None:
        """Compare AFAS's own id. When it is not ours: end the process, raise OtherEnvironment for good."""
        if self._refused is None:
            known = self._known(identity)
            if known == identity:
                self._meet(identity)
                return
            self._refused = OtherEnvironment(
                f"the credentials open {identity}, but this database ({self._name}) belongs to {known}:"
                " correct them; on purpose: loonbrug environment"
            )
        for refused in self._when_refused:
            refused()
        raise self._refused

    def when_refused(self, do: Callable[[], None]) -> None:
        """What ends this process."""
        self._when_refused.append(do)

    def stand(self) -> None:
        """Raises OtherEnvironment when this process was refused."""
        if self._refused is not None:
            raise self._refused

    def wait(self, afas: Arriving, stop: threading.Event) -> bool:
        """Ask until AFAS lets us in. False when told to stop, or refused, before that."""
        asked = 0
        while not (stop.is_set() or self._met.is_set()):
            try:
                afas.arrive()
            except OtherEnvironment:
                return False
            except AfasError as error:
                pause = _PAUSES[min(asked, len(_PAUSES) - 1)]
                log.warning("AFAS does not let us in yet", error_type=type(error).__name__, pause=pause)
                stop.wait(pause)
            asked += 1
        return self._met.is_set()

    def _meet(self, identity: str) -> None:
        if not self._met.is_set():
            log.info("AFAS is the environment that this database belongs to", place=identity)
            self._met.set()

    def _known(self, identity: str) -> str:
        try:
            return self._control.identity(identity)
        except (OperationalError, PoolTimeout) as error:
            raise TryLater("the store does not answer; nothing was sent") from error


def keep_asking(belonging: Belonging, afas: Arriving, stop: threading.Event) -> None:
    """Ask beside what else a process does, which may go on without AFAS meanwhile."""
    threading.Thread(target=belonging.wait, args=(afas, stop), name="belonging", daemon=True).start()
