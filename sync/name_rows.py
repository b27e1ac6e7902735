"""Rows that differ, as findings: with what differs in words, and folded where they are a great many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.comparison import Difference, group_of, key_of
from domain.declaration import Declaration
from domain.finding import Cure, Finding, FindingKind
from domain.hours import Claim

FOLD_FROM = 20
"""So many alike of one client and week are one finding."""
TELLING = {
    Claim: (
        "total_hours", "workflow_status", "approved_externally", "approved_by", "approved_internally",
        "processed", "paid", "invoiced", "kind", "period_start", "period_end", "placement", "changed_at",
    ),
}  # fmt: skip
LINE_TELLING = (
    "claim", "date", "quantity", "unit", "item", "hour_type", "finished", "agreed", "rejected",
    "approved_externally", "placement", "changed_at",
)  # fmt: skip
"""Fields whose values may be shown; of others only the name is."""
WEIGHTY = frozenset(
    {
        "total_hours",
        "quantity",
        "workflow_status",
        "approved_externally",
        "processed",
        "paid",
        "claim",
        "date",
    }
    | {"unit", "item", "hour_type", "placement", "agreed", "rejected", "kind"}
)
"""What wages follow from."""
_SAME = {"total_hours": "hours", "workflow_status": "status"}
"""Names that the portal has for the same."""
CLAIM = "claim:"
_NOUN = {"claims": "claim", "hours": "line"}
_WORDS = {
    FindingKind.CHANGED_UNSEEN: "AFAS shows {columns}, though its changed-on is the same",
    FindingKind.CHANGE_MISSED: "AFAS changed it at a time that was already read: {columns}",
    FindingKind.OLDER_IN_AFAS: "AFAS shows an older version than we keep: {columns}",
    FindingKind.MISSING_HERE: "AFAS shows it, and we do not keep it",
    FindingKind.MISSING_IN_AFAS: "we keep it, and AFAS does not show it any more",
    FindingKind.TAMPERED_HERE: "our row was changed without AFAS: {columns}",
}
_ADVICE = {
    FindingKind.MISSING_IN_AFAS: "Pull again: it is asked for by name again, and withdrawn when gone",
    FindingKind.OLDER_IN_AFAS: "Pull again to believe AFAS; ask first whether it was restored from a backup",
}
_PULL = "Pull again: the rows are read afresh, and AFAS is believed"


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
    return {_SAME.get(name, name): plain(getattr(record, name)) for name in _telling(record)}


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
        "contact",
    )
    values = {name: plain(getattr(declaration, name)) for name in names}
    return {**values, "content": declaration.version, "missing": ", ".join(declaration.missing) or None}


def with_portal(findings: Sequence[Finding], declared: Mapping[str, Declaration]) -> list[Finding]:
    """The findings about single claims, with what the portal shows of them. ``declared``: by number."""
    return [
        replace(each, sides={**each.sides, "portal": portal_side(declared.get(each.subject[len(CLAIM) :]))})
        if each.subject.startswith(CLAIM) and "portal" not in each.sides
        else each
        for each in findings
    ]


def plain(value: object) -> object:
    """A value as JSON has it."""
    match value:
        case Decimal():
            return format(value.normalize(), "f")
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
        subject=f"{_NOUN[flow]}:{difference.key}",
        what=f"{_noun(flow, difference)}: {_WORDS[difference.kind].format(columns=_columns(difference))}",
        cure=Cure.PULL_AGAIN,
        advice=_ADVICE.get(difference.kind, _PULL),
        client=client or None,
        week=week,
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
    told = ", ".join(columns) or "rows"
    return Finding(
        kind=kind,
        subject=f"{flow}:{client}@{week}",
        what=f"{len(some)} {_NOUN[flow]}s: {_WORDS[kind].format(columns=told)}",
        cure=Cure.PULL_AGAIN,
        advice=_ADVICE.get(kind, _PULL),
        client=client or None,
        week=week,
        payment=any(map(_weighs, some)),
        flow=flow,
        keys=tuple(each.key for each in some),
        sides={"store": {"rows": sum(each.kept is not None for each in some)},
               "afas": {"rows": sum(each.fresh is not None for each in some)}},
    )  # fmt: skip


def _noun(flow: str, difference: Difference) -> str:
    of = getattr(difference.record, "claim", None)
    belongs = f" of claim {of}" if flow == "hours" and of else ""
    return f"{_NOUN[flow]} {key_of(difference.record)}{belongs}"


def _columns(difference: Difference) -> str:
    """What differs: ``total_hours 41 (we keep 40)``; only the name where a value might be personal."""
    fresh, kept = difference.fresh, difference.kept
    if fresh is None or kept is None:
        return ""
    telling = _telling(fresh)
    parts = [
        f"{name} {plain(getattr(fresh, name))} (we keep {plain(getattr(kept.record, name))})"
        if name in telling
        else f"another {name}"
        for name in difference.columns
        if name != "changed_at"
    ]
    return ", ".join(parts) or "another changed_at"


def _telling(record: Any) -> tuple[str, ...]:
    return TELLING.get(type(record), LINE_TELLING)


def _weighs(difference: Difference) -> bool:
    """Wages hang on it, and were not paid yet."""
    record = difference.record
    if isinstance(record, Claim) and record.paid:
        return False
    return not difference.columns or bool(WEIGHTY & set(difference.columns))
