"""What is told of the cut-off, to whom: payroll by mail, the portal by webhook; who must act is reminded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.cutoff.content import canonical, sha256_of
from domain.cutoff.reason import told
from domain.cutoff.reckoning import WeekStanding
from domain.cutoff.report import Content, Line, Report, lines_of
from domain.cutoff.when import Cutoff
from domain.cutoff.work import (
    NewReport,
    Owed,
    OwedFor,
    OwedMail,
    OwedWebhook,
    WaitingContact,
    WaitingDeclaration,
)
from domain.decimals import plain
from domain.message import Message
from words import LANGUAGES, Words
from words.shown import hours

Names = Callable[[Content], Mapping[str, str]]
"""Names of a report's workers (``employee:<number>``) and clients (``client:<number>``)."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom to tell. ``url``: where the console is. ``mail_contacts``: Loonbrug mails them itself.

    ``webhooks``: an address for them is set; without one nothing is owed that would never be sent.
    ``attach``: mails to payroll hold names and the files of a report; else sums and a link only.
    """

    environment: str
    names: Names
    payroll: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    url: str = ""
    language: str = "nl"
    mail_contacts: bool = False
    webhooks: bool = True
    attach: bool = True

    @property
    def words(self) -> Words:
        """The language of our own mails."""
        return Words(self.language)

    def of_report(self, new: NewReport) -> OwedFor:
        """The report by mail to payroll, with names; as a webhook, with numbers only."""
        data, subject = self._report_data(new.content), self._subject(new.content)
        text = self._report_text(new.content) if self.payroll else ""

        def owed(report: int) -> list[Owed]:
            return [
                *self._hook("cutoff.report", data | {"report": report}),
                *self._mail(subject, text, report),
            ]

        return owed

    def of_signature(self, report: Report, by: str) -> list[Owed]:
        """That a report was signed off."""
        data = {"environment": self.environment, "week": report.week, "report": report.id}
        owed = self._hook("cutoff.signed-off", data | {"sha256": report.sha256, "by": by})
        subject = self.words("mail.signed.subject", week=report.week)
        facts = {"week": report.week, "report": report.id, "by": by, "sha256": report.sha256}
        text = self.words("mail.signed.text", **facts)
        return [*owed, *self._mail(subject, text, report.id)]

    def of_waiting(self, cutoff: Cutoff, contacts: Sequence[WaitingContact]) -> list[Owed]:
        """Per contact one event with what waits; a mail as well when we were told to."""
        owed: list[Owed] = []
        for contact in contacts:
            owed += self._hook("reminder.approval", self._waiting_data(cutoff, contact))
            if self.mail_contacts and contact.email:
                text = self._waiting_text(cutoff, contact, self.words)
                owed.append(OwedMail((contact.email,), self.words("mail.waiting.subject"), text))
        return owed

    def of_not_submitted(self, cutoff: Cutoff, waiting: Sequence[WaitingDeclaration]) -> list[Owed]:
        """One event with all weeks that were not submitted; a mail as well when an office is set."""
        if not waiting:
            return []
        data = self._about(cutoff) | {
            "hours": _sum(waiting),
            "declarations": [_shown(each) for each in waiting],
            "text": {name: self._office_text(cutoff, waiting, Words(name)) for name in LANGUAGES},
        }
        owed = self._hook("reminder.submission", data)
        if self.office:
            subject = self.words("mail.not-submitted.subject", week=cutoff.week)
            owed.append(OwedMail(self.office, subject, self._office_text(cutoff, waiting, self.words)))
        return owed

    def _mail(self, subject: str, text: str, report: int) -> list[Owed]:
        """To payroll: with the files, or with no more than a link when they must stay here."""
        if not self.payroll:
            return []
        place = self.words("mail.report.place", report=report, link=self._link(report)).rstrip()
        attached = report if self.attach else None
        return [OwedMail(self.payroll, subject, f"{text}\n\n{place}", attached)]

    def _hook(self, event: str, data: Mapping[str, object]) -> list[Owed]:
        return [OwedWebhook(event, data)] if self.webhooks else []

    def _report_data(self, content: Content) -> dict[str, object]:
        names = ("environment", "week", "cutoff_at", "moment", "made_at", "agrees", "hours", "counts", "sums")
        data: dict[str, object] = {name: content[name] for name in names}
        exceptions = [
            kept | {"text": _texts(line)}
            for kept, line in zip(content["declarations"], lines_of(content), strict=True)
            if line.standing is WeekStanding.EXCEPTION
        ]
        return data | {"exceptions": exceptions, "sha256": sha256_of(canonical(content)).hex()}

    def _subject(self, content: Content) -> str:
        count = content["counts"][WeekStanding.EXCEPTION.value]
        return self.words("mail.report.subject", week=content["week"], count=count)

    def _report_text(self, content: Content) -> str:
        names, words = self.names(content), self.words
        exceptions = [line for line in lines_of(content) if line.standing is WeekStanding.EXCEPTION]
        sums = {name: Decimal(text) for name, text in content["hours"].items()}
        lines = [
            words("mail.report.text", week=content["week"], **sums),
            words("mail.report.agrees" if content["agrees"] else "mail.report.differs"),
            "",
        ]
        if not exceptions:
            lines.append(words("mail.report.none"))
        elif self.attach:
            lines += [words("mail.report.exceptions"), *(self._exception(each, names) for each in exceptions)]
        else:
            lines.append(words("mail.report.count", count=len(exceptions)))
        return "\n".join(lines)

    def _exception(self, line: Line, names: Mapping[str, str]) -> str:
        return self.words(
            "mail.report.exception",
            worker=names.get(f"employee:{line.employee}") or line.employee or line.number,
            client=names.get(f"client:{line.client}") or line.client or "",
            hours=line.hours,
            why=_why(line),
            solver=line.solver,
            number=line.number,
        )

    def _waiting_data(self, cutoff: Cutoff, contact: WaitingContact) -> dict[str, object]:
        return self._about(cutoff) | {
            "contact": contact.contact,
            "client": contact.client,
            "hours": _sum(contact.declarations),
            "declarations": [_shown(each) for each in contact.declarations],
            "text": {name: self._waiting_text(cutoff, contact, Words(name)) for name in LANGUAGES},
        }

    def _waiting_text(self, cutoff: Cutoff, contact: WaitingContact, words: Words) -> str:
        rows = [f"- {each.worker}: {hours(each.hours, words.language)}" for each in contact.declarations]
        opening = words(
            "mail.waiting.text", name=contact.name, count=len(rows), week=cutoff.week, at=cutoff.at
        )
        return "\n".join([opening, "", *rows])

    def _office_text(self, cutoff: Cutoff, waiting: Sequence[WaitingDeclaration], words: Words) -> str:
        rows = [
            f"- {each.worker} ({each.client_name}): {hours(each.hours, words.language)}" for each in waiting
        ]
        opening = words("mail.not-submitted.text", count=len(rows), week=cutoff.week, at=cutoff.at)
        return "\n".join([opening, "", *rows])

    def _about(self, cutoff: Cutoff) -> dict[str, object]:
        return {
            "environment": self.environment,
            "week": cutoff.week,
            "cutoff_at": cutoff.at.isoformat(timespec="seconds"),
        }

    def _link(self, report: int) -> str:
        return f"{self.url}/ops/cutoff/{report}" if self.url else ""


def _why(line: Line) -> Message | None:
    return told(line.reason, line.detail) if line.reason else None


def _texts(line: Line) -> dict[str, str]:
    """Why, in every language."""
    return {name: Words(name).shown(_why(line)) for name in LANGUAGES}


def _shown(each: WaitingDeclaration) -> dict[str, object]:
    return {"number": each.number, "client": each.client, "hours": plain(each.hours)}


def _sum(waiting: Sequence[WaitingDeclaration]) -> str:
    return plain(sum((each.hours for each in waiting), Decimal(0)))
