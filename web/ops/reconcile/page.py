"""Findings: what portal, store and AFAS do not agree on; one with its sides beside each other; its cure."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from connectors.store.reconcile.findings import FindingRepository
from connectors.store.reconcile.reconciliations import ReconciliationRepository
from domain.calendar import is_week
from domain.errors import NotFound, Refused
from domain.message import Message
from domain.reconcile.finding import Cure, FindingKind, KnownFinding
from sync.reconcile.cure import Curer
from web.ops.access.access import Operator, Viewer, actor
from web.ops.console import Console, Ops
from web.ops.shell import page, words_of
from words import Words

router = APIRouter()

FINDINGS = 100
_BIGGEST = 2**63 - 1
Text = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
FindingId = Annotated[int, Path(ge=1, le=_BIGGEST)]


class FindingsForm(BaseModel):
    """What the form of the list says; empty is everything. ``which``: open or closed."""

    which: Text = "open"
    kind: Text = ""
    cure: Text = ""
    client: Text = ""
    week: Text = ""
    pay: Text = ""
    before: Annotated[int | None, Field(ge=1, le=_BIGGEST)] = None

    @property
    def query(self) -> str:
        """The same as the query of an address, without the page."""
        values = {name: value for name, value in self.model_dump(exclude={"before"}).items() if value}
        return urlencode(values)


@router.get("/findings")
def findings(request: Request, _: Viewer, ops: Ops, asked: Annotated[FindingsForm, Query()]) -> Response:
    """The findings that fit, the newest first, and the last reconciliations."""
    found = ops.of(FindingRepository).search(
        open=asked.which != "closed",
        kind=asked.kind or None,
        cure=asked.cure or None,
        client=asked.client.strip() or None,
        week=_week(asked.week.strip()),
        payment=True if asked.pay else None,
        before=asked.before,
        limit=FINDINGS + 1,
    )
    return page(
        request,
        "reconcile/findings.html",
        found=found[:FINDINGS],
        older=found[FINDINGS - 1].id if len(found) > FINDINGS else None,
        asked=asked,
        kinds=[kind.value for kind in FindingKind],
        cures=[cure.value for cure in Cure],
        runs=ops.of(ReconciliationRepository).recent(6),
    )


@router.post("/findings/reconcile")
def reconcile(_: Operator, ops: Ops, kind: Annotated[str, Form(pattern="^(light|whole)$")]) -> Response:
    """Make a reconciliation due now; one that is due or under way already is as good."""
    ops.of(ReconciliationRepository).want(kind)
    return RedirectResponse("/ops/findings", 303)


@router.get("/findings/{finding}")
def one(request: Request, finding: FindingId, _: Viewer, ops: Ops) -> Response:
    """One finding, with what each side says."""
    return _shown(request, _known(ops, finding))


@router.get("/findings/{finding}/plan")
def plan(request: Request, finding: FindingId, _: Operator, ops: Ops) -> Response:
    """What its cure would do, by looking into AFAS now. Raises AfasError."""
    return _shown(request, _known(ops, finding), plan=_curer(ops).plan(finding))


@router.post("/findings/{finding}/cure")
def cure(
    request: Request,
    finding: FindingId,
    person: Operator,
    ops: Ops,
    reason: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Cure it. Raises Refused and AfasError; then nothing was done."""
    told = _curer(ops).cure(finding, actor(person), reason.strip())
    return _shown(request, _known(ops, finding), told=told)


def _shown(request: Request, known: KnownFinding, **context: Any) -> Response:
    return page(
        request,
        "reconcile/finding.html",
        known=known,
        rows=_rows(known, words_of(request)),
        **{"plan": None, "told": None, **context},
    )


def _rows(known: KnownFinding, words: Words) -> list[tuple[str, list[str | None], bool]]:
    """What portal, store and AFAS say of each field, and whether that differs; what differs comes first."""
    sides = [known.finding.sides.get(side, {}) for side in ("portal", "store", "afas")]
    names = {name for side in sides for name, of in side.items() if of is not None}
    rows = [_row(name, [side.get(name) for side in sides], words) for name in names]
    return sorted(rows, key=lambda row: (not row[2], row[0]))


def _row(name: str, values: list[object], words: Words) -> tuple[str, list[str | None], bool]:
    """The portal has its own words for a status: only store and AFAS can differ in it."""
    comparable = values[1:] if name == "status" else values
    differs = len({str(of) for of in comparable if of is not None}) > 1
    return words.name("column", name), [None if of is None else words.fact(of) for of in values], differs


def _known(ops: Console, finding: int) -> KnownFinding:
    known = ops.of(FindingRepository).one(finding)
    if known is None:
        raise NotFound(Message("no-such.finding", {"finding": finding}))
    return known


def _curer(ops: Console) -> Curer:
    if ops.curer is None:
        raise Refused(Message("refused.no-afas-here"))
    return ops.curer


def _week(text: str) -> str | None:
    if text and not is_week(text):
        raise NotFound(Message("no-such.week"))
    return text or None
