"""From what is wrong to alerts: which of it somebody must be told of at once, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from domain.message import Message
from domain.outbox.update import PAY_KINDS
from domain.watch.alert import Alert, Severity
from domain.watch.facts import KEY_STAGES, PAY_FLOWS, TOKEN_STAGES
from domain.watch.judge import SOON, Matter, Urgency


def alerts_of(found: Sequence[Matter]) -> list[Alert]:
    """The alerts of these matters. What settles itself is none yet; one of all kinds of update together."""
    told = [each for each in found if not each.settles]
    return [
        *_all_in_one(told, "update-unclear", _unclear),
        *_all_in_one(told, "update-parked", _parked),
        *(_ALERTS[each.key](each) for each in told if each.key in _ALERTS and _concerns(each)),
    ]


def _all_in_one(found: Iterable[Matter], key: str, alert: Callable[[int, float], Alert]) -> list[Alert]:
    """Parked updates that no pay depends on are left to the console."""
    some = [each for each in found if each.key == key and (key != "update-parked" or each.kind in PAY_KINDS)]
    count, oldest = sum(each.count for each in some), max((each.seconds or 0 for each in some), default=0)
    return [alert(count, oldest)] if some else []


def _concerns(matter: Matter) -> bool:
    return matter.key != "rows-parked" or matter.flow in PAY_FLOWS


def _unclear(count: int, oldest: float) -> Alert:
    told = Message("told.unclear-updates", {"count": count, "seconds": oldest})
    return Alert("unclear-update", told, Severity.CRITICAL, path="/ops/failures?state=unclear")


def _parked(count: int, _: float) -> Alert:
    told = Message("told.decisions-parked", {"count": count})
    return Alert("payment-parked", told, Severity.CRITICAL, "updates", path="/ops/failures")


def _no_worker(_: Matter) -> Alert:
    return Alert("no-worker", Message("told.no-worker"), Severity.CRITICAL)


def _paused(matter: Matter) -> Alert:
    return Alert("afas-paused", Message(f"told.{matter.key}", {"seconds": matter.seconds}), Severity.CRITICAL)


def _room(matter: Matter) -> Alert:
    """Told anew when slow becomes a standstill."""
    calls: dict[str, object] = {"count": matter.count, "writes": matter.writes}
    if matter.key == "no-room":
        told = Message("told.no-room", calls | {"seconds": matter.seconds})
        return Alert("afas-unanswered", told, Severity.CRITICAL, stage="standstill", path="/ops/failures")
    told = Message("told.slow-writes", calls)
    return Alert("afas-unanswered", told, stage="slow", path="/ops/failures")


def _rows_parked(matter: Matter) -> Alert:
    told = Message("told.rows-parked", {"count": matter.count, "flow": matter.flow})
    return Alert("payment-parked", told, Severity.CRITICAL, matter.flow, path="/ops/failures")


def _rows_ahead(matter: Matter) -> Alert:
    told = Message("told.rows-ahead", {"count": matter.count, "flow": matter.flow})
    return Alert("row-ahead", told, subject=matter.flow, path="/ops/runbooks/row-ahead")


def _flow(matter: Matter) -> Alert:
    name = "flow-broken" if matter.key == "flow-broken" else "flow-silent"
    told = Message(f"told.{name}", {"flow": matter.flow, "seconds": matter.seconds or 0})
    severity = Severity.CRITICAL if matter.urgency is Urgency.PAY else Severity.WARNING
    return Alert(name, told, severity, matter.flow, path="/ops/flows")


def _token(matter: Matter) -> Alert:
    """Told at 30, 14, 7 and 1 days, once each, and when it is over."""
    over = matter.key == "token-over"
    stage = "expired" if over else str(next(stage for stage in TOKEN_STAGES if matter.days <= stage))
    told = Message("told.token-expired" if over else "told.token-expires", {"days": matter.days})
    severity = Severity.CRITICAL if over or matter.days <= SOON else Severity.WARNING
    return Alert("token-expiring", told, severity, stage=stage, repeats=over)


def _key(matter: Matter) -> Alert:
    """Told at 30, 14, 7 and 1 days, once each, and on the day itself again and again."""
    today = matter.key == "key-today"
    values = {"key": matter.about, "days": matter.days}
    return Alert(
        "key-expiring",
        Message("told.key-expires-today" if today else "told.key-expires", values),
        Severity.CRITICAL if matter.days <= KEY_STAGES[0] else Severity.WARNING,
        matter.about,
        stage=str(next(stage for stage in KEY_STAGES if matter.days <= stage)),
        repeats=today,
        path="/ops/runbooks/key-expiring",
    )


def _notice(matter: Matter) -> Alert:
    told = Message("told.notices-failed", {"count": matter.count, "channel": matter.about})
    return Alert("notice-failed", told, subject=matter.about)


_ALERTS: dict[str, Callable[[Matter], Alert]] = {
    "no-worker": _no_worker,
    "paused-by-person": _paused,
    "paused-by-afas": _paused,
    "no-room": _room,
    "unanswered": _room,
    "rows-parked": _rows_parked,
    "rows-ahead": _rows_ahead,
    "flow-broken": _flow,
    "flow-late": _flow,
    "token-soon": _token,
    "token-over": _token,
    "key-soon": _key,
    "key-today": _key,
    "notice-failed": _notice,
}
"""Reports, findings, waiting and held updates have watchers of their own: ``sync.watch.sources``."""
