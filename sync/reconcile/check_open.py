"""Declarations of hours that were not submitted yet, against the lines that they follow from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.declarations.declaration import Declaration, declare_open
from domain.declarations.standing import OpenGround
from domain.message import Message
from domain.outbox.subject import subject_of_claim
from domain.reconcile.finding import Cure, Finding, FindingKind
from sync.declarations.ports import OpenDeriveWork
from sync.reconcile.check_declarations import BATCH, DERIVE_ANEW, NOT_DECLARED, fields_say
from sync.reconcile.name_rows import portal_side
from sync.reconcile.ports import Ledger


def check_open(
    ledger: Ledger, open_work: OpenDeriveWork, since: date
) -> tuple[list[Finding], frozenset[str]]:
    """The same for declarations of hours that were not submitted yet."""
    suspects = [number for number, _ in _open_differing(open_work, ledger.open_numbers(since))]
    before = ledger.stale()
    certain = dict(_open_differing(open_work, suspects))
    stale = before | ledger.stale()
    findings = [_open_named(ground) for number, ground in certain.items() if number not in stale]
    return findings, frozenset(subject_of_claim(number) for number in stale)


def _open_differing(open_work: OpenDeriveWork, numbers: Sequence[str]) -> Iterator[tuple[str, OpenGround]]:
    for start in range(0, len(numbers), BATCH):
        with open_work() as work:
            grounds = work.open_groups(numbers[start : start + BATCH])
        for ground in grounds:
            if _open_fields(ground):
                yield ground.number, ground


def _open_fields(ground: OpenGround) -> tuple[str, ...]:
    """The fields that do not follow; all of them when one side has nothing."""
    names = tuple(Declaration.__dataclass_fields__)
    if not ground.lines:
        return names if ground.known else ()
    follows = declare_open(ground.number, ground.lines, ground.placement)
    if ground.known is None:
        return names
    return tuple(name for name in names if getattr(ground.known, name) != getattr(follows, name))


def _open_named(ground: OpenGround) -> Finding:
    known = ground.known
    follows = declare_open(ground.number, ground.lines, ground.placement) if ground.lines else None
    either = follows or known
    says = fields_say(_open_fields(ground))
    if known is None or follows is None:
        says = NOT_DECLARED if known is None else Message("differs.no-hours-kept")
    return Finding(
        kind=FindingKind.DECLARATION_DIFFERS,
        subject=subject_of_claim(ground.number),
        what=Message("differs.open-hours", {"number": ground.number, "says": says}),
        cure=Cure.ASK_AGAIN,
        advice=DERIVE_ANEW,
        client=either.client if either else None,
        week=either.week if either else None,
        flow="hours",
        keys=tuple(str(line.line) for line in ground.lines),
        sides={"portal": portal_side(known), "store": portal_side(follows)},
    )
