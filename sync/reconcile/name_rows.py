"""Rows that differ, as findings: with what differs in words, and folded where they are a great many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from domain import decimals
from domain.cutoff.reason import lacks
from domain.declarations.declaration import Declaration
from domain.message import Message
from domain.outbox.subject import claim_of
from domain.reconcile.comparison import Difference, group_of, key_of
from domain.reconcile.finding import Cure, Finding, FindingKind
from domain.records import catalogue
from domain.records.catalogue import brought_by
from domain.records.hours import Claim, HourLine
from sync.reconcile.shown_fields import LINE_TELLING, SAME, TABLE_TELLING, TELLING, WEIGHTY

FOLD_FROM = 20
"""So many alike of one client and week are one finding."""
_OWN_ADVICE = (FindingKind.MISSING_IN_AFAS, FindingKind.OLDER_IN_AFAS)


def name_rows(flow: str, differences: Sequence[Difference]) -> list[Finding]:
    """The findings, by subject; where a client and week has a great many alike, one for them all."""
    alike: dict[tuple[FindingKind, str, str], list[Difference]] = defaultdict(list)
    for each in differences:
        alike[(each.kind, *group_of(each.record))].append(each)
    findings: list[Finding] = []
    for (kind, client, week), some in alike.items():
        if len(some) > FOLD_FROM:
            findings.append(_folded(flow, kind, client, week, some))
        else:
            findings += [_named(flow, each, client, week) for each in some]
    return findings


def shown(record: Any | None) -> Mapping[str, object]:
    """A row as its side of a finding, without personal data; empty when there is none."""
    if record is None:
        return {}
    return {
        SAME.get(name, name): plain(getattr(record, name))
        for name in _telling(record)
        if hasattr(record, name)
    }


def portal_side(declaration: Declaration | None) -> Mapping[str, object]:
    """What the portal shows, as its side of a finding; empty when it shows nothing."""
    if declaration is None:
        return {}
    names = (
        "status",
        "hours",
        "lines",
        "in_afas",
        "kind",
        "period_start",
        "period_end",
        "placement",
        "employee",
        "contact",
    )
    values = {name: plain(getattr(declaration, name)) for name in names}
    return {**values, "content": declaration.version, "missing": lacks(declaration.missing)}


def with_portal(findings: Sequence[Finding], declared: Mapping[str, Declaration]) -> list[Finding]:
    """The findings about single claims, with what the portal shows of them. ``declared``: by number."""
    return [
        replace(each, sides={**each.sides, "portal": portal_side(declared.get(number))})
        if (number := claim_of(each.subject)) and "portal" not in each.sides
        else each
        for each in findings
    ]


def plain(value: object) -> object:
    """A value as JSON has it."""
    match value:
        case Decimal():
            return decimals.plain(value)
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _named(flow: str, difference: Difference, client: str, week: str) -> Finding:
    kept = difference.kept
    side = shown(kept.record) if kept else {}
    return Finding(
        kind=difference.kind,
        subject=f"{brought_by(flow).noun}:{difference.key}",
        what=_row_says(_row(flow, difference), difference.kind, _columns(difference)),
        cure=Cure.PULL_AGAIN,
        advice=_advice(difference.kind),
        client=client or None,
        week=week or None,
        payment=_weighs(difference),
        flow=flow,
        keys=(difference.key,),
        sides={
            "store": {**side, "withdrawn": bool(kept and kept.withdrawn)},
            "afas": shown(difference.fresh),
        },
    )


def _folded(flow: str, kind: FindingKind, client: str, week: str, some: Sequence[Difference]) -> Finding:
    columns = sorted({name for each in some for name in each.columns})
    return Finding(
        kind=kind,
        subject=f"{flow}:{client}@{week}",
        what=_row_says(_many(flow, len(some)), kind, fields_named(columns)),
        cure=Cure.PULL_AGAIN,
        advice=_advice(kind),
        client=client or None,
        week=week or None,
        payment=any(map(_weighs, some)),
        flow=flow,
        keys=tuple(each.key for each in some),
        sides={"store": {"rows": sum(each.kept is not None for each in some)},
               "afas": {"rows": sum(each.fresh is not None for each in some)}},
    )  # fmt: skip


def row_named(kind: type[Any], key: str) -> Message:
    """What people call one row: ``claim 5.01``."""
    return Message("differs.named", {"noun": catalogue.of(kind).noun, "key": key})


def fields_named(names: Iterable[str]) -> tuple[Message, ...]:
    """What people call fields."""
    return tuple(Message("differs.field", {"field": name}) for name in names)


def about(subject: str) -> Message:
    """What a decision or update is about, such as ``claim 5.01``."""
    noun, _, key = subject.partition(":")
    if noun in ("claim", "item", "contact", "person", "question"):
        return Message(f"about.{noun}", {"key": key})
    return Message("about.other", {"noun": noun, "key": key})


def _row_says(row: Message, kind: FindingKind, columns: tuple[Message, ...]) -> Message:
    return Message(
        "differs.row", {"row": row, "says": Message(f"differs.{kind.value}", {"columns": columns})}
    )


def _advice(kind: FindingKind) -> Message:
    return Message(f"advice.{kind.value}" if kind in _OWN_ADVICE else "advice.pull-again")


def _many(flow: str, count: int) -> Message:
    which = flow if flow in ("claims", "hours") else "rows"
    return Message(f"differs.many-{which}", {"count": count, "flow": flow})


def _row(flow: str, difference: Difference) -> Message:
    """Which row it is, and of whom: ``line 7 of claim 5.01 (worker 1010, 23-11-2026)``."""
    record = difference.record
    named = row_named(brought_by(flow).record, key_of(record))
    if flow in ("claims", "placements"):
        return Message("differs.of-worker", {"row": named, "worker": record.employee})
    if flow != "hours":
        return named
    if record.claim:
        named = Message("differs.of-claim", {"row": named, "claim": record.claim})
    return Message("differs.on-a-day", {"row": named, "worker": record.employee, "day": record.date})


def _columns(difference: Difference) -> tuple[Message, ...]:
    """What differs: ``hours 41 (we keep 40)``; only the name where a value might be personal."""
    fresh, kept = difference.fresh, difference.kept
    if fresh is None or kept is None:
        return ()
    names = [name for name in difference.columns if name != "changed_at"] or ["changed_at"]
    telling = _telling(fresh) if names != ["changed_at"] else ()
    return tuple(_column(name, fresh, kept.record, shown=name in telling) for name in names)


def _column(name: str, fresh: Any, kept: Any, *, shown: bool) -> Message:
    if not shown:
        return Message("differs.another", {"field": name})
    values = {"fresh": plain(getattr(fresh, name)), "kept": plain(getattr(kept, name))}
    return Message("differs.value", {"field": name, **values})


def _telling(record: Any) -> tuple[str, ...]:
    return LINE_TELLING if isinstance(record, HourLine) else TELLING.get(type(record), TABLE_TELLING)


def _weighs(difference: Difference) -> bool:
    """Wages hang on it, and were not paid yet."""
    record = difference.record
    if not isinstance(record, Claim | HourLine) or (isinstance(record, Claim) and record.paid):
        return False
    return not difference.columns or bool(WEIGHTY & set(difference.columns))
