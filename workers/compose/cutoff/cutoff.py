"""The cut-off, joined: settings, store, AFAS, and the clock's thread that does what is due."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple

import structlog
from psycopg import OperationalError

from connectors.notify.mail import FilesOf
from connectors.paper import cutoff_pdf
from connectors.paper.cutoff_csv import cutoff_csv
from connectors.store.cutoff.moments import CutoffMoments
from connectors.store.cutoff.reports import CutoffRepository, TamperedReport
from connectors.store.database import Database
from connectors.store.reconcile.findings import FindingRepository
from connectors.store.reconcile.ledger import StoreLedger
from domain.cutoff.reckoning import Reckoning
from domain.cutoff.report import Elsewhere, Report
from domain.cutoff.when import CutoffRule, Weekday
from domain.errors import LoonbrugError, NotFound
from domain.reconcile.finding import KnownFinding
from domain.watch.notice import Attachment, NeverTaken, Notice
from domain.watch.waiting import Budgets, Lateness
from sync.cutoff.clock import CutoffClock
from sync.cutoff.notices import Recipients
from sync.cutoff.reports import CutoffPlan, CutoffReports
from sync.ports import Afas
from sync.reconcile.three_way import three_way
from words import Words
from workers.compose.cutoff.calendar import holidays_of
from workers.settings import Settings

log = structlog.get_logger("loonbrug.cutoff")

EVERY = 20.0
"""Seconds between two looks whether a moment has come."""


class WeekAfresh:
    """A week as it is now (``sync.cutoff.ports.FreshWeek``)."""

    def __init__(
        self,
        afas: Afas,
        database: Database,
        plan: CutoffPlan,
        budgets: Budgets,
        now: Callable[[], datetime],
    ) -> None:
        environment = plan.environment
        self._afas = afas
        self._plan = plan
        self._budgets = budgets
        self._now = now
        self._ledger = StoreLedger(database, environment)
        self._book = CutoffRepository(database, environment)
        self._findings = FindingRepository(database, environment)

    def reckon(self, week: str) -> Reckoning:
        """Portal, store and AFAS read afresh."""
        lateness = self._budgets.lateness(near=self._plan.is_near(week, self._now()))
        return three_way(self._afas, self._ledger, week, lateness)

    def findings(self, week: str) -> Sequence[KnownFinding]:
        """The open findings of the week that pay depends on."""
        return self._findings.search(week=week, payment=True, limit=10_000)

    def elsewhere(self, week: str) -> Sequence[Elsewhere]:
        """Approvals of other weeks that are not seen in AFAS yet."""
        return self._book.elsewhere(week)


class CutoffParts(NamedTuple):
    """What the console and the command line need."""

    plan: CutoffPlan
    reports: CutoffReports
    clock: CutoffClock


def cutoff_plan(settings: Settings) -> CutoffPlan:
    """When the cut-off is."""
    hour, _, minute = settings.cutoff_time.partition(":")
    rule = CutoffRule(
        weekday=Weekday[settings.cutoff_day.upper()],
        at=time(int(hour), int(minute)),
        payday=Weekday[settings.payday.upper()],
        reports=settings.cutoff_reports,
        remind_clients=settings.remind_clients,
        remind_office=settings.remind_office,
    )
    country = None if settings.cutoff_holidays == "none" else settings.cutoff_holidays
    return CutoffPlan(settings.name, rule, holidays_of(country, settings.cutoff_closed))


def lateness(settings: Settings, week: str) -> Lateness:
    """From when on decisions about the hours of a week are late, as its cut-off is near now or not."""
    return settings.waiting_budgets.lateness(near=cutoff_plan(settings).is_near(week, _now()))


def cutoff_parts(
    settings: Settings, database: Database, afas: Afas, now: Callable[[], datetime] | None = None
) -> CutoffParts:
    """Everything about the cut-off of one environment. ``now`` is for tests."""
    name = settings.name
    book, moments, plan = (
        CutoffRepository(database, name),
        CutoffMoments(database, name),
        cutoff_plan(settings),
    )
    recipients = Recipients(
        name,
        book.names,
        payroll=settings.payroll_mail,
        office=settings.office_mail,
        url=settings.ops_url or "",
        language=settings.mail_language,
        attach=settings.payroll_mail_holds == "report",
        webhooks=settings.webhook_url is not None,
        mail_contacts=settings.remind_by_mail and settings.smtp_host is not None,
    )
    week = WeekAfresh(afas, database, plan, settings.waiting_budgets, now or _now)
    reports = CutoffReports(plan, week, book, recipients, now or _now)
    return CutoffParts(plan, reports, CutoffClock(plan, reports, moments, moments, recipients))


def report_files(database: Database, settings: Settings) -> FilesOf:
    """The files of a mail that carries a report: as it is when the mail goes out, signature included."""
    book, words = CutoffRepository(database, settings.name), Words(settings.mail_language)

    def files(notice: Notice) -> Sequence[Attachment]:
        number = notice.content.get("report")
        if not isinstance(number, int):
            return ()
        try:
            report = book.known(number)
        except (NotFound, TamperedReport) as error:
            raise NeverTaken(str(error)) from None
        names, stem = book.names(report.content), f"loonbrug-cutoff-{report.week}-{report.id}"
        spreadsheet = Attachment(f"{stem}.csv", "text/csv", cutoff_csv(report, names, words))
        return (_paper(report, names, words, stem), spreadsheet)

    return files


def _paper(report: Report, names: Mapping[str, str], words: Words, stem: str) -> Attachment:
    """The report on paper. Payroll waits for the mail: where no paper can be made, a text says so instead."""
    try:
        content = cutoff_pdf.cutoff_pdf(report, names, words)
    except Exception as error:
        log.exception(
            "the report could not be put on paper", report=report.id, error_type=type(error).__name__
        )
        return Attachment(f"{stem}.txt", "text/plain", words("paper.none").encode())
    return Attachment(f"{stem}.pdf", cutoff_pdf.TYPE, content)


class CutoffThread:
    """Does what is due, beside the clock that leads: AFAS and the store may take their time."""

    def __init__(self, clock: CutoffClock, leads: Callable[[], bool]) -> None:
        self._clock = clock
        self._leads = leads
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cutoff", daemon=True)

    def start(self) -> None:
        """Begin. The thread ends with the process at the latest."""
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """Begin nothing new; wait a moment for what is in hand."""
        self._stop.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            if self._leads():
                self._once()

    def _once(self) -> None:
        try:
            for name in self._clock.step(_now()):
                log.info("did what was due before the cut-off", moment=name)
        except OperationalError as error:
            log.warning("the database does not answer", error_type=type(error).__name__)
        except LoonbrugError as error:
            log.warning("the cut-off could not be prepared", error_type=type(error).__name__)


def _now() -> datetime:
    return datetime.now(UTC)
