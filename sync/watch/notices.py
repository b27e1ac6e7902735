"""Send the mails and webhooks that are owed, with growing pauses for what is not taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.watch.notice import Channel, NeverTaken, Notice, NotTaken, pause_after
from sync.watch.ports import NoticeRepository, SendNotice

LEASE = 120.0
"""Seconds that one attempt may take; then another process tries."""

Tell = Callable[[Notice, str, str], None]
"""Hears of every attempt: the notice, its outcome (``sent``, ``later``, ``failed``), and why."""

Fault = Callable[[Notice, Exception], None]
"""Hears of what nobody foresaw, with its traceback: a mail that cannot be made, a channel that breaks."""


class NoticeSender:
    """Sends notices. Any number may work at once; ``ways`` holds the channels that are set up here."""

    def __init__(
        self,
        book: NoticeRepository,
        ways: Mapping[Channel, SendNotice],
        tell: Tell = lambda _notice, _outcome, _why: None,
        fault: Fault = lambda _notice, _error: None,
    ) -> None:
        self._book = book
        self._ways = ways
        self._tell = tell
        self._fault = fault

    def send_one(self) -> bool:
        """Try the next one that is due. False: nothing was."""
        notice = self._book.take(list(self._ways), LEASE) if self._ways else None
        if notice is None:
            return False
        try:
            self._ways[notice.channel](notice)
        except NotTaken as error:
            self._not_now(notice, str(error), error.left)
        except NeverTaken as error:
            self._give_up(notice, str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours is told like any other, and alerts
            self._not_now(notice, f"it could not be made: {type(error).__name__}")
            self._fault(notice, error)
        else:
            self._book.sent(notice)
            self._tell(notice, "sent", "")
        return True

    def _not_now(self, notice: Notice, why: str, left: tuple[str, ...] = ()) -> None:
        pause = pause_after(notice.attempts)
        if pause is None:
            self._give_up(notice, why)
            return
        self._book.later(notice, pause, why, left)
        self._tell(notice, "later", why)

    def _give_up(self, notice: Notice, why: str) -> None:
        self._book.failed(notice, why)
        self._tell(notice, "failed", why)
