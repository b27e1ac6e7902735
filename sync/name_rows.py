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
from domain.said import Said, alike, listed
from sync.field_words import field, value

_SAYS = Said(": {says}", ": {says}")
_OF_WORKER = Said(" (worker {worker})", " (medewerker {worker})")
_OF_CLAIM = Said(" of claim {claim}", " van declaratie {claim}")
_ON_A_DAY = Said(" (worker {worker}, {day})", " (medewerker {worker}, {day})")
_VALUES = Said("{field} {fresh} (we keep {kept})", "{field} {fresh} (wij hebben {kept})")
_ANOTHER = Said("another value of {field}", "een andere waarde van {field}")
FOLD_FROM = 20
"""So many alike of one client and week are one finding."""
TELLING = {
    Claim: (
        "total_hours", "workflow_status", "approved_externally", "approved_by", "approved_internally",
        "processed", "paid", "invoiced", "kind", "period_start", "period_end", "placement",
        "employee", "changed_at",
    ),
}  # fmt: skip
LINE_TELLING = (
    "claim", "date", "quantity", "unit", "item", "hour_type", "finished", "agreed", "rejected",
    "approved_externally", "placement", "employee", "changed_at",
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
    | {"unit", "item", "hour_type", "placement", "employee", "client", "agreed", "rejected", "kind"}
)
"""What wages follow from."""
_SAME = {"total_hours": "hours", "workflow_status": "status"}
"""Names that the portal has for the same."""
CLAIM = "claim:"
_NOUN = {"claims": "claim", "hours": "line"}
_NAMES = {"claims": Said("claim {key}", "declaratie {key}"), "hours": Said("line {key}", "regel {key}")}
_MANY = {
    "claims": Said("{count} claims", "{count} declaraties"),
    "hours": Said("{count} lines", "{count} regels"),
}
_WORDS = {
    FindingKind.CHANGED_UNSEEN: Said(
        "AFAS shows {columns}, though its changed-on is the same",
        "AFAS toont {columns}, terwijl gewijzigd-op hetzelfde is",
    ),
    FindingKind.CHANGE_MISSED: Said(
        "AFAS changed it at a time that was already read: {columns}",
        "AFAS wijzigde dit op een tijd die al gelezen was: {columns}",
    ),
    FindingKind.OLDER_IN_AFAS: Said(
        "AFAS shows an older version than we keep: {columns}",
        "AFAS toont een oudere versie dan wij hebben: {columns}",
    ),
    FindingKind.MISSING_HERE: Said(
        "AFAS shows it, and we do not keep it", "AFAS toont dit, en wij hebben het niet"
    ),
    FindingKind.MISSING_IN_AFAS: Said(
        "we keep it, and AFAS does not show it any more", "wij hebben dit, en AFAS toont het niet meer"
    ),
    FindingKind.TAMPERED_HERE: Said(
        "our row was changed without AFAS: {columns}", "onze regel is gewijzigd buiten AFAS om: {columns}"
    ),
}
_ADVICE = {
    FindingKind.MISSING_IN_AFAS: Said(
        "Pull again: it is asked for by name again, and withdrawn when gone",
        "Opnieuw ophalen: er wordt nog eens op naam gevraagd, en wat weg is wordt ingetrokken",
    ),
    FindingKind.OLDER_IN_AFAS: Said(
        "Pull again to believe AFAS; ask first whether it was restored from a backup",
        "Opnieuw ophalen om AFAS te geloven; vraag eerst of er een back-up is teruggezet",
    ),
}
_PULL = Said(
    "Pull again: the rows are read afresh, and AFAS is believed",
    "Opnieuw ophalen: de regels worden vers gelezen, en AFAS wordt geloofd",
)


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
        "employee",
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
        what=_noun(flow, difference).then(_SAYS.filled(says=_says(difference))),
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
    return Finding(
        kind=kind,
        subject=f"{flow}:{client}@{week}",
        what=_MANY[flow].filled(count=len(some)).then(
            _SAYS.filled(says=_WORDS[kind].filled(columns=listed([field(name) for name in columns])))
        ),
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


def _noun(flow: str, difference: Difference) -> Said:
    """Which row it is, and of whom: ``line 7 of claim 5.01 (worker 1010, 23-11-2026)``."""
    record = difference.record
    named = _NAMES[flow].filled(key=key_of(record))
    if flow == "claims":
        return named.then(_OF_WORKER.filled(worker=record.employee))
    belongs = _OF_CLAIM.filled(claim=record.claim) if record.claim else alike("")
    return named.then(belongs).then(_ON_A_DAY.filled(worker=record.employee, day=value(record.date)))


def _says(difference: Difference) -> Said:
    return _WORDS[difference.kind].filled(columns=_columns(difference))


def _columns(difference: Difference) -> Said:
    """What differs: ``hours 41 (we keep 40)``; only the name where a value might be personal."""
    fresh, kept = difference.fresh, difference.kept
    if fresh is None or kept is None:
        return alike("")
    telling = _telling(fresh)
    parts = [
        _VALUES.filled(
            field=field(name), fresh=value(getattr(fresh, name)), kept=value(getattr(kept.record, name))
        )
        if name in telling
        else _ANOTHER.filled(field=field(name))
        for name in difference.columns
        if name != "changed_at"
    ]
    return listed(parts) if parts else _ANOTHER.filled(field=field("changed_at"))


def _telling(record: Any) -> tuple[str, ...]:
    return TELLING.get(type(record), LINE_TELLING)


def _weighs(difference: Difference) -> bool:
    """Wages hang on it, and were not paid yet."""
    record = difference.record
    if isinstance(record, Claim) and record.paid:
        return False
    return not difference.columns or bool(WEIGHTY & set(difference.columns))
