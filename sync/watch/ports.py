"""Telling people and programs: mails, webhooks and alerts, as Protocols.

What is told is written down first and sent by the clock's process, again and again with growing pauses until
it is taken. So telling never fails and never waits. Inside a transaction of the store use
``connectors.store.watch.notices.owe_mail`` and ``owe_webhook``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from domain.watch.alert import Alert, OpenAlert
from domain.watch.notice import Notice


class Notify(Protocol):
    """Mails and webhooks of one environment."""

    def mail(self, to: Sequence[str], subject: str, text: str) -> None:
        """Owe a plain-text mail. Nothing is sent where no mail server is set."""

    def webhook(self, event: str, data: Mapping[str, object]) -> None:
        """Owe a webhook (Standard Webhooks): ``event`` such as ``cutoff.report``; ``data`` plain JSON values.

        Nothing is sent where no webhook address is set.
        """


class Alerts(Protocol):
    """The alerts of one environment."""

    def raise_alert(self, alert: Alert) -> None:
        """Say that something is wrong; it stays so until ``resolve``. Again is harmless: it is one alert."""

    def resolve(self, name: str, subject: str = "") -> None:
        """Say that it is over. Nothing happens when it was not raised."""


class AlertUnitOfWork(Notify, Protocol):
    """A transaction in which alerts are told, and marked as told."""

    @property
    def raised(self) -> Sequence[OpenAlert]:
        """New ones, those that became worse, and those that are told again."""

    @property
    def over(self) -> Sequence[OpenAlert]:
        """Those that ended."""


class AlertLog(Protocol):
    """What the watch needs of the alerts."""

    def seen(self, alerts: Sequence[Alert], calm: float) -> None:
        """Note what a look saw; what no look has seen for ``calm`` seconds is over."""

    def unit_of_work(self, repeat: float) -> AbstractContextManager[AlertUnitOfWork]:
        """What is to be told now; the same one again after ``repeat`` seconds."""


class AlertSource(Protocol):
    """Looks whether something is wrong; asked every minute by the clock that leads."""

    def __call__(self) -> Sequence[Alert]:
        """What is wrong now. What is not named any more is over after a few minutes."""


class NoticeRepository(Protocol):
    """The notices that are owed."""

    def take(self, channels: Sequence[str], lease: float) -> Notice | None:
        """The next one that is due, ours for so many seconds. None: nothing is due."""

    def sent(self, notice: Notice) -> None:
        """It was taken; its content is forgotten."""

    def later(self, notice: Notice, after: float, why: str, left: Sequence[str] = ()) -> None:
        """Try again after so many seconds; with those alone who are ``left``, when there are any."""

    def failed(self, notice: Notice, why: str) -> None:
        """It is given up; its content is forgotten."""


class SendNotice(Protocol):
    """One way out. Raises NotTaken (try again) and NeverTaken."""

    def __call__(self, notice: Notice) -> None: ...
