"""Which values of an update a person may put right, and what they must look like. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import Incomplete, Refused
from domain.message import Message
from domain.outbox.update import Update, UpdateKind, UpdateState
from domain.records.clients import CostCentreRule
from domain.records.phone import mobile_number

EDITS = "edits"
"""Under this name a payload keeps what was put right in it: who, when, why, and the value before."""

FIELDS: Mapping[UpdateKind, tuple[str, ...]] = {
    UpdateKind.APPROVE: ("cost_centre", "reference", "contact"),
    UpdateKind.REJECT: ("reason", "contact"),
    UpdateKind.ATTACH_FILE: ("name",),
    UpdateKind.SIGN_OFF: ("comment",),
    UpdateKind.CHANGE_MOBILE: ("mobile",),
    UpdateKind.ASK_QUESTION: ("title", "text", "item_type"),
}
"""What may be put right, per kind. What was decided about (claim, item, client) is never changed."""

NEVER_PERSONAL = frozenset(("cost_centre", "reference", "contact", "name", "item_type"))
"""Fields whose values anybody at the console may see; the others only who may replay."""

_MAY_BE_EMPTY = frozenset(("cost_centre", "reference", "item_type"))
_MARK = re.compile(r"LB-[0-9a-f]{6,}")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_CLIENT_GIVES = (CostCentreRule.CLIENT, CostCentreRule.WORKER_CLIENT_MAY_CHANGE)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an edit is checked against, where it is known.

    ``client``: of the update's subject. ``rule``: who fills in the cost centre of its placement.
    ``contacts``: clients of the contacts that may be named (not blocked), by their number.
    """

    client: str | None = None
    rule: CostCentreRule | None = None
    contacts: Mapping[int, str] | None = None


Changes = dict[str, tuple[object, object]]
"""Field -> value before, value after; None for none."""


def edits_of(update: Update, *, personal: bool) -> list[dict[str, Any]]:
    """What was put right in it, the oldest first: ``by``, ``at``, ``reason``, ``changes`` (before, after).

    Without ``personal`` the values of fields that may hold what is personal are None.
    """
    kept = update.payload.get(EDITS)
    return [_told(edit, personal=personal) for edit in kept] if isinstance(kept, list) else []


def _told(edit: Mapping[str, Any], *, personal: bool) -> dict[str, Any]:
    changes = {
        name: pair if personal or name in NEVER_PERSONAL else None for name, pair in edit["changes"].items()
    }
    return {**edit, "changes": changes}


def corrected(update: Update, wanted: Mapping[str, str], ground: Ground) -> Changes:
    """What changes in the update. ``wanted``: field -> new value as a person typed it.

    Raises Refused (the update cannot be edited, or nothing changes) and Incomplete (a value is not good).
    """
    refusal = why_not(update)
    if refusal:
        raise Refused(refusal)
    changes: Changes = {}
    for field, text in wanted.items():
        if field not in FIELDS[update.kind]:
            raise Incomplete(field, _of_others(update.kind))
        before, after = update.payload.get(field), _checked(update, field, text.strip(), ground)
        if before != after:
            changes[field] = (before, after)
    if not changes:
        raise Refused(Message("refused.the-same"))
    return changes


def why_not(update: Update) -> Message | None:
    """Why an update cannot be edited; None when it can."""
    if update.state is not UpdateState.PARKED:
        return Message("refused.not-parked", {"update": update.id, "state": update.state.value})
    if update.doubt:
        return Message("refused.replay-first", {"update": update.id})
    return None


def _of_others(kind: UpdateKind) -> Message:
    fields = tuple(Message(f"field.{field}") for field in FIELDS[kind])
    return Message("incomplete.not-this", {"kind": kind.value, "fields": fields})


def _checked(update: Update, field: str, text: str, ground: Ground) -> object:
    if field == "cost_centre":
        return _cost_centre(text, ground.rule)
    if not text:
        if field in _MAY_BE_EMPTY:
            return None
        raise Incomplete(field, Message("incomplete.empty"))
    if field == "contact":
        return _contact(text, ground)
    if field == "name":
        return _name(update, text)
    return _PLAIN[field](text)


def _cost_centre(text: str, rule: CostCentreRule | None) -> str | None:
    if not text and rule is CostCentreRule.CLIENT:
        raise Incomplete("cost_centre", Message("incomplete.required-here"))
    if text and rule is not None and rule not in _CLIENT_GIVES:
        raise Incomplete("cost_centre", Message("incomplete.not-by-client"))
    return str(_at_most("cost_centre", 30)(text)) or None  # AFAS: CcSr of PtDeclaration


def _contact(text: str, ground: Ground) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise Incomplete("contact", Message("incomplete.number"))
    of = (ground.contacts or {}).get(int(text))
    if of is None or (ground.client is not None and of != ground.client):
        raise Incomplete("contact", Message("incomplete.contact"))
    return int(text)


def _name(update: Update, text: str) -> str:
    """A file's name; by the mark in it the file is found again."""
    mark = _MARK.search(str(update.payload.get("name", "")))
    if mark and mark[0] not in text:
        raise Incomplete("name", Message("incomplete.mark", {"mark": mark[0]}))
    if _NOT_IN_NAMES.search(text) or not text.lower().endswith(".pdf") or len(text) > 200:
        raise Incomplete("name", Message("incomplete.pdf-name", {"most": 200}))
    return text


def _at_most(field: str, longest: int) -> Callable[[str], object]:
    def check(text: str) -> object:
        if len(text) > longest:
            raise Incomplete(field, Message("incomplete.too-long", {"most": longest}))
        return text

    return check


def _item_type(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise Incomplete("item_type", Message("incomplete.item-type"))
    return int(text)


_PLAIN: Mapping[str, Callable[[str], object]] = {
    "reference": _at_most("reference", 100),  # AFAS: RfCs of PtDeclaration
    "reason": _at_most("reason", 2000),
    "comment": _at_most("comment", 2000),
    "title": _at_most("title", 100),
    "text": _at_most("text", 4000),
    "mobile": mobile_number,
    "item_type": _item_type,
}
