"""The watch: look how everything stands, note what is wrong, tell it once, tell when it is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.watch.alert import OpenAlert
from domain.watch.alerts import alerts_of
from domain.watch.facts import Facts, Limits, going_on
from domain.watch.judge import Standing, judge
from sync.watch.ports import AlertLog, AlertSource, AlertUnitOfWork
from sync.watch.ports_facts import Watching
from words import Words

CALM = 300.0
"""Seconds that a thing must not be seen any more before it counts as over: what flickers is told once."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom to tell, in which language. ``console``: its address, for links. ``repeat`` in seconds."""

    environment: str
    mail_to: Sequence[str] = ()
    webhook: bool = False
    console: str = ""
    repeat: float = 4 * 3600.0
    language: str = "en"

    @property
    def words(self) -> Words:
        """The words of mails and webhooks."""
        return Words(self.language)


class Watch:
    """Watches one environment. ``today``: the date in Amsterdam. ``sources``: what others look after."""

    def __init__(
        self,
        store: Watching,
        alerts: AlertLog,
        audience: Audience,
        limits: Limits,
        *,
        today: Callable[[], date],
        sources: Sequence[AlertSource] = (),
        calm: float = CALM,
    ) -> None:
        self._store = store
        self._alerts = alerts
        self._audience = audience
        self._limits = limits
        self._today = today
        self._sources = sources
        self._calm = calm

    def once(self) -> bool:
        """Look, note and tell. Returns whether everything is really going on."""
        facts: Facts = self._store.facts(list(self._limits.intervals))
        found = alerts_of(judge(Standing(facts, self._limits, self._today())))
        self._alerts.seen([*found, *(alert for source in self._sources for alert in source())], self._calm)
        with self._alerts.unit_of_work(self._audience.repeat) as unit:
            tell(unit, self._audience)
        return going_on(facts, self._limits)


def tell(unit: AlertUnitOfWork, audience: Audience) -> None:
    """One mail for all that is to be told, the worst first, new before repeated; and a webhook for each."""
    told = sorted(unit.raised, key=lambda each: (each.alert.severity, each.told > 1, each.raised_at))
    told += unit.over
    if told and audience.mail_to:
        unit.mail(audience.mail_to, subject_of(told, audience), text_of(told, audience))
    if audience.webhook:
        for each in told:
            unit.webhook(f"alert.{_what(each)}", data_of(each, audience))


def subject_of(told: Sequence[OpenAlert], audience: Audience) -> str:
    """The subject of the mail: the first alert, and how many more."""
    words, first, more = audience.words, told[0], len(told) - 1
    values = {"environment": audience.environment, "what": _what(first), "summary": first.alert.summary}
    return words("alert-mail.subject-more" if more else "alert-mail.subject", **values, more=more)


def text_of(told: Sequence[OpenAlert], audience: Audience) -> str:
    """The text of the mail: what is wrong, since when, where to look, what to do."""
    parts = [_paragraph(each, audience) for each in told]
    values = {"environment": audience.environment, "hours": audience.repeat / 3600}
    return "\n\n".join([*parts, f"-- \n{audience.words('alert-mail.end', **values)}\n"])


def data_of(each: OpenAlert, audience: Audience) -> dict[str, object]:
    """The data of the webhook."""
    alert = each.alert
    return {
        "id": each.id,
        "environment": audience.environment,
        "name": alert.name,
        "subject": alert.subject,
        "severity": alert.severity.value,
        "summary": audience.words.said(alert.summary),
        "raised_at": each.raised_at.isoformat(),
        "resolved_at": each.resolved_at.isoformat() if each.resolved_at else None,
        "link": link(alert.path, audience),
        "runbook": runbook(alert.name, audience),
    }


def link(path: str, audience: Audience) -> str:
    """Where a person sees it; only the path when no public address is set."""
    return audience.console.rstrip("/") + path


def runbook(name: str, audience: Audience) -> str:
    """What to do about it: at the console, or its place among the documents."""
    return link(f"/ops/runbooks/{name}", audience) if audience.console else f"docs/ops/runbooks/{name}.md"


def _paragraph(each: OpenAlert, audience: Audience) -> str:
    alert, words = each.alert, audience.words
    what = words.name("alert-what", _what(each)).upper()
    severity = words.name("severity", alert.severity.value)
    lines = [f"{what} ({severity}): {words.said(alert.summary)}", f"  {words.name('alert', alert.name)}"]
    lines.append(f"  {words('alert-mail.since', at=each.raised_at)}")
    if each.resolved_at:
        lines.append(f"  {words('alert-mail.over', at=each.resolved_at)}")
    lines.append(f"  {words('alert-mail.look', place=link(alert.path, audience))}")
    lines.append(f"  {words('alert-mail.do', place=runbook(alert.name, audience))}")
    return "\n".join(lines)


def _what(each: OpenAlert) -> str:
    if each.resolved_at:
        return "resolved"
    return "repeated" if each.told > 1 else "raised"
