"""Audit: who did what, and whether the trail is whole."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

from connectors.store.audit.check import Anchor, AuditCheck
from connectors.store.audit.reads import AuditFilter, AuditReads
from domain.audit.entry import Verified
from domain.calendar import AMSTERDAM
from domain.errors import Refused
from domain.message import Message
from domain.records.catalogue import CATALOGUE
from web.ops.access.access import Viewer
from web.ops.console import Console, Ops
from web.ops.shell import page, words_of
from words import Words

router = APIRouter()

RECORDS = 100
_ANCHOR = re.compile(r"\s*(\d{1,18})[\s:]+([0-9a-f]{64})\s*")
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "cure": ("cure",),
    "fields": ("field",),
    "kind": ("run-kind", "finding"),
    "mode": ("mode",),
    "role": ("role",),
    "state": ("replay-state", "state"),
}
"""The names of a detail's values, as the other pages say them."""
_NOUNS = {kind.table: kind.noun for kind in CATALOGUE}
_one_at_a_time = threading.Lock()
"""Looking through a long trail reads all of it: one at a time in a process is enough."""


Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class AuditForm(BaseModel):
    """What the form of the page says; a day is a Dutch calendar day, the last one included."""

    who: Text = ""
    what: Text = ""
    subject: Text = ""
    since: Text = ""
    until: Text = ""
    before: Annotated[int | None, Field(ge=1, le=2**63 - 1)] = None

    @property
    def filter(self) -> AuditFilter:
        """What to read. A day that is none is left out."""
        return AuditFilter(
            actor=self.who.strip() or None,
            action=self.what.strip() or None,
            subject=self.subject.strip() or None,
            since=_midnight(self.since),
            until=_midnight(self.until, days=1),
        )

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        values = {name: getattr(self, name) for name in ("who", "what", "subject", "since", "until")}
        return urlencode({name: value for name, value in values.items() if value})


@router.get("/audit")
def audit(request: Request, _: Viewer, ops: Ops, asked: Annotated[AuditForm, Query()]) -> Response:
    """Records that fit, the newest first."""
    return _shown(request, ops, asked)


@router.post("/audit/verify")
def verify(
    request: Request, _: Viewer, ops: Ops, anchor: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Look through the whole trail, and compare it with an anchor that was kept elsewhere."""
    match = _ANCHOR.fullmatch(anchor.lower())
    if anchor.strip() and not match:
        raise Refused(Message("refused.no-anchor"))
    told = [Anchor(int(match[1]), bytes.fromhex(match[2]))] if match else []
    if not _one_at_a_time.acquire(blocking=False):
        raise Refused(Message("refused.looked-through"))
    try:
        verified = ops.of(AuditCheck).verify(*told)
    finally:
        _one_at_a_time.release()
    return _shown(request, ops, AuditForm(), verified)


def _shown(request: Request, ops: Console, asked: AuditForm, verified: Verified | None = None) -> Response:
    reads = ops.of(AuditReads)
    records = reads.page(asked.filter, before=asked.before, limit=RECORDS + 1)
    return page(
        request,
        "audit/audit.html",
        records=records[:RECORDS],
        older=records[RECORDS - 1].number if len(records) > RECORDS else None,
        actions=reads.actions(),
        asked=asked,
        verified=verified,
        said=partial(said, words_of(request)),
    )


def said(words: Words, name: str, value: object) -> str:
    """A detail for people: messages and what is kept as an id in words, all else as any value is written."""
    if isinstance(value, list):
        return ", ".join(said(words, name, each) for each in value) or words("none")
    if isinstance(value, Mapping) and value.keys() == {"id", "values"}:
        return words.said(Message.from_json(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{_of_table(words, each)} {said(words, each, of)}" for each, of in value.items())
    if not isinstance(value, str):
        return words.shown(value)
    named = (words.name(group, value) for group in (*_GROUPS.get(name, ()), "audit-value"))
    return next((each for each in named if each != value), value)


def _of_table(words: Words, table: str) -> str:
    """What a table holds, as people call it; what is no table stays as it is."""
    return words.name("record", _NOUNS[table]) if table in _NOUNS else words.name("table", table)


def _midnight(day: str, *, days: int = 0) -> datetime | None:
    """None for no day. Raises Refused for one that is none."""
    if not day.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), AMSTERDAM)
    except (ValueError, OverflowError):
        raise Refused(Message("refused.no-day")) from None
