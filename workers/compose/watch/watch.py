"""The part of the composition root that watches: which concrete thing looks, tells and sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, date, datetime
from functools import partial
from uuid import uuid4

import structlog

from connectors.notify.mail import FilesOf, MailOptions, MailSender
from connectors.notify.ping import Ping
from connectors.notify.webhook import WebhookSender
from connectors.store.audit.check import AuditCheck
from connectors.store.cutoff.reports import CutoffRepository
from connectors.store.database import Database
from connectors.store.declarations.onboarding_seen import items_seen
from connectors.store.outbox.held_back import AfterRestore
from connectors.store.outbox.waiting import WaitingUpdates
from connectors.store.reconcile.findings import FindingRepository
from connectors.store.running.clock_jumps import lately
from connectors.store.watch.alerts import AlertRepository
from connectors.store.watch.facts import WatchingStore
from connectors.store.watch.notices import Notices
from domain.calendar import AMSTERDAM
from domain.errors import AfasError
from domain.watch.facts import Limits
from domain.watch.notice import Channel, NeverTaken, Notice, NotTaken
from mappings.flows import FLOWS
from sync.cutoff.clock import near
from sync.ports import Afas
from sync.watch.notices import NoticeSender
from sync.watch.ports import SendNotice
from sync.watch.sources import BeforeCutoff, ClockJumped, HeldBack, UnknownWords, watch_trail
from sync.watch.waiting import WaitsTooLong
from sync.watch.watch import Audience, Watch
from workers.clock.side_threads import Duties
from workers.compose.cutoff.cutoff import cutoff_plan, report_files
from workers.compose.watch.expiry import expiry
from workers.settings import Settings

log = structlog.get_logger("loonbrug.watch")


@contextmanager
def open_duties(
    settings: Settings, database: Database, afas: Afas, leads: Callable[[], bool]
) -> Iterator[Duties]:
    """What the clock's process does beside the clock; connections are closed when the block ends."""
    store, alerts = WatchingStore(database, settings.name), AlertRepository(database, settings.name)
    plan = cutoff_plan(settings)
    before_cutoff = BeforeCutoff(
        FindingRepository(database, settings.name),
        CutoffRepository(database, settings.name),
        lambda now: near(now, plan),
        lambda: datetime.now(UTC),
    )
    unknown = UnknownWords(lambda: items_seen(database, settings.name), settings.task_words)
    waiting = WaitsTooLong(
        WaitingUpdates(database, settings.name).read,
        settings.waiting_budgets,
        lambda now: near(now, plan),
        lambda: datetime.now(UTC),
    )
    watch = Watch(
        store,
        alerts,
        audience(settings),
        limits(settings),
        today=_today,
        sources=(
            before_cutoff,
            waiting,
            unknown,
            HeldBack(AfterRestore(database, settings.name, tuple(FLOWS))),
            ClockJumped(partial(lately, database)),
        ),
    )

    def check_trail() -> None:
        watch_trail(AuditCheck(database, settings.name).verify, alerts)

    def note_expiry() -> None:
        with suppress(AfasError):  # an AFAS that is away is told by the flows
            store.token_ends(expiry(afas.offered()[2], settings, _today()))

    with ExitStack() as stack:
        sender = NoticeSender(
            Notices(database, settings.name),
            _ways(settings, stack, report_files(database, settings)),
            _tell,
            _fault,
        )
        ping = _ping(settings, stack)
        yield Duties(leads, watch.once, ping, (note_expiry, store.tidy, check_trail), sender.send_one)


def try_telling(settings: Settings, stack: ExitStack) -> dict[str, str]:
    """Send a trial by every channel that is set up, past the books; the fault of each, or an empty text."""
    tried = {}
    contents: dict[Channel, dict[str, object]] = {
        Channel.MAIL: {
            "to": list(settings.alert_mail),
            "subject": "[Loonbrug] a trial",
            "text": "It works.\n",
        },
        Channel.WEBHOOK: {"data": {"environment": settings.name}},
    }
    for channel, send in _ways(settings, stack).items():
        if channel is Channel.MAIL and not settings.alert_mail:
            continue
        topic, at = "alert.trial", datetime.now(UTC)
        notice = Notice(0, channel, f"msg_{uuid4().hex}", topic, at, 1, None, contents[channel])
        try:
            send(notice)
        except (NotTaken, NeverTaken) as error:
            tried[channel.value] = str(error)
        else:
            tried[channel.value] = ""
    return tried


def audience(settings: Settings) -> Audience:
    """Whom to tell."""
    return Audience(
        settings.name,
        mail_to=settings.alert_mail,
        webhook=settings.webhook_url is not None,
        console=settings.ops_url or "",
        repeat=settings.alert_repeat,
        language=settings.mail_language,
    )


def limits(settings: Settings) -> Limits:
    """From when on something is wrong."""
    return Limits(settings.poll_seconds, settings.alert_unclear, settings.alert_paused)


def _ways(
    settings: Settings, stack: ExitStack, files_of: FilesOf = lambda _notice: ()
) -> Mapping[Channel, SendNotice]:
    """The channels that are set up."""
    ways: dict[Channel, SendNotice] = {}
    if settings.smtp_host:
        options = MailOptions(
            settings.smtp_host,
            settings.smtp_from,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_user,
            settings.smtp_password,
        )
        ways[Channel.MAIL] = MailSender(options, files_of)
    if settings.webhook_url and settings.webhook_secret:
        webhook = WebhookSender(settings.webhook_url, settings.webhook_secret)
        stack.callback(webhook.close)
        ways[Channel.WEBHOOK] = webhook
    return ways


def _ping(settings: Settings, stack: ExitStack) -> Callable[[], None]:
    if settings.ping_url is None:
        return lambda: None
    ping = Ping(settings.ping_url)
    stack.callback(ping.close)

    def told_when_it_fails() -> None:
        try:
            ping()
        except NotTaken as error:
            log.warning("the ping was not taken", reason=str(error))

    return told_when_it_fails


def _tell(notice: Notice, outcome: str, why: str) -> None:
    tell = log.info if outcome == "sent" else log.warning
    tell("notice", number=notice.id, kind=notice.channel.value, outcome=outcome, reason=why or None)


def _fault(notice: Notice, error: Exception) -> None:
    log.error("a notice could not be made", number=notice.id, kind=notice.channel.value, exc_info=error)


def _today() -> date:
    return datetime.now(AMSTERDAM).date()
