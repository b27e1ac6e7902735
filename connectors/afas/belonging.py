"""Which AFAS environment do our credentials open? Asked before they are used for anything else.

Two environments answer alike: with the token of a test environment on the database of production, approvals
go to the test copy and are shown as done. So every new token is asked first, whoever got it and however.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from copy import copy

from connectors.afas import metainfo
from connectors.afas.errors import from_response
from connectors.afas.records import Clock
from connectors.afas.wire.transport import Reply
from domain.errors import AccessDenied, AfasError, TryLater
from domain.message import Message
from words.ours import ours

Admit = Callable[[str], None]
"""Takes the environment's own id (``info.envid``); raises ``OtherEnvironment`` when it is not ours."""

AGAIN = 3600.0
"""Seconds until credentials that never change are asked again: as often as an OAuth token is new."""


class Proof:
    """Which credentials opened our own environment. Thread-safe: one asks, the others wait for it.

    ``ask`` makes the call to ``/metainfo`` with given credentials.
    """

    def __init__(self, admit: Admit, ask: Callable[[Mapping[str, str]], Reply], clock: Clock) -> None:
        self._admit = admit
        self._ask = ask
        self._clock = clock
        self._one_at_a_time = threading.Lock()
        self._proven: Mapping[str, str] | None = None
        self._until = float("-inf")
        self._failed: tuple[float, AfasError] | None = None

    def refusal(self, credentials: Mapping[str, str]) -> Reply | None:
        """None when these may be used; a 401 when AFAS does not accept them.

        Raises ``OtherEnvironment``; ``AccessDenied`` or ``TryLater`` when AFAS did not say: nothing was sent.
        """
        came = self._clock()
        with self._one_at_a_time:
            if self._proven == credentials and self._clock() < self._until:
                return None
            if self._failed and self._failed[0] > came:
                raise copy(self._failed[1])  # failed for all who waited: they do not ask again, one by one
            reply = self._asked(credentials)
            if reply.status == 401:
                return reply
            self._admit(_identity(reply))
            self._proven, self._until = credentials, self._clock() + AGAIN
            return None

    def _asked(self, credentials: Mapping[str, str]) -> Reply:
        try:
            return self._ask(credentials)
        except AfasError as error:
            self._failed = self._clock(), error
            raise


def _identity(reply: Reply) -> str:
    """The environment's own id. Whatever else AFAS says, the call that waits for it was not sent."""
    try:
        if not 200 <= reply.status < 300:
            raise from_response(reply, "metainfo", write=False)
        identity = metainfo.offered_from(reply.body)[2].get("envid", "").strip()
    except (AccessDenied, TryLater):
        raise
    except AfasError as error:
        raise TryLater(
            f"metainfo: {error.message}", said=error.why, status=error.status, trace=error.trace
        ) from error
    if not identity:
        raise TryLater(**ours(Message("afas.no-identity")), trace=reply.trace)
    return identity
