"""How findings, reconciliations and reckonings look on a terminal; ``--json`` for programs."""

# ruff: noqa: PLC0415 - commands import what they need when they run: --help must be fast

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from workers.cli.door import FAILED, FINE, said, say, show_json
from workers.cli.language import phrase, spoken

if TYPE_CHECKING:
    from domain.cutoff.reckoning import Reckoned, Reckoning
    from domain.message import Message
    from domain.reconcile.finding import KnownFinding
    from sync.reconcile.cure import CurePlan
    from sync.reconcile.reconcile import Reconciled
    from words import Words
    from workers.compose.store import PastReconciliation


def reconciled(done: Reconciled, *, as_json: bool) -> None:
    """What a reconciliation compared and found."""
    booked = asdict(done.booked)
    if as_json:
        report = {"compared": dict(done.compared), "calls": done.calls, "weeks": done.weeks, **booked}
        show_json(report | {"findings": [_plain(each) for each in done.findings]})
        return
    from workers.cli import tables

    tables.pairs({**done.compared, "calls": done.calls, **booked})
    rows = [(each.kind, each.week, _pay(each), said(each.what), each.cure) for each in done.findings]
    tables.table("Findings", ("kind", "week", "pay", "what", "cure"), rows)


def findings(found: Sequence[KnownFinding], *, as_json: bool) -> None:
    """A list of them."""
    if as_json:
        return show_json([_known(each) for each in found])
    from workers.cli import tables

    rows = [
        (
            each.id,
            each.finding.kind,
            each.finding.week,
            _pay(each.finding),
            said(each.finding.what),
            each.finding.cure,
        )
        for each in found
    ]
    return tables.table("Findings", ("id", "kind", "week", "pay", "what", "cure"), rows)


def one(known: KnownFinding | None, finding: int, *, as_json: bool) -> None:
    """One of them with its sides. Raises NotFound when there is none."""
    from domain.errors import NotFound
    from domain.message import Message

    if known is None:
        raise NotFound(Message("no-such.finding", {"finding": finding}))
    if as_json:
        return show_json(_known(known))
    from workers.cli import tables

    told = _known(known)
    sides = told.pop("sides")
    tables.pairs(told)
    names = sorted({name for side in sides.values() for name in side})
    rows = [
        (name, *(sides.get(side, {}).get(name) for side in ("portal", "store", "afas"))) for name in names
    ]
    return tables.table("Sides", ("", "portal", "store", "AFAS"), rows)


def plan(of: CurePlan, told: Message | None) -> None:
    """What a cure would do, or did."""
    from workers.cli import tables

    finding = of.finding.finding
    tables.line(said(finding.what), "bold")
    tables.line(f"{finding.cure}: {said(finding.advice)}")
    for step in of.steps:
        tables.line(f"  {said(step)}")
    if told:
        tables.line(phrase("cli-reconcile.done", what=told), "green")
    elif of.possible:
        say(phrase("cli.not-done"))


def runs(recent: Sequence[PastReconciliation], *, as_json: bool) -> None:
    """The last reconciliations."""
    if as_json:
        return show_json(recent)
    from workers.cli import tables

    columns = (
        "id",
        "kind",
        "state",
        "started_at",
        "ended_at",
        "calls",
        "raised",
        "seen_again",
        "resolved",
        "error",
    )
    return tables.table(
        "Reconciliations", columns, [[getattr(run, column) for column in columns] for run in recent]
    )


def reckoning(of: Reckoning, *, as_json: bool) -> int:
    """A week's classes and sums. Returns the exit code."""
    code = FINE if of.agrees and not of.exceptions else FAILED
    if as_json:
        sums = [{"name": s.name, "left": s.left, "right": s.right, "agrees": s.agrees} for s in of.sums]
        rows = [asdict(row) | {"solver": row.solver} for row in of.rows]
        show_json(asdict(of) | {"rows": rows, "sums": sums, "agrees": of.agrees})
        return code
    from workers.cli import tables

    words = spoken()
    sums_shown = [
        (words.name("week-sum", s.name), s.left, s.right, "yes" if s.agrees else "NO") for s in of.sums
    ]
    tables.table(phrase("cli-reconcile.sums", week=of.week), ("", "left", "right", "agrees"), sums_shown)
    columns = ("number", "class", "portal", "store", "AFAS", "reason", "who")
    tables.table("Declarations", columns, [_reckoned(row, words) for row in of.rows])
    return code


def _reckoned(row: Reckoned, words: Words) -> tuple[object, ...]:
    from domain.cutoff.reason import told

    why = words.said(told(row.reason, row.detail)) if row.reason else None
    who = words.name("solver", row.solver) if row.solver else None
    standing = words.name("standing", row.standing)
    return (row.number, standing, row.hours, row.kept_hours, row.afas_hours, why, who)


def _known(known: KnownFinding) -> dict[str, Any]:
    times = (
        "id",
        "first_seen",
        "last_seen",
        "times_seen",
        "cured_at",
        "cured_by",
        "cure_told",
        "resolved_at",
    )
    return {name: _flat(getattr(known, name)) for name in (*times, "resolution")} | _plain(known.finding)


def _plain(finding: Any) -> dict[str, Any]:
    return {name: _flat(getattr(finding, name)) for name in finding.__dataclass_fields__}


def _flat(value: Any) -> Any:
    """For programs in English; for people see ``one``."""
    from domain.message import Message
    from words import Words

    return Words("en").said(value) if isinstance(value, Message) else value


def _pay(finding: Any) -> str:
    return "pay" if finding.payment else ""
